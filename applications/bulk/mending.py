"""What else is wrong with a row that has a cell nobody can read: every fault is told at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from applications.bulk.checked import Origin
from applications.bulk.faults import Faults, RowFault
from applications.bulk.kinds import Kind
from applications.bulk.rows import Row
from applications.bulk.tables import Table

AT_ONCE: Final = 10_000
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


@dataclass(frozen=True, slots=True)
class Beside:
    """By row what else is wrong beside its own faults, and its key where that can be read."""

    faults: dict[int, list[RowFault]] = field(default_factory=dict)
    keys: dict[int, Any] = field(default_factory=dict)


def look_beside(table: Table, kind: Kind, origin: Origin, faults: Faults, lost: frozenset[str]) -> Beside:
    """What is wrong with the cells that can be read, and does not rest on one that cannot.

    ``lost`` columns have a fault of their own; so many rows are looked at in one go that their memory is bounded.
    """
    found = Beside()
    if not faults:
        return found
    mended = _mended_rows(table, kind, faults, lost)
    while part := dict(islice(mended, AT_ONCE)):
        checked = kind.check({number: each.row for number, each in part.items()}, origin)
        for number, each in part.items():
            found.faults[number] = [fault for fault in checked[number].faults if _stands(fault, each.broken)]
            if not each.broken & set(kind.unique):
                found.keys[number] = kind.key_of(each.row)
    return found


def _mended_rows(table: Table, kind: Kind, faults: Faults, lost: frozenset[str]) -> Iterator[tuple[int, Mended]]:
    """The rows with faults, but for those whose cells may be elsewhere."""
    example = {column: cell for column, cell in zip(kind.columns, kind.example, strict=True) if cell}
    for number, cells in table.rows:
        broken = lost.union(fault.column for fault in faults[number]) if number in faults else None
        if broken is not None and "" not in broken:
            kept = {column: cell for column, cell in cells.items() if column not in broken}
            lent = {column: example[column] for column in broken & example.keys()}
            yield number, Mended(kind.row.model_validate(kept | lent), broken)


def _stands(fault: RowFault, broken: frozenset[str]) -> bool:
    rests_on = RESTS_ON.get(fault.code)
    return rests_on is not None and not broken & {fault.column, *rests_on}
