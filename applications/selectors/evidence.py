from collections.abc import Iterable
from dataclasses import dataclass

from applications.enums import EvidenceSlot
from applications.evidence import SLOTS
from applications.models import Annex, Application
from centres.enums import HolderRole


@dataclass(frozen=True, slots=True)
class SlotView:
    """One slot and the documents in it."""

    slot: EvidenceSlot
    annexes: tuple[Annex, ...]


def slots_of(application: Application, step: str | None = None) -> tuple[SlotView, ...]:
    """The slots beside one step, or all of them; a mandate is asked of representatives only."""
    wanted: Iterable[EvidenceSlot] = EvidenceSlot if step is None else SLOTS.get(step, ())
    annexes = list(application.annexes.present())
    mandated = application.holder.role == HolderRole.REPRESENTATIVE
    return tuple(
        SlotView(slot, tuple(annex for annex in annexes if annex.slot == slot))
        for slot in wanted
        if mandated or slot != EvidenceSlot.MANDATE
    )
