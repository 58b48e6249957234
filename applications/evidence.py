"""Which documents a filing asks for, and beside which step of it."""

from collections.abc import Mapping
from typing import Final

from applications.enums import EvidenceSlot as Slot

STEPS: Final = (
    "product",
    "centre",
    "certificates",
    "allografts",
    "intensive-care",
    "paediatrics",
    "laboratory",
    "research",
    "register",
    "qualification",
    "forecast",
    "check",
)
SLOTS: Final[Mapping[str, tuple[Slot, ...]]] = {
    "certificates": (Slot.JACIE_CERTIFICATE, Slot.JACIE_FACILITIES, Slot.IEC_APPLICATION),
    "allografts": (Slot.ALLOGRAFTS, Slot.SUPPLEMENT),
    "intensive-care": (Slot.INTENSIVE_CARE, Slot.NEUROLOGY),
    "paediatrics": (Slot.PAED_INTENSIVE_CARE,),
    "laboratory": (Slot.LABORATORY,),
    "research": (Slot.RESEARCH,),
    "register": (Slot.REGISTER,),
    "qualification": (Slot.HOLDER_QUALIFICATION, Slot.MANDATE),
    "forecast": (Slot.OTHER,),
}
NARRATIVES: Final[Mapping[str, tuple[str, ...]]] = {
    "intensive-care": ("C3a", "C3b"),
    "paediatrics": ("P3",),
    "research": ("C5",),
    "register": ("C6",),
    "qualification": ("AD5",),
}
ALWAYS_ASKED: Final = frozenset(
    {Slot.INTENSIVE_CARE, Slot.NEUROLOGY, Slot.LABORATORY, Slot.RESEARCH, Slot.REGISTER, Slot.HOLDER_QUALIFICATION}
)


def step_of(slot: str) -> str:
    """The step beside which a document is asked."""
    return next(step for step, slots in SLOTS.items() if slot in slots)


def asked_slots(*, stated: frozenset[str], with_children: bool, represented: bool) -> frozenset[Slot]:
    """The slots that must hold a document, given which fields are stated, who is asked for and who files."""
    asked = set(ALWAYS_ASKED)
    if "certificate" in stated:
        asked.add(Slot.JACIE_CERTIFICATE)
    if "iec_application" in stated:
        asked.add(Slot.IEC_APPLICATION)
    if "supplement" in stated:
        asked.add(Slot.SUPPLEMENT)
    if with_children:
        asked.add(Slot.PAED_INTENSIVE_CARE)
    if represented:
        asked.add(Slot.MANDATE)
    return frozenset(asked)
