"""Two renderings of one file must say the same: block by block the same numbers, days, sites, paragraphs and noes.

Words differ between languages; what is counted here does not. A block is the text of one paragraph, cell or heading.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import zip_longest
from typing import Final

from evaluation.dossiers.model import Language

BLOCKS: Final = frozenset(
    {"caption", "dd", "desc", "dt", "h1", "h2", "h3", "h4", "li", "p", "td", "text", "th", "title"}
)
SILENT: Final = frozenset({"style", "script"})
MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "nl": (
        "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
        "november", "december",
    ),
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
    ),
}  # fmt: skip
NUMBER_WORDS: Final[dict[Language, dict[str, int]]] = {
    "nl": {
        "beide": 2, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "negen": 9,
        "tien": 10,
    },
    "fr": {
        "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    },
}  # fmt: skip
SAME: Final[dict[Language, tuple[tuple[re.Pattern[str], str], ...]]] = {
    "nl": (
        (re.compile(r"\bzo niet\b"), "anders"),
        (re.compile(r"\b(\d{1,2})\.(\d{2}) uur\b"), r" \1:\2 "),
        (re.compile(r"\b24u op 24u en 7 dagen (?:per week|op 7)"), " 24/7 "),
    ),
    "fr": (
        (re.compile(r"\b(\d{1,2}) h (\d{2})\b"), r" \1:\2 "),
        (re.compile(r"\b24 heures sur 24 et 7 jours sur 7\b"), " 24/7 "),
        (re.compile(r"\bni l['\u2019]un ni l['\u2019]autre\b"), " ni deux "),
    ),
}
"""Phrases that each language writes in its own way, in one spelling."""

SITE: Final = re.compile(r"\b\d\.\d{3}\.\d{3}\.\d{3}\b")
PARAGRAPH: Final = re.compile(r"§\s*(\d+)")
REFERENCE: Final = re.compile(r"\b\d{4}-\d{2}(?:-\d{2}|/\d{4})?\b")
CODE: Final = re.compile(r"\b(?:AD|[ACP])\d{1,2}[a-z]?\b")
NUMBER: Final = re.compile(r"\d{1,2}:\d{2}|24/7|[\u2212-]?\d+(?:[.,]\d+)*")
WORD: Final = re.compile(r"[^\W\d_]+", re.UNICODE)

SENTENCE: Final = re.compile(r"[.;:!?]\s")
DUTCH_NO: Final = re.compile(
    r"\b(?:niet|geen|nooit|zonder|niets|niemand|evenmin|neen|nee|onbeslist"
    r"|on(?:volledige?|voldoende|bekende?|mogelijke?|geldige?))\b"
)
DUTCH_NEITHER: Final = re.compile(r"\bnoch\b")
FRENCH_NE: Final = re.compile(r"\b(?:ne\s|n['\u2019])(?!(?:\S+\s){1,3}que\b)")
FRENCH_ALONE: Final = re.compile(
    r"\b(?:non|sans|néant|irrecevables?|in(?:complète?s?|complets?|suffisante?s?|connue?s?|valides?)|impossibles?)\b"
)
FRENCH_WITH_NE: Final = re.compile(r"\b(?:pas|aucune?|jamais|rien|personne ne)\b")
FRENCH_NEITHER: Final = re.compile(r"\bni\b")


@dataclass(frozen=True, slots=True)
class Said:
    """What must be the same of a block: numbers and days, sites, paragraphs and codes, and how often it says no."""

    numbers: tuple[str, ...]
    days: tuple[str, ...]
    sites: tuple[str, ...]
    references: tuple[str, ...]
    noes: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A block that says something else in the other language; `what` names the kind."""

    block: int
    what: str
    nl: str
    fr: str

    def __str__(self) -> str:
        return f"block {self.block}, {self.what}: nl “{self.nl}” / fr “{self.fr}”"


