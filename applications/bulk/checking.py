"""From a table to checked rows: every fault of every row, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from applications.bulk.checked import CheckedRow, Origin, RowFault
from applications.bulk.kinds import Kind
from applications.bulk.rows import Row, faults_of
from applications.bulk.tables import Table, UnreadableFile
from applications.enums import RowState


@dataclass(frozen=True, slots=True)
class Checked:
    """``rows`` by row number as in the file; ``data`` is what the file says, cell by cell."""

    rows: Mapping[int, CheckedRow]
    data: Mapping[int, dict[str, str]]


def require_columns(table: Table, kind: Kind) -> None:
    """Unknown or missing columns are faults of the file as a whole. Raises UnreadableFile with the first."""
    unknown = [column for column in table.columns if column not in kind.columns]
    if unknown:
        raise UnreadableFile("unknown_column", column=unknown[0])
    required = [name for name, field in kind.row.model_fields.items() if field.is_required()]
    missing = [name for name in required if name not in table.columns]
    if missing:
        raise UnreadableFile("missing_column", column=missing[0])


def check_table(table: Table, kind: Kind, origin: Origin) -> Checked:
    """Each row against its type, against the other rows, and against what is stored."""
    require_columns(table, kind)
    typed, faults = _typed(table, kind)
    for number, fault in _doubles(typed, kind):
        faults.setdefault(number, []).append(fault)
    against_store = kind.check(typed, origin)
    checked = {}
    for number, _ in table.rows:
        found = against_store.get(number, CheckedRow(RowState.FAULTY))
        own = tuple(faults.get(number, ()))
        checked[number] = CheckedRow(RowState.FAULTY, own + found.faults) if own else found
    return Checked(checked, dict(table.rows))


def _typed(table: Table, kind: Kind) -> tuple[dict[int, Row], dict[int, list[RowFault]]]:
    typed: dict[int, Row] = {}
    faults: dict[int, list[RowFault]] = {}
    for number, cells in table.rows:
        try:
            typed[number] = kind.row.model_validate(cells)
        except ValidationError as error:
            faults[number] = [RowFault(column, code, cells.get(column, "")) for column, code in faults_of(error)]
    return typed, faults


def _doubles(typed: Mapping[int, Any], kind: Kind) -> list[tuple[int, RowFault]]:
    seen: set[tuple[Any, ...]] = set()
    found = []
    for number, row in typed.items():
        key = tuple(getattr(row, name) for name in kind.unique)
        if key in seen:
            column, value = next(named for named in zip(kind.unique, key, strict=True) if named[1] is not None)
            found.append((number, RowFault(column, "duplicate", str(value))))
        seen.add(key)
    return found


def typed_rows(data: Mapping[int, dict[str, str]], kind: Kind) -> dict[int, Row]:
    """Rows that were checked before, typed again for the commit. Raises ValidationError should one be faulty."""
    return {number: kind.row.model_validate(cells) for number, cells in data.items()}
