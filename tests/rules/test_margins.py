"""How far a verdict is from turning, in words."""

from typing import Any

import pytest
from hypothesis import given

from evaluation.rules.explain import LANGUAGES
from evaluation.rules.margins import explain_margin
from tests.rules.stated import YEARS, all_facts, certificate, judge, stated, supplement, year


def told(criterion: str, **changes: Any) -> str:
    return explain_margin(judge(stated(**changes)).finding(criterion), "en")


def acts(*counts: int | None) -> list[dict[str, Any]]:
    return [year(each, count, 0) for each, count in zip(YEARS, counts, strict=True) if count is not None]


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((31, 27, 25), "1 transplantation short. 2025 needs at least 32 transplantations."),
        ((28, 28, 28), "Exactly what is needed, not one above it. 2025 needs at least 28 transplantations."),
        ((31, 27, 27), "1 transplantation above what is needed. 2025 needs at least 30 transplantations."),
        ((0, 50, 50), "16 transplantations above what is needed."),
        ((28, 28, None), "56 transplantations counted so far; 2024 must bring at least 28."),
        ((60, 28, None), "88 transplantations counted so far, which is enough; yet the figure of 2024 must be known."),
    ],
)
def test_acts_are_measured_against_the_total_and_the_coming_year(counts: tuple[int | None, ...], sentence: str) -> None:
    assert told("C2", populations=["ADULT"], allografts=acts(*counts)) == sentence


def test_undecided_acts_are_not_in_the_distance() -> None:
    rows = [year(2022, 31), year(2023, 27), year(2024, 25, supplements=[supplement(1)])]
    assert told("C2", allografts=rows) == "1 transplantation short. 2025 needs at least 32 transplantations."


@pytest.mark.parametrize(
    ("valid_to", "vote_on", "sentence"),
    [
        ("2026-09-03", "2026-09-15", "The certificate lapses 12 days before the vote."),
        ("2026-09-15", "2026-09-15", "15 September 2026 is the last day of the certificate."),
        ("2026-09-16", "2026-09-15", "The certificate runs for 1 day after the vote."),
        ("2026-08-01", None, "The certificate runs for 1 day after the reference date."),
        ("2026-07-30", None, ""),
    ],
)
def test_certificate_is_measured_in_days(valid_to: str, vote_on: str | None, sentence: str) -> None:
    assert told("C1b", certificates=[certificate(valid_to=valid_to)], vote_on=vote_on) == sentence


def test_certificate_for_children_is_measured_even_where_the_site_decides() -> None:
    elsewhere = certificate(valid_to="2026-08-30", facilities=[{"role": "CLINICAL", "site": "8000000170"}])
    assert told("P1", certificates=[elsewhere]) == "The certificate runs for 30 days after the reference date."


@pytest.mark.parametrize(
    ("vote_on", "sentence"),
    [
        ("2026-12-01", "30 days are left until the transition ends on 31 December 2026."),
        ("2027-01-15", "75 days are left until the transition ends on 31 March 2027."),
    ],
)
def test_transition_says_when_it_ends(vote_on: str, sentence: str) -> None:
    running = {"filed_on": "2026-02-01", "site": "8000000071"}
    assert told("C1a", certificates=[], iec_application=running, vote_on=vote_on) == sentence


@given(all_facts())
def test_every_finding_has_a_margin_in_each_language_or_in_none(facts: Any) -> None:
    for finding in judge(facts).findings:
        assert len({bool(explain_margin(finding, language)) for language in LANGUAGES}) == 1
