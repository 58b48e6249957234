"""What else is wrong with a row that has a cell nobody can read: every fault is told at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from applications.bulk.checked import Origin
from applications.bulk.faults import RowFault
from applications.bulk.kinds import Kind
from applications.bulk.rows import Row
from applications.bulk.tables import Table

RESTS_ON: Final[Mapping[str, tuple[str, ...]]] = {
    "unknown_site": (),
    "unknown_hospital": (),
    "unknown_product": (),
    "unknown_paragraph": ("product_code",),
    "unknown_reference": (),
    "already_submitted": (),
    "product_of_another": (),
    "not_cart": (),
    "no_children": ("product_code", "paragraph"),
    "order": ("valid_from", "listed_from"),
    "extension_order": ("valid_to",),
    "children_above": ("acts",),
    "other_site": ("external_reference",),
    "unknown_annex": ("external_reference",),
    "annex_page": ("external_reference", "annex_sha256"),
    "national_number": ("field",),
    "check_digit": ("field",),
    "too_long": ("field",),
    "required": ("field",),
    "value": ("field", "year"),
}
"""Faults that stand whatever the other cells of the row say, but for the columns named beside their own."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A row with the example of its kind in place of what cannot be read; ``broken`` names those columns."""

    row: Row
    broken: frozenset[str]


def mended_rows(
    table: Table, kind: Kind, faults: Mapping[int, Sequence[RowFault]], lost: frozenset[str]
) -> dict[int, Mended]:
    """The rows that have a fault of their own or miss a ``lost`` column, each mended where its cells are in place."""
    if not faults:
        return {}
    example = {column: cell for column, cell in zip(kind.columns, kind.example, strict=True) if cell}
    mended = {}
    for number, cells in table.rows:
        broken = lost.union(fault.column for fault in faults[number]) if number in faults else None
        if broken is not None and "" not in broken:
            kept = {column: cell for column, cell in cells.items() if column not in broken}
            lent = {column: example[column] for column in broken & example.keys()}
            mended[number] = Mended(kind.row.model_validate(kept | lent), broken)
    return mended


def faults_beside(mended: Mapping[int, Mended], kind: Kind, origin: Origin) -> dict[int, list[RowFault]]:
    """What is wrong with the cells that can be read, and does not rest on one that cannot."""
    if not mended:
        return {}
    checked = kind.check({number: each.row for number, each in mended.items()}, origin)
    return {
        number: [fault for fault in checked[number].faults if _stands(fault, each.broken)]
        for number, each in mended.items()
    }


def _stands(fault: RowFault, broken: frozenset[str]) -> bool:
    rests_on = RESTS_ON.get(fault.code)
    return rests_on is not None and not broken & {fault.column, *rests_on}
