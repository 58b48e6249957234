"""From a table to checked rows: every fault of every row, before anything is written."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

from pydantic import ValidationError

from applications.bulk.checked import CheckedRow, Origin, RowFault
from applications.bulk.kinds import Kind
from applications.bulk.mending import Mended, faults_beside, mended_rows
from applications.bulk.rows import Row, faults_of
from applications.bulk.tables import Table, UnreadableFile, require_none
from applications.enums import RowState

TOLD_EVERY: Final = 20_000
FAULTY: Final = CheckedRow(RowState.FAULTY)


@dataclass(frozen=True, slots=True)
class Checked:
    """``rows`` by row number as in the file; ``data`` is what the file says, cell by cell."""

    rows: Mapping[int, CheckedRow]
    data: Mapping[int, dict[str, str]]


@contextmanager
def uncollected() -> Iterator[None]:
    """Rows hold no cycles; looking for some among a hundred thousand of them takes a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def require_columns(table: Table, kind: Kind) -> None:
    """Unknown and missing columns are faults of the file as a whole. Raises UnreadableFile with all of them."""
    unknown = [column for column in table.columns if column not in kind.columns]
    required = [name for name, field in kind.row.model_fields.items() if field.is_required()]
    missing = [name for name in required if name not in table.columns]
    require_none(
        [
            *(UnreadableFile("unknown_column", column=column) for column in unknown),
            *(UnreadableFile("missing_column", column=column) for column in missing),
        ]
    )


def check_table(table: Table, kind: Kind, origin: Origin, *, advance: Callable[[int, int], None]) -> Checked:
    """Each row against its type, against the other rows, and against what is stored.

    ``advance`` is told how many rows of how many are read.
    """
    require_columns(table, kind)
    typed, faults = _typed(table, kind, advance)
    mended = mended_rows(table, kind, faults)
    for number, beside in faults_beside(mended, kind, origin).items():
        faults[number] += beside
    for number, fault in _doubles(_with_keys(table, kind, typed, mended), kind):
        faults.setdefault(number, []).append(fault)
    against_store = kind.check(typed, origin)
    checked = {}
    for number, _ in table.rows:
        found = against_store.get(number, FAULTY)
        own = tuple(faults.get(number, ()))
        checked[number] = CheckedRow(RowState.FAULTY, own + found.faults) if own else found
    return Checked(checked, dict(table.rows))


def _with_keys(table: Table, kind: Kind, typed: Mapping[int, Row], mended: Mapping[int, Mended]) -> Mapping[int, Row]:
    """The rows whose key can be read, in the order of the file."""
    if not mended:
        return typed
    keyed = {number: each.row for number, each in mended.items() if not each.broken & set(kind.unique)}
    rows = {**typed, **keyed}
    return {number: rows[number] for number, _cells in table.rows if number in rows}


def _typed(
    table: Table, kind: Kind, advance: Callable[[int, int], None]
) -> tuple[dict[int, Row], dict[int, list[RowFault]]]:
    typed: dict[int, Row] = {}
    faults: dict[int, list[RowFault]] = {}
    for place, (number, cells) in enumerate(table.rows):
        if place % TOLD_EVERY == 0:
            advance(place, len(table.rows))
        try:
            typed[number] = kind.row.model_validate(cells)
        except ValidationError as error:
            faults[number] = [RowFault(column, code, cells.get(column, "")) for column, code in faults_of(error)]
    return typed, faults


def _doubles(typed: Mapping[int, Any], kind: Kind) -> list[tuple[int, RowFault]]:
    seen: set[Any] = set()
    found = []
    key_of = attrgetter(*kind.unique)
    for number, row in typed.items():
        key = key_of(row)
        if key in seen:
            told = ((column, getattr(row, column)) for column in kind.unique)
            column, value = next(named for named in told if named[1] is not None)
            found.append((number, RowFault(column, "duplicate", str(value))))
        seen.add(key)
    return found


def typed_rows(data: Mapping[int, dict[str, str]], kind: Kind) -> dict[int, Row]:
    """Rows that were checked before, typed again for the commit. Raises ValidationError should one be faulty."""
    return {number: kind.row.model_validate(cells) for number, cells in data.items()}
