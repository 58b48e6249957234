"""In which coming batch a criterion could be met at the earliest."""

from calendar import monthrange
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from evaluation.rules.explain import LANGUAGES, explain
from evaluation.rules.outlook import CriterionOutlook, Need, Outlook, Round, outlook
from evaluation.rules.parse import parse_facts
from tests.rules.stated import CRITERIA, OTHER, VERSIONS, YEARS, all_facts, certificate, judge, stated, year


def coming(first: int = 2022, count: int = 6) -> list[Round]:
    """From July 2026 on; each July moves the triple by one year."""
    rounds = []
    for index in range(count):
        of_year, half = 2026 + (index + 1) // 2, 1 if index % 2 else 7
        start = first + index // 2
        last = monthrange(of_year, half)[1]
        rounds.append(Round(f"{of_year}-{half:02d}", date(of_year, half, last), (start, start + 1, start + 2)))
    return rounds


def look(**changes: Any) -> Outlook:
    document = stated(**changes)
    return outlook(VERSIONS, parse_facts(document, VERSIONS), judge(document), coming())


def only(criterion: str, **changes: Any) -> CriterionOutlook:
    (found,) = (each for each in look(**changes).criteria if each.id == criterion)
    return found


def told(criterion: str, **changes: Any) -> str:
    return explain(only(criterion, **changes).reason, "en")


def acts(*counts: int) -> list[dict[str, Any]]:
    return [year(each, count, 0) for each, count in zip(YEARS, counts, strict=True)]


def test_rounds_of_the_test_move_with_each_july() -> None:
    assert [(each.code, each.booked_years[0]) for each in coming(count=4)] == [
        ("2026-07", 2022),
        ("2027-01", 2022),
        ("2027-07", 2023),
        ("2028-01", 2023),
    ]


def test_site_that_meets_all_needs_no_later_batch() -> None:
    assert look(capacity="SHORTAGE") == Outlook("2026-07", ())


def test_one_short_waits_for_the_year_that_is_not_booked_yet() -> None:
    found = only("C2", allografts=acts(31, 27, 25))
    assert found.batch == "2027-07"
    assert found.needs == (
        Need("2027-07", (2023, 2024, 2025), (2025,), 32),
        Need("2028-01", (2023, 2024, 2025), (2025,), 32),
        Need("2028-07", (2024, 2025, 2026), (2025, 2026), 59),
        Need("2029-01", (2024, 2025, 2026), (2025, 2026), 59),
    )
    assert told("C2", allografts=acts(31, 27, 25)) == (
        "At the earliest in batch 2027-07, which counts 2023, 2024 and 2025:"
        " 2025 must bring at least 32 transplantations."
    )


def test_known_years_that_are_enough_once_the_first_drops_out() -> None:
    assert told("C2", allografts=acts(0, 41, 42)) == (
        "At the earliest in batch 2027-07, which counts 2023, 2024 and 2025:"
        " 2025 must bring at least 1 transplantation."
    )


def test_year_without_figure_can_be_met_in_this_batch() -> None:
    assert only("C2", allografts=acts(31, 27, 25)[:2]).batch == "2026-07"


def test_missing_certificate_must_be_there_on_the_next_reference_date() -> None:
    assert told("C1b", certificates=[]) == (
        "At the earliest in batch 2027-01, if a certificate is valid on 31 January 2027."
    )


def test_certificate_that_names_another_site() -> None:
    elsewhere = certificate(facilities=[{"role": "CLINICAL", "site": OTHER}])
    assert only("C1c", certificates=[elsewhere]).batch == "2027-01"


@pytest.mark.parametrize(
    ("criterion", "changes"),
    [
        ("C4", {"laboratory_site": OTHER}),
        ("C1c", {"apheresis_site": OTHER}),
        ("C5", {"judgements": {"C5": "NOT_MET"}}),
    ],
)
def test_what_depends_on_people_cannot_be_computed(criterion: str, changes: dict[str, Any]) -> None:
    assert only(criterion, **changes).batch is None
    assert look(**changes).batch is None
    assert told(criterion, **changes).startswith("No batch can be computed")


def test_missing_judgement_can_be_given_in_this_batch() -> None:
    assert told("C3a", judgements={}) == "In batch 2026-07, once a person has assessed it."


def test_batch_of_all_is_that_of_the_latest_criterion() -> None:
    assert look(allografts=acts(31, 27, 25), certificates=[], capacity="BOTH").batch == "2027-07"


def test_no_version_in_force_later_on_cannot_be_computed() -> None:
    document = stated(certificates=[])
    found = outlook(VERSIONS, parse_facts(document, VERSIONS), judge(document), coming(count=1))
    assert [each.batch for each in found.criteria if each.id == "C1b"] == [None]


@given(all_facts())
def test_each_unmet_criterion_has_an_outlook_in_each_language(document: Any) -> None:
    judged = judge(document)
    found = outlook(VERSIONS, parse_facts(document, VERSIONS), judged, coming())
    settled = {"MET", "NOTED", "NA", "TRANSITION"}
    assert [each.id for each in found.criteria] == [
        name for name in CRITERIA.order if judged.finding(name).verdict not in settled
    ]
    assert all(explain(each.reason, language) for each in found.criteria for language in LANGUAGES)
