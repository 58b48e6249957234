"""Rows of a CSV file, comma or semicolon, none of them longer than a row can be."""

import csv
import io
from collections.abc import Iterator
from typing import Final, TextIO

from applications.bulk.faults import UnreadableFile

SEPARATORS: Final = ",;"
MOST_OF_A_ROW: Final = 1024 * 1024
"""Characters; a cell of text holds some ten thousand."""
ENDLESS: Final = "field larger than field limit"


class _Lines:
    """Lines for the reader of CSV, which reads as many as its quotes ask for: a row may take so many characters."""

    def __init__(self, text: TextIO) -> None:
        self.text, self.left = text, MOST_OF_A_ROW

    def __iter__(self) -> Iterator[str]:
        while line := self.text.readline(self.left + 1):
            self.left -= len(line)
            if self.left < 0:
                raise UnreadableFile("file-row-too-long")
            yield line

    def begin_row(self) -> None:
        self.left = MOST_OF_A_ROW


def csv_lines(content: bytes) -> Iterator[list[str] | UnreadableFile]:
    """The cells of each row, a fault in place of one with a stray quote; broken UTF-8 is left for who keeps the cells.

    Raises UnreadableFile at a row or a cell without an end.
    """
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", errors="surrogateescape", newline="")
    first = text.readline(MOST_OF_A_ROW)
    text.seek(0)
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=max(SEPARATORS, key=first.count), strict=True)
    number = 0
    while True:
        number += 1
        lines.begin_row()
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fault = UnreadableFile("file-csv", row=number, value=str(error)[:100])
            if str(error).startswith(ENDLESS):
                raise fault from error
            yield fault
        except UnreadableFile as fault:
            fault.row = number
            raise
