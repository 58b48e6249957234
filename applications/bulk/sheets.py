"""The first sheet of a workbook, read by a process of its own that may neither grow nor run on.

A workbook is a zip of documents: a few kilobytes can stand for more cells than any machine holds. What such a file
does to its reader, it does to a process that is thrown away. `python -m applications.bulk.sheets` reads it on its
standard input and answers with one line of JSON per row, or with ``{"fault": …}`` as the last line.
"""

import io
import json
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

MOST_UNPACKED: Final = 200 * 1024 * 1024
MOST_RATIO: Final = 100
MOST_MEMORY: Final = 1024 * 1024 * 1024
MOST_SECONDS: Final = 60
MOST_TEXT: Final = 50 * 1024 * 1024
"""Characters of all cells together: no CSV that may be sent holds more."""
MOST_COLUMNS: Final = 1_000
SHOWN: Final = 200
MIDNIGHT: Final = time()
BLOCK: Final = 1024 * 1024
FORMULA: Final = "file-formula"
MARKS: Final = {
    FORMULA: re.compile(rb"<(?:[^\s<>/:]+:)?f[\s/>]"),
    "cell-type": re.compile(rb"""\st\s*=\s*["']e["']"""),
}
"""How cells look that are no rows of text: formulas, and errors that formulas left behind."""
TYPES: Final = {FORMULA: "f", "cell-type": "e"}
CELLS: Final = b"sheetData"
OTHER_WORKBOOKS: Final = frozenset({"xl/workbook.bin", "content.xml"})
"""What the reader would also open, and whose formulas look otherwise: binary workbooks and OpenDocument."""
LONGEST_TAG: Final = 4096
ROOT: Final = Path(__file__).resolve().parents[2]
COMMAND: Final = [sys.executable, "-m", "applications.bulk.sheets"]


Cell = tuple[int, str, str]
"""The row of a cell, the name of its column and what it holds."""


class SheetFault(ValueError):  # noqa: N818  # named for what it is: the fault of a sheet
    """The workbook is refused; ``code`` says why, ``cells`` where, as far as that can be told."""

    def __init__(self, code: str, value: str = "", cells: Iterable[Cell] = ()) -> None:
        super().__init__(code)
        self.code, self.value, self.cells = code, value, tuple(cells)

    @property
    def told(self) -> dict[str, Any]:
        """As a line of JSON tells it, and as the other side takes it up again."""
        return {"code": self.code, "value": self.value, "cells": self.cells}


def sheet_rows(content: bytes, *, most_rows: int) -> Iterator[list[str] | SheetFault]:
    """The rows of the first sheet as text; of those that hold any, at most one more than asked for.

    Faults of certain cells come before them. Raises SheetFault where there are no rows to read.
    """
    if not content.startswith(b"PK"):
        raise SheetFault("file-type")
    try:
        read = subprocess.run(
            [*COMMAND, str(most_rows)],
            input=content,
            capture_output=True,
            cwd=ROOT,
            env={},
            timeout=2 * MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SheetFault("file-bomb") from error
    fault: dict[str, Any] | None = {"code": "file-bomb"} if read.returncode else None
    for line in io.BytesIO(read.stdout):
        try:
            told = json.loads(line)
        except ValueError:
            break  # the process was stopped while it wrote
        if isinstance(told, list):
            yield told
        elif told["cells"]:
            yield SheetFault(**told)
        else:
            fault = told
    if fault is not None:
        raise SheetFault(**fault)


def main() -> None:
    """Read standard input within limits; whatever the reading of a hostile file ends in is told as a fault."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        content = sys.stdin.buffer.read()
        _require_harmless(content, int(sys.argv[1]))
        _write_rows(content, int(sys.argv[1]))
    except SheetFault as fault:
        _say(fault.told)
    except MemoryError:
        _say(SheetFault("file-bomb").told)
    except BaseException as error:  # the reader of archives and the one of sheets each raise what they like, panics too
        _say(SheetFault("file-xlsx", str(error)[:100]).told)


def _require_harmless(content: bytes, most_rows: int) -> None:
    """Before anything is unpacked: a workbook of XML, not a bomb by what it says of itself, without any formula.

    Formulas and errors that can be located are told one by one.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise SheetFault("file-xlsx", str(error)) from error
    with archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(len(content), 10_000):
            raise SheetFault("file-bomb")
        names = {name.lower() for name in archive.namelist()}
        if "xl/workbook.xml" not in names or names & OTHER_WORKBOOKS:
            raise SheetFault("file-xlsx")
        marks = set().union(*(_marks(archive, entry) for entry in archive.infolist()))
    for code in sorted(marks):
        cells = _cells_of_type(content, TYPES[code], most_rows)
        if cells:
            _say(SheetFault(code, cells=cells).told)
        elif cells is None or code == FORMULA:
            raise SheetFault(code)


def _marks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> set[str]:
    """What a document with cells holds, wherever it lies in the archive, whatever its prefix; charts have no cells."""
    cells, found, before = False, set(), b""
    with archive.open(entry) as document:
        while block := document.read(BLOCK):
            text = before + block
            cells = cells or CELLS in text
            found |= {code for code, mark in MARKS.items() if code not in found and mark.search(text)}
            before = block[-LONGEST_TAG:]
    return found if cells else set()


def _cells_of_type(content: bytes, data_type: str, most_rows: int) -> list[Cell] | None:
    """Such cells of the first sheet, with the name over their column; None where they are hidden from this reader."""
    from openpyxl import load_workbook  # most workbooks have none of them, and this takes longer than reading them

    try:
        sheet = load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
        rows = list(sheet.iter_rows(max_row=most_rows + 1, max_col=MOST_COLUMNS))
        names = {cell.column: str(cell.value).strip() for cell in rows[0] if cell.data_type in ("s", "inlineStr")}
        return [
            (cell.row, names.get(cell.column, ""), str(cell.value)[:SHOWN])
            for cells in rows
            for cell in cells
            if cell.data_type == data_type
        ]
    except Exception:  # it raises what it likes, and that there are some is known without it
        return None


def _write_rows(content: bytes, most_rows: int) -> None:
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    except CalamineError as error:
        raise SheetFault("file-xlsx", str(error)[:100]) from error
    left = [""] * (sheet.start[1] if sheet.start else 0)
    written = taken = 0
    for row in sheet.iter_rows():
        line = [*left, *map(_text, row)]
        while line and not line[-1].strip():
            line.pop()
        written += sum(map(len, line)) + len(line)
        if written > MOST_TEXT:
            raise SheetFault("file-bomb")
        _say(line)
        taken += bool(line)
        if taken > most_rows:
            break


def _say(told: list[str] | dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(told, ensure_ascii=False).encode(errors="replace") + b"\n")


def _text(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == MIDNIGHT:
            return value.date().isoformat()
        case date():
            return value.isoformat()
    return str(value)


if __name__ == "__main__":
    main()