class _Blocks(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, list[str]]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        if tag in BLOCKS:
            self._open.append((tag, []))
        elif tag in {"br", "span", "strong"} and self._open:
            self._open[-1][1].append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT
        if self._open and self._open[-1][0] == tag:
            name, parts = self._open.pop()
            self.found.append((name, " ".join("".join(parts).split())))

    def handle_data(self, data: str) -> None:
        if self._open and not self._silent:
            self._open[-1][1].append(data)


def blocks(html: str) -> tuple[tuple[str, str], ...]:
    """The blocks of a rendering with their tags, in the order in which they end."""
    reader = _Blocks()
    reader.feed(html)
    return tuple(reader.found)


def said(text: str, language: Language) -> Said:
    """What a block says that another language says alike."""
    rest = text.lower().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    for pattern, spelling in SAME[language]:
        rest = pattern.sub(spelling, rest)
    days, rest = _days(rest, language)
    sites, rest = _taken(SITE, rest)
    paragraphs, rest = _taken(PARAGRAPH, rest)
    references, rest = _taken(REFERENCE, rest)
    codes = [found.group().lower() for found in CODE.finditer(text)]
    rest = CODE.sub(" ", rest.upper()).lower() if codes else rest
    numbers = [found.group().replace(",", ".") for found in NUMBER.finditer(rest)]
    numbers += [str(NUMBER_WORDS[language][word]) for word in WORD.findall(rest) if word in NUMBER_WORDS[language]]
    return Said(
        numbers=tuple(sorted(numbers)),
        days=tuple(sorted(days)),
        sites=tuple(sorted(sites)),
        references=tuple(sorted([*paragraphs, *references, *codes])),
        noes=sum(_noes(sentence, language) for sentence in SENTENCE.split(rest)),
    )


def differences(nl: str, fr: str) -> tuple[Difference, ...]:
    """Where the Dutch and the French rendering of one file do not say the same; nothing when they do."""
    return tuple(_compare(blocks(nl), blocks(fr)))


def _compare(nl: Sequence[tuple[str, str]], fr: Sequence[tuple[str, str]]) -> Iterator[Difference]:
    for number, (dutch, french) in enumerate(zip_longest(nl, fr, fillvalue=("", "")), 1):
        if dutch[0] != french[0]:
            yield Difference(number, "layout", f"{dutch[0]}: {dutch[1]}", f"{french[0]}: {french[1]}")
            return
        one, other = said(dutch[1], "nl"), said(french[1], "fr")
        for what in ("numbers", "days", "sites", "references", "noes"):
            if getattr(one, what) != getattr(other, what):
                yield Difference(number, what, dutch[1], french[1])


def _noes(sentence: str, language: Language) -> int:
    """How often a sentence says no; French says most of them in two words, which count once."""
    if language == "nl":
        return len(DUTCH_NO.findall(sentence)) + bool(DUTCH_NEITHER.search(sentence))
    bound = len(FRENCH_NE.findall(sentence))
    if not bound:
        bound = len(FRENCH_WITH_NE.findall(sentence)) + bool(FRENCH_NEITHER.search(sentence))
    return bound + len(FRENCH_ALONE.findall(sentence))


def _days(text: str, language: Language) -> tuple[list[str], str]:
    """Days written out and months, with their year where it stands, as ISO; and the text without them."""
    months = {name: place for place, name in enumerate(MONTHS[language], 1)}
    pattern = re.compile(rf"(?:\b(\d{{1,2}})(?:er)?\s+)?\b({'|'.join(months)})\b(?:\s+(\d{{4}}))?")
    days = []

    def taken(found: re.Match[str]) -> str:
        days.append(f"{found[3] or ''}-{months[found[2]]:02d}-{int(found[1] or 0):02d}")
        return " "

    return days, pattern.sub(taken, text)


def _taken(pattern: re.Pattern[str], text: str) -> tuple[list[str], str]:
    found = [match.group(match.lastindex or 0) for match in pattern.finditer(text)]
    return found, pattern.sub(" ", text)
