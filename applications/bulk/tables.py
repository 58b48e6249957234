"""A file of rows, whatever its kind, to a header and rows of text; nothing of a hostile file gets further."""

import codecs
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from applications.bulk.delimited import csv_lines
from applications.bulk.faults import Faults, RowFault, UnreadableFile, unkept
from applications.bulk.json_rows import Pairs, cell_text, json_rows
from applications.bulk.sheets import SheetFault, sheet_rows

MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 1_000
OTHER_TYPES: Final = (b"PK\x03\x04", b"%PDF")
UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
Line = Sequence[str] | UnreadableFile
"""The cells of a row, or why it has none; the reading goes on behind it."""


@dataclass(frozen=True, slots=True)
class Table:
    """``rows`` hold the row number as in the file and the cells by column; an empty cell is absent.

    ``faults`` are what could not be read; a cell with a fault is absent too.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    faults: Faults


def read_table(content: bytes, file_name: str, *, most_rows: int = MOST_ROWS) -> Table:
    """The extension says what the file claims to be, its bytes must agree.

    Raises UnreadableFile, with all that was found wrong before, where nothing can be read any more: an empty file, a
    wrong type, too many rows, rows that never end, a zip bomb, a truncated workbook.
    """
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        raise UnreadableFile("file-empty")
    reading = _Reading(most_rows)
    try:
        match file_name.rpartition(".")[2].lower():
            case "csv":
                _require_text(content)
                return reading.of_lines(csv_lines(content))
            case "json":
                _require_text(content)
                return reading.of_objects(json_rows(content))
            case "xlsx":
                return reading.of_lines(_sheet_lines(content, reading))
    except UnreadableFile as fault:
        fault.before = reading.faults
        raise
    raise UnreadableFile("file-type", value=file_name[-40:])


def _require_text(content: bytes) -> None:
    if content.startswith(OTHER_TYPES):
        raise UnreadableFile("file-type")
    if content.startswith(UTF_16):
        raise UnreadableFile("file-not-utf8")


def _sheet_lines(content: bytes, reading: "_Reading") -> Iterator[list[str]]:
    try:
        for line in sheet_rows(content, most_rows=reading.most_rows + 1):
            if isinstance(line, SheetFault):
                for row, column, value in line.cells:
                    reading.note(row, line.code, column=column, value=value)
            else:
                yield line
    except SheetFault as fault:
        raise UnreadableFile(fault.code, value=fault.value) from fault


class _Reading:
    """What was read and what was found wrong so far; only so many rows are kept, and faults of those only."""

    def __init__(self, most_rows: int) -> None:
        self.most_rows = most_rows
        self.rows: list[tuple[int, dict[str, str]]] = []
        self.faults: defaultdict[int, list[RowFault]] = defaultdict(list)
        self.taken = 0

    def of_lines(self, lines: Iterable[Line]) -> Table:
        """A header, then rows with cells in its order; empty rows count and are left out."""
        numbered = iter(enumerate(lines, start=1))
        columns = self._header(next(numbered, (1, ()))[1])
        for number, line in numbered:
            if isinstance(line, UnreadableFile):
                self._take(number)
                self.note(number, line.code, value=line.value)
            elif any(map(str.strip, line)):
                self._take(number)
                self._cells(number, columns, line)
        return self._table(column for column in columns if column)

    def of_objects(self, objects: Iterable[Pairs | None]) -> Table:
        """The names of each row are its header; the first row is numbered 2, as if there were one."""
        columns: dict[str, tuple[str, str | None]] = {}
        for number, pairs in enumerate(objects, start=2):
            self._take(number)
            if pairs is None:
                self.note(number, "file-json-rows")
                continue
            columns |= {name: (name, unkept(name)) for name, _value in pairs if name not in columns}
            if len(columns) > MOST_COLUMNS:
                raise UnreadableFile("file-row-too-long", row=number)
            self._members(number, columns, pairs)
        return self._table(column for column, code in columns.values() if code is None)

    def _take(self, number: int) -> None:
        self.taken += 1
        if self.taken > self.most_rows:
            raise UnreadableFile("file-too-many-rows", row=number)

    def note(self, number: int, code: str, *, column: str = "", value: str = "") -> None:
        self.faults[number].append(RowFault(column, code, value))

    def _header(self, line: Line) -> tuple[str, ...]:
        """Nothing can be read under a header that cannot."""
        if isinstance(line, UnreadableFile):
            raise line
        columns = tuple(cell.strip() for cell in line)
        if not any(columns):
            raise UnreadableFile("file-empty")
        if len(columns) > MOST_COLUMNS:
            raise UnreadableFile("file-row-too-long")
        if code := unkept("".join(columns)):
            raise UnreadableFile(code)
        for column in _named_twice(columns):
            self.note(1, "column-twice", column=column)
        return columns

    def _cells(self, number: int, columns: Sequence[str], cells: Sequence[str]) -> None:
        """A cell that stands under no name has no place to go, and then perhaps no cell of its row is in its place."""
        row: dict[str, str] = {}
        for column, told in zip(columns, cells, strict=False):
            if cell := told.strip():
                row[column] = cell
        if "" in row or (len(cells) > len(columns) and any(map(str.strip, cells[len(columns) :]))):
            self.note(number, "file-more-cells")
            row.pop("", None)
        if unkept("".join(row.values())):
            self._leave_out(number, row)
        self.rows.append((number, row))

    def _leave_out(self, number: int, row: dict[str, str]) -> None:
        for column, cell in list(row.items()):
            if code := unkept(cell):
                self.note(number, code, column=column, value=row.pop(column))

    def _members(self, number: int, columns: Mapping[str, tuple[str, str | None]], pairs: Pairs) -> None:
        """``columns`` hold each name once for all rows, with the code of what is wrong with it."""
        row: dict[str, str] = {}
        for name, value in pairs:
            column, wrong = columns[name]
            code, text = cell_text(value)
            if code := (wrong or code or unkept(text)):
                self.note(number, code, column=column, value=text)
            elif cell := text.strip():
                row[column] = cell
        if len(dict(pairs)) < len(pairs):
            for column in _named_twice(column for column, _value in pairs):
                self.note(number, "column-twice", column=column, value=row.pop(column, ""))
        self.rows.append((number, row))

    def _table(self, columns: Iterable[str]) -> Table:
        if not self.taken and not self.faults:
            raise UnreadableFile("file-no-rows")
        return Table(tuple(columns), tuple(self.rows), dict(self.faults))


def _named_twice(columns: Iterable[str]) -> list[str]:
    return [column for column, times in Counter(columns).items() if column and times > 1]
