"""From a table to checked rows: every fault of every row, before anything is written."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from applications.bulk.checked import CheckedRow, Origin
from applications.bulk.faults import Faults, RowFault
from applications.bulk.kinds import Kind
from applications.bulk.mending import look_beside
from applications.bulk.rows import Row, faults_of
from applications.bulk.tables import Table
from applications.enums import RowState

TOLD_EVERY: Final = 20_000
FAULTY: Final = CheckedRow(RowState.FAULTY)
REFUSING: Final = frozenset({"file-nul", "file-not-utf8", "file-formula", "column-twice"})
"""Faults of cells with which a file is refused as a whole, as it is with one outside its rows."""


@dataclass(frozen=True, slots=True)
class Checked:
    """``rows`` by row number as in the file; ``data`` is what the file says, cell by cell.

    A file that is refused as a whole has no rows, and its ``faults`` are all there are.
    """

    rows: Mapping[int, CheckedRow]
    data: Mapping[int, dict[str, str]]
    faults: Faults = field(default_factory=dict)


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


def check_table(table: Table, kind: Kind, origin: Origin, *, advance: Callable[[int, int], None]) -> Checked:
    """Each row against its type, against the other rows, and against what is stored.

    ``advance`` is told how many rows of how many are read.
    """
    header = _header_faults(table, kind)
    lost = frozenset(fault.column for fault in header)
    typed, faults = _typed(table, kind, lost, advance)
    beside = look_beside(table, kind, origin, faults, lost)
    for number, others in beside.faults.items():
        faults[number] += others
    for number, fault in _doubles(table, kind, typed, beside.keys):
        faults.setdefault(number, []).append(fault)
    against_store = kind.check(typed, origin)
    checked = {}
    for number, _ in table.rows:
        found = against_store.get(number, FAULTY)
        own = tuple(faults.get(number, ()))
        checked[number] = CheckedRow(RowState.FAULTY, own + found.faults) if own else found
    read = {**table.faults, 1: header} if header else table.faults
    if any(number not in checked or any(each.code in REFUSING for each in found) for number, found in read.items()):
        return _refused(checked, read)
    return Checked(checked, dict(table.rows))


def _header_faults(table: Table, kind: Kind) -> list[RowFault]:
    """Columns that are there twice, unknown or missing are faults of the file as a whole."""
    required = [name for name, about in kind.row.model_fields.items() if about.is_required() and table.columns]
    return [
        *table.faults.get(1, ()),
        *(RowFault(column, "unknown_column") for column in table.columns if column not in kind.columns),
        *(RowFault(column, "missing_column") for column in required if column not in table.columns),
    ]


def _refused(checked: Mapping[int, CheckedRow], read: Faults) -> Checked:
    """The file as a whole: every fault is told, those of its rows as well, and no row is kept."""
    told = {number: row.faults for number, row in checked.items() if row.faults}
    return Checked({}, {}, {number: told.get(number) or read[number] for number in sorted({*told, *read})})


def _typed(
    table: Table, kind: Kind, lost: frozenset[str], advance: Callable[[int, int], None]
) -> tuple[dict[int, Row], dict[int, list[RowFault]]]:
    """The rows that can be read whole, and the faults of the others; none where only the header is at fault."""
    typed: dict[int, Row] = {}
    faults: dict[int, list[RowFault]] = {}
    for place, (number, cells) in enumerate(table.rows):
        if place % TOLD_EVERY == 0:
            advance(place, len(table.rows))
        if lost or number in table.faults:
            faults[number] = _faults_of(cells, kind, lost, table.faults.get(number, ()))
            continue
        try:
            typed[number] = kind.row.model_validate(cells)
        except ValidationError as error:
            faults[number] = [RowFault(column, code, cells.get(column, "")) for column, code in faults_of(error)]
    return typed, faults


def _faults_of(
    cells: Mapping[str, str], kind: Kind, lost: frozenset[str], unread: Sequence[RowFault]
) -> list[RowFault]:
    """What could not be read of a row, then what is wrong with the cells beside; nothing when any may be elsewhere."""
    out = lost | {fault.column for fault in unread}
    if "" in out:
        return list(unread)
    try:
        kind.row.model_validate({column: cell for column, cell in cells.items() if column not in out})
    except ValidationError as error:
        found = [(column, code) for column, code in faults_of(error) if column not in out]
        return [*unread, *(RowFault(column, code, cells.get(column, "")) for column, code in found)]
    return list(unread)


def _doubles(
    table: Table, kind: Kind, typed: Mapping[int, Row], keys: Mapping[int, Any]
) -> Iterator[tuple[int, RowFault]]:
    """Rows that say the same as an earlier one; ``keys`` are those of rows with faults."""
    seen: set[Any] = set()
    key_of = kind.key_of
    for number, _cells in table.rows:
        row = typed.get(number)
        key = key_of(row) if row is not None else keys.get(number)
        if key is None:
            continue
        if key in seen:
            values = key if len(kind.unique) > 1 else (key,)
            told = zip(kind.unique, values, strict=True)
            column, value = next(named for named in told if named[1] is not None)
            yield number, RowFault(column, "duplicate", str(value))
        seen.add(key)


def typed_rows(data: Mapping[int, dict[str, str]], kind: Kind) -> dict[int, Row]:
    """Rows that were checked before, typed again for the commit. Raises ValidationError should one be faulty."""
    return {number: kind.row.model_validate(cells) for number, cells in data.items()}
