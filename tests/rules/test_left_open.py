"""Before a batch closes, what nobody confirmed leaves open what rests on it, and nothing else."""

from dataclasses import replace

import pytest

from evaluation.rules.evaluate import evaluate, left_open
from evaluation.rules.model import Evaluation, Outcome, Population, Reason, Verdict
from evaluation.rules.parse import parse_facts
from tests.rules.stated import CRITERIA, OTHER, VERSIONS, Json, stated

UNCONFIRMED = Reason("not_judged", {"subject": "C3a"})


def opened(*criteria: str, **changes: object) -> tuple[Evaluation, Evaluation]:
    facts = parse_facts(stated(**changes), VERSIONS)
    before = evaluate(CRITERIA, facts)
    return before, left_open(
        CRITERIA, facts, before, reasons=dict.fromkeys(criteria, UNCONFIRMED), missing="apheresis_site"
    )


def test_only_what_is_named_is_left_open() -> None:
    before, after = opened("C1c", "C2", "C4")
    for first, second in zip(before.findings, after.findings, strict=True):
        if first.id in ("C1c", "C2", "C4"):
            assert second == replace(
                first,
                verdict=Verdict.TO_VERIFY,
                reason=UNCONFIRMED,
                margin=None,
                missing=("apheresis_site",),
                children=(),
            )
        else:
            assert second == first
    assert after.by_population == {Population.ADULT: Outcome.INCOMPLETE, Population.PAED: Outcome.INCOMPLETE}
    assert (after.outcome, after.warnings, after.criteria) == (Outcome.INCOMPLETE, before.warnings, before.criteria)
    assert after.tally == {**before.tally, Verdict.MET: 9, Verdict.TO_VERIFY: 3}


@pytest.mark.parametrize(
    ("changes", "criteria", "outcome"),
    [
        ({"apheresis_site": OTHER}, ("C1c", "P1"), "INCOMPLETE"),
        ({"apheresis_site": OTHER}, ("C1c",), "NOT_ELIGIBLE"),
        ({"capacity": "NEITHER"}, ("C2",), "INCOMPLETE"),
        ({}, (), "ELIGIBLE"),
    ],
)
def test_outcome_follows_what_is_left_open(changes: Json, criteria: tuple[str, ...], outcome: str) -> None:
    before, after = opened(*criteria, **changes)
    assert after.outcome == outcome
    assert after.warnings == before.warnings


def test_what_does_not_apply_stays_so() -> None:
    before, after = opened("P1", "P2", "P3", populations=["ADULT"])
    assert after == before
