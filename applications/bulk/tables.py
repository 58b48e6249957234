"""A file of rows, whatever its kind, to a header and rows of text; nothing of a hostile file gets further."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

MOST_ROWS: Final = 100_000
MOST_UNPACKED: Final = 200 * 1024 * 1024
MOST_RATIO: Final = 100
SEPARATORS: Final = ",;"


class UnreadableFile(ValueError):  # noqa: N818  # named for what it is: a file, with the code of its fault
    """The file as a whole is refused; ``code`` says why and ``row`` where, the header being row 1."""

    def __init__(self, code: str, *, row: int = 1, column: str = "", value: str = "") -> None:
        super().__init__(code)
        self.code, self.row, self.column, self.value = code, row, column, value


@dataclass(frozen=True, slots=True)
class Table:
    """``rows`` hold the row number as in the file and the cells by column; an empty cell is absent."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


def read_table(content: bytes, file_name: str) -> Table:
    """The extension says what the file claims to be, its bytes must agree.

    Raises UnreadableFile for an empty file, a wrong type, NUL bytes, invalid UTF-8, a header twice, too many rows, a
    zip bomb, a formula or a truncated workbook.
    """
    if not content.strip():
        raise UnreadableFile("file-empty")
    match file_name.rpartition(".")[2].lower():
        case "csv":
            return _table(_csv_lines(content))
        case "json":
            return _from_json(content)
        case "xlsx":
            return _table(_sheet_lines(content))
    raise UnreadableFile("file-type", value=file_name[-40:])


def _text(content: bytes) -> str:
    if content[:4] == b"PK\x03\x04" or content[:4] == b"%PDF":
        raise UnreadableFile("file-type")
    if b"\0" in content:
        raise UnreadableFile("file-nul", row=content[: content.index(b"\0")].count(b"\n") + 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile("file-not-utf8", row=content[: error.start].count(b"\n") + 1) from error


def _csv_lines(content: bytes) -> Iterable[tuple[int, Sequence[str]]]:
    text = _text(content)
    first = text.splitlines()[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise UnreadableFile("file-csv", row=reader.line_num, value=str(error)[:100]) from error


def _table(lines: Iterable[tuple[int, Sequence[str]]]) -> Table:
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
        if len(rows) >= MOST_ROWS:
            raise UnreadableFile("file-too-many-rows", row=number)
        named = zip(columns, cells, strict=False)
        rows.append((number, {column: cell for column, told in named if (cell := told.strip())}))
    return _filled(Table(columns, tuple(rows)))


def _require_columns(columns: Sequence[str]) -> None:
    if not any(columns):
        raise UnreadableFile("file-empty")
    for column in columns:
        if columns.count(column) > 1:
            raise UnreadableFile("column-twice", column=column)


def _filled(table: Table) -> Table:
    if not table.rows:
        raise UnreadableFile("file-no-rows")
    return table


def _from_json(content: bytes) -> Table:
    try:
        data = json.loads(_text(content))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile("file-json", value=str(error)[:100]) from error
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise UnreadableFile("file-json-rows")
    if len(data) > MOST_ROWS:
        raise UnreadableFile("file-too-many-rows", row=MOST_ROWS + 2)
    columns = tuple(dict.fromkeys(str(name) for row in data for name in row))
    rows = [(number, _json_cells(number, row)) for number, row in enumerate(data, start=2)]
    return _filled(Table(columns, tuple(rows)))


def _json_cells(number: int, row: dict[str, Any]) -> dict[str, str]:
    cells = {}
    for column, value in row.items():
        if isinstance(value, bool | float | dict):
            raise UnreadableFile("cell-type", row=number, column=column, value=str(value)[:100])
        text = "|".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
        if "\0" in text:
            raise UnreadableFile("file-nul", row=number, column=column)
        if text.strip():
            cells[column] = text.strip()
    return cells


def _sheet_lines(content: bytes) -> Iterable[tuple[int, Sequence[str]]]:
    _require_harmless(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, zipfile.BadZipFile, ValueError) as error:
        raise UnreadableFile("file-xlsx", value=str(error)[:100]) from error
    for number, row in enumerate(rows, start=1):
        yield number, [_cell(value) for value in row]


def _require_harmless(content: bytes) -> None:
    """Before anything is unpacked: a zip, not a bomb, and no formula in any sheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(len(content), 10_000):
                raise UnreadableFile("file-bomb")
            for entry in archive.infolist():
                if entry.filename.startswith("xl/worksheets/") and b"<f" in _formulas(archive.read(entry)):
                    raise UnreadableFile("file-formula")
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise UnreadableFile("file-type") from error


def _formulas(sheet: bytes) -> bytes:
    return b"<f" if b"<f>" in sheet or b"<f " in sheet or b"<f/>" in sheet else b""


def _cell(value: object) -> str:
    match value:
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
    text = str(value)
    if "\0" in text:
        raise UnreadableFile("file-nul")
    return text
