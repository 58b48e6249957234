"""The answer of the pre-check, as the API gives it and the screens read it."""

from datetime import date
from typing import Any

from evaluation.rules.explain import LANGUAGES, explain
from evaluation.rules.model import Evaluation, Finding, Value


def answer(evaluation: Evaluation) -> dict[str, Any]:
    """The evaluation as JSON: verdicts, each with its sentence per language, and what would settle the open ones."""
    return {
        "criteria": {
            "id": evaluation.criteria.id,
            "version": evaluation.criteria.version,
            "sha256": evaluation.criteria.sha256,
        },
        "outcome": evaluation.outcome.value,
        "by_population": {population.value: outcome.value for population, outcome in evaluation.by_population.items()},
        "findings": [_finding(finding) for finding in evaluation.findings],
        "tally": {verdict.value: count for verdict, count in evaluation.tally.items()},
        "warnings": sorted(code.value for code in evaluation.warnings),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "verdict": finding.verdict.value,
        "text": {language: explain(finding, language) for language in LANGUAGES},
        "values": {name: _json(value) for name, value in finding.values.items()},
        "source": finding.source,
        "readings": list(finding.readings),
        "margin": finding.margin,
        "missing": list(finding.missing),
    }


def _json(value: Value) -> int | str | list[int]:
    match value:
        case date():
            return value.isoformat()
        case tuple():
            return list(value)
        case _:
            return value
