"""Rows of a JSON file, a list of objects, read one by one: a small file can stand for more than any machine holds."""

import io
import json
import re
from collections.abc import Iterator
from typing import Any, Final, TextIO

from applications.bulk.delimited import MOST_OF_A_ROW
from applications.bulk.faults import UnreadableFile, unkept

Pairs = tuple[tuple[str, Any], ...]
SPACE: Final = re.compile(r"[ \t\r\n]*")
LONGEST_WORD: Final = len("-Infinity")


class _Unfit(str):
    """A number that is no whole one, as the file spells it."""

    __slots__ = ()


DECODER: Final = json.JSONDecoder(object_pairs_hook=tuple, parse_int=str, parse_float=_Unfit, parse_constant=_Unfit)
"""Objects become tuples of pairs, for a name may stand there twice; whole numbers stay as they are written."""


def json_rows(content: bytes) -> Iterator[Pairs | None]:
    """The names and values of each object of the list, None for what is no object. Raises UnreadableFile."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", errors="surrogateescape", newline="")
    window = _Window(text)
    if window.next_character() != "[":
        window.element(row=1)
        raise UnreadableFile("file-json-rows")
    window.step()
    number = 2
    while not (number == 2 and window.next_character() == "]"):
        element = window.element(row=number)
        yield element if isinstance(element, tuple) else None
        if (mark := window.next_character()) == "]":
            break
        if mark != ",":
            raise UnreadableFile(unkept(mark) or "file-json", row=number, value="Expecting ',' delimiter")
        window.step()
        number += 1
    window.step()
    if window.next_character():
        raise UnreadableFile("file-json", row=number, value="Extra data")


class _Window:
    """The part of a text that is being read."""

    def __init__(self, text: TextIO) -> None:
        self.text, self.held, self.at = text, "", 0

    def next_character(self) -> str:
        """Behind white space; empty at the end."""
        while True:
            space = SPACE.match(self.held, self.at)
            self.at = space.end() if space else self.at
            if self.at < len(self.held):
                return self.held[self.at]
            self.held, self.at = self.text.read(MOST_OF_A_ROW), 0
            if not self.held:
                return ""

    def step(self) -> None:
        self.at += 1

    def element(self, *, row: int) -> Any:
        """The next value of the text, which may be as long as a row. Raises UnreadableFile."""
        self.next_character()
        while True:
            try:
                value, self.at = DECODER.raw_decode(self.held, self.at)
                return value
            except RecursionError as error:
                raise UnreadableFile("file-json", row=row, value="nested") from error
            except json.JSONDecodeError as error:
                if not self._goes_on():
                    raise self._fault(error, row) from error

    def _goes_on(self) -> bool:
        """Whether there was more of an element to read, and room for it."""
        if len(self.held) - self.at >= MOST_OF_A_ROW:
            return False
        if more := self.text.read(MOST_OF_A_ROW):
            self.held, self.at = self.held[self.at :] + more, 0
        return bool(more)

    def _fault(self, error: json.JSONDecodeError, row: int) -> UnreadableFile:
        cut_off = error.msg.startswith("Unterminated") or error.pos >= len(self.held) - LONGEST_WORD
        if cut_off and len(self.held) - self.at >= MOST_OF_A_ROW:
            return UnreadableFile("file-row-too-long", row=row)
        return UnreadableFile(unkept(self.held[error.pos : error.pos + 1]) or "file-json", row=row, value=error.msg)


def cell_text(value: Any) -> tuple[str | None, str]:
    """A value as the cell of a CSV would hold it; with a code when it is neither text, nor a whole number, nor these.

    A list stands for a cell with bars.
    """
    parts = value if isinstance(value, list) else [value]
    unfit = next((part for part in parts if not _is_cell(part)), None)
    if unfit is not None:
        return "cell-type", "" if isinstance(unfit, list | tuple) else json.dumps(unfit).strip('"')
    if isinstance(value, list):
        return None, "|".join("" if part is None else part for part in parts)
    return None, value or ""


def _is_cell(part: Any) -> bool:
    return part is None or (isinstance(part, str) and not isinstance(part, _Unfit))
