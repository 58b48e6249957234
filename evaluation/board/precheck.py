"""The live pre-check of one draft: the same rules as the secretariat's, on what its holder typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from applications.models import Application, Batch, Statement
from evaluation.board.findings import screen_language
from evaluation.drafts import facts_of_application, has_release
from evaluation.law import criteria_on, criteria_versions
from evaluation.rules.evaluate import evaluate
from evaluation.rules.explain import explain, explain_fault, explain_warning
from evaluation.rules.margins import explain_margin
from evaluation.rules.parse import InvalidFacts, parse_facts


@dataclass(frozen=True, slots=True)
class PreCheckLine:
    id: str
    verdict: str
    sentence: str
    margin: str = ""


@dataclass(frozen=True, slots=True)
class PreCheck:
    """What the rules say now; without outcome when an answer cannot be read, which ``faults`` then name."""

    outcome: str
    lines: tuple[PreCheckLine, ...]
    warnings: tuple[str, ...]
    faults: tuple[str, ...]
    has_figures: bool
    booked: tuple[tuple[int, int], ...] = ()


def live_pre_check(
    application: Application, *, batch: Batch, on: date, statements: Iterable[Statement] | None = None
) -> PreCheck:
    """Judge what was typed, saved or not; booked figures take part only when the hospital released them."""
    document = facts_of_application(application, batch=batch, on=on, statements=statements)
    language = screen_language()
    released = has_release(application.centre, application.holder, on)
    try:
        facts = parse_facts(document, criteria_versions())
    except InvalidFacts as faulty:
        faults = tuple(dict.fromkeys(explain_fault(row.code, language) for row in faulty.problems))
        return PreCheck("", (), (), faults, released)
    found = evaluate(criteria_on(facts.reference_on), facts)
    lines = tuple(
        PreCheckLine(row.id, row.verdict.value, explain(row, language), explain_margin(row, language))
        for row in found.findings
    )
    warnings = tuple(explain_warning(code, language) for code in sorted(found.warnings))
    return PreCheck(found.outcome.value, lines, warnings, (), released, _booked(document))


def _booked(document: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    """Both codes added up, per year that is known."""
    return tuple((row["year"], sum(row["billed"].values())) for row in document["allografts"] if row["billed"])
