"""The same thirteen criteria as one decision of GoRules ZEN, checked verdict by verdict before anything is timed."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import zen

from evaluation.rules.model import Evaluation

DECISION = Path(__file__).resolve().parent / "decision.json"
TRACED = {"trace": True}
DAY_LENGTH = len("2026-07-31")
Json = dict[str, Any]


def decision() -> zen.ZenDecision:
    return zen.ZenEngine().create_decision(DECISION.read_text(encoding="utf-8"))


def stated(site: Json) -> Json:
    """The site as the decision reads it: days counted, pairs of a scope joined, a list of units even where none is."""
    counted: Json = _days_counted(site)
    for certificate in counted["certificates"] or []:
        certificate["scopes"] = ["_".join(pair) for pair in certificate["scopes"]]
        certificate["facilities"] = certificate["facilities"] or []
    for row in counted["allografts"]:
        for field in ("billed", "billed_paed"):
            if row[field] is not None:
                row[field] = {"first": row[field]["470654"], "second": row[field]["470665"]}
    return counted


def differences(engine: zen.ZenDecision, sites: Sequence[Json], evaluations: Sequence[Evaluation]) -> list[str]:
    """Where a verdict or the outcome is not the same; empty when the decision is equivalent on these sites."""
    found = []
    for number, (site, evaluation) in enumerate(zip(sites, evaluations, strict=True)):
        result = engine.evaluate(site, TRACED)["result"]
        expected = {each.id: each.verdict.value for each in evaluation.findings} | {"outcome": evaluation.outcome.value}
        unlike = [name for name, verdict in expected.items() if result.get(name) != verdict]
        found += [f"site {number}, {name}: {result.get(name)}" for name in unlike]
    return found


def _days_counted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _days_counted(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_days_counted(each) for each in value]
    if isinstance(value, str) and len(value) == DAY_LENGTH and value[4] == "-":
        return date.fromisoformat(value).toordinal()
    return value
