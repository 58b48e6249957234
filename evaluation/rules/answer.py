"""The answer of the pre-check, as the API gives it and the screens read it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from evaluation.rules.explain import LANGUAGES, explain, explain_all
from evaluation.rules.margins import margin_reasons
from evaluation.rules.model import Evaluation, Finding, Reason, Value
from evaluation.rules.outlook import Outlook


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


def outlook_as_json(outlook: Outlook) -> dict[str, Any]:
    """When all could be met at the earliest, as JSON, and for each unmet criterion what that takes."""
    return {
        "batch": outlook.batch,
        "criteria": [
            {
                "id": each.id,
                "batch": each.batch,
                "text": _told(each.reason),
                "values": _values(each.reason.values),
                "needs": [
                    {
                        "batch": need.batch,
                        "years": list(need.years),
                        "new_years": list(need.new_years),
                        "least": need.least,
                    }
                    for need in each.needs
                ],
            }
            for each in outlook.criteria
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return _line(finding) | {"source": finding.source, "readings": list(finding.readings)}


def _line(finding: Finding) -> dict[str, Any]:
    margin = margin_reasons(finding)
    return {
        "id": finding.id,
        "verdict": finding.verdict.value,
        "reason": finding.reason.key,
        "text": _told(finding.reason),
        "values": _values(finding.values),
        "margin": finding.margin,
        "margin_text": {language: explain_all(margin, language) for language in LANGUAGES} if margin else None,
        "missing": list(finding.missing),
        "children": [_line(child) for child in finding.children],
    }


def _told(reason: Reason) -> dict[str, str]:
    return {language: explain(reason, language) for language in LANGUAGES}


def _values(values: Mapping[str, Value]) -> dict[str, int | str | list[int]]:
    return {name: _json(value) for name, value in values.items()}


def _json(value: Value) -> int | str | list[int]:
    match value:
        case date():
            return value.isoformat()
        case tuple():
            return list(value)
        case _:
            return value
