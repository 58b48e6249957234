"""Which characters the bundled typefaces have, and how long a text becomes where one is shown by its code point."""

from functools import cache
from typing import Final

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # has no types

from evaluation.dossiers.press import FONTS

MORE: Final = "\N{HORIZONTAL ELLIPSIS}"


@cache
def covered() -> frozenset[int]:
    """The code points that the upright sans has; every text falls back on it."""
    with TTFont(FONTS / "SourceSans3-Regular.ttf") as font:
        return frozenset(font.getBestCmap())


def lacking(text: str) -> list[str]:
    """The characters that no bundled typeface has, in order."""
    return sorted({char for char in text if ord(char) not in covered() and char not in "\n\r\t"})


def spelled(char: str) -> str:
    """A character without glyph by its code point."""
    return f"[U+{ord(char):04X}]"


def fitting(text: str, most: int) -> int:
    """How many characters of a text fit in so many signs as it is printed; all of it when it is short enough."""
    used = 0
    for number, char in enumerate(text):
        used += 1 if ord(char) in covered() else len(spelled(char))
        if used > most:
            return number
    return len(text)


def short(text: str, most: int) -> str:
    """A name that must fit its cell."""
    return text if fitting(text, most) == len(text) else text[: fitting(text, most - 1)].rstrip() + MORE


def both_ends(text: str, most: int) -> str:
    """A name that must fit one line: of one too long both ends stand, for a site comes last."""
    if fitting(text, most) == len(text):
        return text
    back = fitting(text[::-1], most // 3)
    return f"{text[: fitting(text, most - most // 3 - 1)].rstrip()}{MORE}{text[-back:] if back else ''}"
