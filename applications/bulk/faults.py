"""What is wrong with a file, and where: the words that reading it and checking its rows share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class RowFault:
    """``column`` is empty where the fault is not of one cell."""

    column: str
    code: str
    value: str = ""


Faults: TypeAlias = Mapping[int, Sequence[RowFault]]
"""By row number as in the file, the header being row 1."""


class UnreadableFile(ValueError):  # noqa: N818  # named for what it is: a file, with the code of its fault
    """The file cannot be read to its end; ``code`` says why and ``row`` where, the header being row 1.

    ``before`` is what was found wrong up to there.
    """

    def __init__(self, code: str, *, row: int = 1, value: str = "") -> None:
        super().__init__(code)
        self.code, self.row, self.value = code, row, value
        self.before: Faults = {}

    @property
    def faults(self) -> dict[int, list[RowFault]]:
        """Everything that was found, with what ended the reading."""
        found = {row: list(each) for row, each in self.before.items()}
        found.setdefault(self.row, []).append(RowFault("", self.code, self.value))
        return found


def unkept(text: str) -> str | None:
    """The code of what no database keeps: a NUL byte, or half a character as broken UTF-8 and JSON can spell it."""
    if "\0" in text:
        return "file-nul"
    if text.isascii():
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return "file-not-utf8"
    return None
