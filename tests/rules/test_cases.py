"""The cases a jurist can read, in tests/cases."""

import tomllib
from pathlib import Path

import pytest

from tests.rules.stated import Json, judged, verdicts

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "sites.toml").read_text())["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: Json) -> None:
    facts = {name: None if value == "unknown" else value for name, value in case.get("facts", {}).items()}
    evaluation = judged(**facts)
    assert verdicts(evaluation) == verdicts(judged()) | case.get("verdicts", {})
    assert evaluation.outcome == case["outcome"]
    assert sorted(evaluation.warnings) == case.get("warnings", [])
