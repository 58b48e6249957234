"""A file of rows, whatever its kind, to a header and rows of text; nothing of a hostile file gets further."""

import codecs
import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from applications.bulk.sheets import SheetFault, sheet_rows

MOST_ROWS: Final = 100_000
SEPARATORS: Final = ",;"


class UnreadableFile(ValueError):  # noqa: N818  # named for what it is: a file, with the code of its fault
    """The file as a whole is refused; ``code`` says why and ``row`` where, the header being row 1.

    ``others`` are what else is wrong with the file as a whole.
    """

    def __init__(
        self, code: str, *, row: int = 1, column: str = "", value: str = "", others: Iterable["UnreadableFile"] = ()
    ) -> None:
        super().__init__(code)
        self.code, self.row, self.column, self.value, self.others = code, row, column, value, tuple(others)


def require_none(faults: Iterable[UnreadableFile]) -> None:
    """Raises the first fault, with the others of its kind beside it."""
    found = list(faults)
    if found:
        first = found[0]
        raise UnreadableFile(first.code, row=first.row, column=first.column, value=first.value, others=found[1:])


@dataclass(frozen=True, slots=True)
class Table:
    """``rows`` hold the row number as in the file and the cells by column; an empty cell is absent."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


def read_table(content: bytes, file_name: str, *, most_rows: int = MOST_ROWS) -> Table:
    """The extension says what the file claims to be, its bytes must agree.

    Raises UnreadableFile for an empty file, a wrong type, NUL bytes, invalid UTF-8, a header twice, too many rows, a
    zip bomb, a formula or a truncated workbook.
    """
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        raise UnreadableFile("file-empty")
    match file_name.rpartition(".")[2].lower():
        case "csv":
            return _table(_csv_lines(content), most_rows)
        case "json":
            return _from_json(content, most_rows)
        case "xlsx":
            return _table(_sheet_lines(content, most_rows), most_rows)
    raise UnreadableFile("file-type", value=file_name[-40:])


def _require_utf8(content: bytes) -> None:
    if content[:4] == b"PK\x03\x04" or content[:4] == b"%PDF":
        raise UnreadableFile("file-type")
    if b"\0" in content:
        raise UnreadableFile("file-nul", row=content[: content.index(b"\0")].count(b"\n") + 1)
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile("file-not-utf8", row=content[: error.start].count(b"\n") + 1) from error


def _csv_lines(content: bytes) -> Iterable[tuple[int, Sequence[str]]]:
    _require_utf8(content)
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    first = text.readline()
    text.seek(0)
    reader = csv.reader(text, delimiter=max(SEPARATORS, key=first.count), strict=True)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise UnreadableFile("file-csv", row=reader.line_num, value=str(error)[:100]) from error


def _table(lines: Iterable[tuple[int, Sequence[str]]], most_rows: int) -> Table:
    numbered = iter(enumerate(lines, start=1))
    header = next(numbered, None)
    columns = tuple(cell.strip() for cell in header[1][1]) if header else ()
    _require_columns(columns)
    rows: list[tuple[int, dict[str, str]]] = []
    for number, (_, cells) in numbered:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(columns):
            raise UnreadableFile("file-more-cells", row=number)
        if len(rows) >= most_rows:
            raise UnreadableFile("file-too-many-rows", row=number)
        named = zip(columns, cells, strict=False)
        rows.append((number, {column: cell for column, told in named if (cell := told.strip())}))
    return _filled(Table(columns, tuple(rows)))


def _require_columns(columns: Sequence[str]) -> None:
    if not any(columns):
        raise UnreadableFile("file-empty")
    twice = (column for column in dict.fromkeys(columns) if columns.count(column) > 1)
    require_none(UnreadableFile("column-twice", column=column) for column in twice)


def _filled(table: Table) -> Table:
    if not table.rows:
        raise UnreadableFile("file-no-rows")
    return table


def _from_json(content: bytes, most_rows: int) -> Table:
    _require_utf8(content)
    try:
        data = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once_each)
    except UnreadableFile:
        raise
    except (ValueError, RecursionError) as error:
        raise UnreadableFile("file-json", value=str(error)[:100]) from error
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise UnreadableFile("file-json-rows")
    if len(data) > most_rows:
        raise UnreadableFile("file-too-many-rows", row=most_rows + 2)
    columns = tuple(dict.fromkeys(name for row in data for name in row))
    for column in columns:
        _require_text(column, row=1)
    rows = [(number, _json_cells(number, row)) for number, row in enumerate(data, start=2)]
    return _filled(Table(columns, tuple(rows)))


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The names of a row are its header; the later of two equal ones would silently win."""
    row = dict(pairs)
    if len(row) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        _require_text(twice, row=1)
        raise UnreadableFile("column-twice", column=twice)
    return row


def _json_cells(number: int, row: dict[str, Any]) -> dict[str, str]:
    cells = {}
    for column, value in row.items():
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, str | int | None) or isinstance(each, bool):
                raise UnreadableFile("cell-type", row=number, column=column)
        text = "|".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
        _require_text(text, row=number, column=column)
        if cell := text.strip():
            cells[column] = cell
    return cells


def _sheet_lines(content: bytes, most_rows: int) -> Iterable[tuple[int, Sequence[str]]]:
    try:
        for number, cells in enumerate(sheet_rows(content, most_rows=most_rows + 1), start=1):
            for cell in cells:
                _require_text(cell, row=number)
            yield number, cells
    except SheetFault as fault:
        raise UnreadableFile(fault.code, value=fault.value) from fault


def _require_text(text: str, *, row: int, column: str = "") -> None:
    """Neither a NUL byte nor half a character, which JSON and workbooks can spell and no database keeps."""
    if text.isascii():
        if "\0" in text:
            raise UnreadableFile("file-nul", row=row, column=column)
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UnreadableFile("file-not-utf8", row=row) from error
    if "\0" in text:
        raise UnreadableFile("file-nul", row=row, column=column)
