"""The reason of a verdict as a sentence a hospital director understands, the same on screen, terminal and paper."""

import tomllib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from evaluation.rules.enums import Outcome, Verdict, WarningCode
from evaluation.rules.model import Finding, Reason
from evaluation.rules.sites import printed

TEXTS = Path(__file__).resolve().parent / "texts"
LANGUAGES = ("nl", "fr", "en")
PUBLIC_LANGUAGES = (*LANGUAGES, "de")


def explain(finding: Finding | Reason, language: str) -> str:
    """The sentence of a finding or reason in nl, fr or en; raises ValueError for another language."""
    reason = finding.reason if isinstance(finding, Finding) else finding
    text = _word("reasons", reason.key, language)
    return Phrases(language).vformat(text, (), reason.values)


def explain_all(reasons: Iterable[Reason], language: str) -> str:
    """The sentences one after the other, blank for none."""
    return " ".join(explain(reason, language) for reason in reasons)


def explain_warning(code: WarningCode, language: str) -> str:
    """What a reader must know beside the verdicts, in nl, fr or en."""
    return _word("warnings", code.value, language)


def explain_fault(code: str, language: str) -> str:
    """What is wrong with a stated value, in nl, fr or en."""
    return _word("faults", code, language)


def verdict_name(verdict: Verdict, language: str) -> str:
    """The word for a verdict in nl, fr, en or de."""
    return _word("verdicts", verdict.value, language)


def outcome_name(outcome: Outcome, language: str) -> str:
    """The word for an outcome in nl, fr, en or de; it is advice and never a decision."""
    return _word("outcomes", outcome.value, language)


def criterion_name(criterion_id: str, language: str) -> str:
    """The short name of a criterion or admissibility item in nl, fr or en."""
    return _word("criteria", criterion_id, language)


def reason_keys() -> frozenset[str]:
    """Every key a sentence exists for."""
    return frozenset(texts("en")["reasons"])


def _word(section: str, key: str, language: str) -> str:
    words = texts(language).get(section)
    if words is None:
        raise ValueError(f"no {section} in {language}")
    word: str = words[key]
    return word


@cache
def texts(language: str) -> dict[str, Any]:
    """The sentences and words of one language."""
    if language not in PUBLIC_LANGUAGES:
        raise ValueError(f"no texts in {language}; there are {', '.join(PUBLIC_LANGUAGES)}")
    return tomllib.loads((TEXTS / f"{language}.toml").read_text(encoding="utf-8"))


def format_day(day: date, language: str) -> str:
    """The day as people write it: number, name of the month, year."""
    words = texts(language)["format"]
    number = words["first_of_month"] if day.day == 1 else str(day.day)
    return f"{number} {words['months'][day.month - 1]} {day.year}"


def format_number(number: int, language: str) -> str:
    """An integer with the language's mark between thousands."""
    separator: str = texts(language)["format"]["thousands"]
    return f"{number:,}".replace(",", separator)


class Phrases(Formatter):
    """Fills a sentence: days, numbers and lists by language, a form after the colon by the tables of words."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.words = texts(language)

    def format_field(self, value: Any, format_spec: str) -> str:
        match format_spec:
            case "site":
                return printed(value)
            case "kind" | "subject":
                word: str = self.words[f"{format_spec}s"][value]
                return word
            case "year":
                return self._listed([str(year) for year in (value if isinstance(value, tuple) else (value,))])
            case "":
                return self._plain(value)
            case unit:
                return f"{format_number(value, self.language)} {self._counted(unit, value)}"

    def _plain(self, value: object) -> str:
        if isinstance(value, date):
            return format_day(value, self.language)
        return format_number(value, self.language) if isinstance(value, int) else str(value)

    def _counted(self, unit: str, number: int) -> str:
        singular, plural = self.words["units"][unit]
        chosen: str = singular if self.words["format"]["singular_from"] <= number <= 1 else plural
        return chosen

    def _listed(self, items: Sequence[str]) -> str:
        *first, last = items
        return f"{', '.join(first)} {self.words['format']['and']} {last}" if first else last
