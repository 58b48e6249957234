"""Each number and day that decides: on it, one before it, one after it."""

from typing import Any

import pytest

from tests.rules.stated import ADULT_SCOPES, SITE, YEARS, Json, certificate, judged, supplement, verdicts, year

ALLO = [["ADULT", "ALLO"], ["PAED", "ALLO"]]
IEC = [["ADULT", "IEC"], ["PAED", "IEC"]]


def on(reference_on: str, **changes: Any) -> Json:
    """The site that meets everything, on another reference date."""
    last = int(reference_on[:4]) - 1
    rows = [year(each, 28) for each in (last - 2, last - 1, last)]
    return {"reference_on": reference_on, "booked_years": [last - 2, last - 1, last], "allografts": rows} | changes


def verdict(criterion: str, **changes: Any) -> str:
    return verdicts(judged(**changes))[criterion]


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        ((28, 28, 27), "NOT_MET"),
        ((28, 28, 28), "MET"),
        ((28, 28, 29), "MET"),
        ((0, 0, 83), "NOT_MET"),
        ((0, 0, 84), "MET"),
        ((85, 0, 0), "MET"),
        ((0, 0, 0), "NOT_MET"),
    ],
)
def test_sum_of_three_years_decides_not_the_years(acts: tuple[int, ...], expected: str) -> None:
    rows = [year(each, count, 0) for each, count in zip(YEARS, acts, strict=True)]
    assert verdict("C2", allografts=rows) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((6, 6, 5), "NOT_MET"),
        ((6, 6, 6), "MET"),
        ((6, 6, 7), "MET"),
        ((0, 0, 17), "NOT_MET"),
        ((18, 0, 0), "MET"),
        ((0, 0, 0), "NOT_MET"),
    ],
)
def test_sum_of_children_over_three_years_decides(parts: tuple[int, ...], expected: str) -> None:
    rows = [year(each, 28, count) for each, count in zip(YEARS, parts, strict=True)]
    assert verdict("P2", allografts=rows) == expected


BOTH_CODES = [((0, 28), "MET"), ((28, 0), "MET"), ((1, 27), "MET"), ((1, 26), "NOT_MET")]


@pytest.mark.parametrize(("acts", "expected"), BOTH_CODES)
def test_acts_of_both_codes_count(acts: tuple[int, int], expected: str) -> None:
    billed = dict(zip(("470654", "470665"), acts, strict=True))
    rows = [year(2022, 28), year(2023, 28), year(2024, 0, billed=billed, billed_paed=None)]
    assert verdict("C2", allografts=rows) == expected


@pytest.mark.parametrize(("acts", "expected"), [((0, 6), "MET"), ((6, 0), "MET"), ((1, 5), "MET"), ((1, 4), "NOT_MET")])
def test_acts_on_children_of_both_codes_count(acts: tuple[int, int], expected: str) -> None:
    paediatric = dict(zip(("470654", "470665"), acts, strict=True))
    billed = {"470654": 28, "470665": 28}
    rows = [year(2022, 28), year(2023, 28), year(2024, 0, billed=billed, billed_paed=paediatric)]
    assert verdict("P2", allografts=rows) == expected


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    ("accepted", "undecided", "expected"),
    [
        (4, 0, "NOT_MET"),
        (5, 0, "MET"),
        (6, 0, "MET"),
        (0, 4, "NOT_MET"),
        (0, 5, "TO_VERIFY"),
        (0, 6, "TO_VERIFY"),
        (3, 1, "NOT_MET"),
        (3, 2, "TO_VERIFY"),
        (5, 9, "MET"),
    ],
)
@pytest.mark.parametrize(("criterion", "each_year"), [("C2", (28, 6)), ("P2", (28, 6))])
def test_supplements_close_the_gap_of_five(
    criterion: str, each_year: tuple[int, int], place: int, accepted: int, undecided: int, expected: str
) -> None:
    rows = [year(each, *each_year) for each in YEARS]
    rows[place] = year(YEARS[place], 23 if criterion == "C2" else 28, 1)
    rows[(place + 1) % 3]["supplements"] = [supplement(accepted, "ACCEPTED", accepted), supplement(50, "REFUSED", 50)]
    rows[(place + 2) % 3]["supplements"] = [supplement(undecided, None, undecided)]
    if criterion == "C2":
        rows[place]["billed_paed"]["470665"] = 6
    assert verdict(criterion, allografts=rows) == expected


@pytest.mark.parametrize(
    ("reference_on", "vote_on", "ruling", "expected"),
    [
        ("2026-12-30", None, None, "TRANSITION"),
        ("2026-12-31", None, None, "TRANSITION"),
        ("2027-01-01", None, None, "TRANSITION_TO_CONFIRM"),
        ("2026-07-31", "2026-12-31", None, "TRANSITION"),
        ("2026-07-31", "2026-12-31", False, "TRANSITION"),
        ("2026-07-31", "2027-01-01", None, "TRANSITION_TO_CONFIRM"),
        ("2026-07-31", "2027-01-01", True, "TRANSITION"),
        ("2026-07-31", "2027-01-01", False, "NOT_MET"),
        ("2027-03-30", None, None, "TRANSITION_TO_CONFIRM"),
        ("2027-03-31", None, None, "TRANSITION_TO_CONFIRM"),
        ("2027-03-31", None, True, "TRANSITION"),
        ("2027-04-01", None, None, "NOT_MET"),
        ("2027-04-01", None, True, "NOT_MET"),
        ("2027-01-31", "2027-03-31", True, "TRANSITION"),
        ("2027-01-31", "2027-04-01", True, "NOT_MET"),
    ],
)
@pytest.mark.parametrize("stage", ["REVIEW", "VOTE"])
def test_days_of_the_transition(
    reference_on: str, vote_on: str | None, ruling: bool | None, expected: str, stage: str
) -> None:
    changes = on(reference_on, vote_on=vote_on or (reference_on if stage == "VOTE" else None), stage=stage)
    changes |= {"bureau_confirms_transition": ruling, "certificates": [certificate(scopes=ALLO)]}
    filed = {"filed_on": "2025-11-05", "site": SITE}
    assert verdict("C1a", **changes, iec_application=filed) == expected
    renewed = certificate(scopes=IEC, valid_from="2029-01-01", valid_to="2030-01-01", renewal_filed_on="2025-11-05")
    assert verdict("C1a", **changes | {"certificates": [certificate(scopes=ALLO), renewed]}) == expected


@pytest.mark.parametrize(
    ("filed_on", "expected"),
    [("2026-07-30", "TRANSITION"), ("2026-07-31", "TRANSITION"), ("2026-08-01", "TO_VERIFY")],
)
def test_application_and_renewal_count_up_to_the_reference_date(filed_on: str, expected: str) -> None:
    application = {"filed_on": filed_on, "site": SITE}
    assert verdict("C1a", certificates=[certificate(scopes=ALLO)], iec_application=application) == expected
    expired = certificate(scopes=IEC, valid_to="2026-06-30", renewal_filed_on=filed_on)
    assert verdict("C1a", certificates=[certificate(scopes=ALLO), expired]) == expected


@pytest.mark.parametrize(
    ("filed_on", "expected"), [("2026-07-30", "TO_VERIFY"), ("2026-07-31", "TO_VERIFY"), ("2026-08-01", "NOT_MET")]
)
@pytest.mark.parametrize(("criterion", "scopes"), [("C1b", [["ADULT", "ALLO"]]), ("P1", [["PAED", "ALLO"]])])
def test_expired_certificate_waits_once_its_renewal_is_filed(
    criterion: str, scopes: list[list[str]], filed_on: str, expected: str
) -> None:
    expired = certificate(scopes=scopes, valid_to="2026-07-30", renewal_filed_on=filed_on)
    others = certificate(scopes=[["ADULT", "IEC"]])
    assert verdict(criterion, certificates=[others, expired]) == expected
    at_vote = {"stage": "VOTE", "vote_on": "2026-09-15", "certificates": [others, expired]}
    assert verdict(criterion, **at_vote) == "NOT_MET"


@pytest.mark.parametrize(("criterion", "missed"), [("C1a", "TO_VERIFY"), ("C1b", "NOT_MET"), ("P1", "NOT_MET")])
@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({"valid_from": "2026-07-30"}, True),
        ({"valid_from": "2026-07-31"}, True),
        ({"valid_from": "2026-08-01"}, False),
        ({"valid_to": "2026-07-30"}, False),
        ({"valid_to": "2026-07-31"}, True),
        ({"valid_to": "2026-08-01"}, True),
        ({"valid_to": "2025-07-31", "extended_to": "2026-07-30"}, False),
        ({"valid_to": "2025-07-31", "extended_to": "2026-07-31"}, True),
        ({"valid_to": "2025-07-31", "extended_to": "2026-08-01"}, True),
    ],
)
def test_first_and_last_day_of_a_certificate(criterion: str, missed: str, changes: Json, held: bool) -> None:
    assert verdict(criterion, certificates=[certificate(**changes)]) == ("MET" if held else missed)


@pytest.mark.parametrize("criterion", ["C1a", "C1b", "P1"])
@pytest.mark.parametrize(("last_day", "held"), [("2028-09-14", False), ("2028-09-15", True), ("2028-09-16", True)])
@pytest.mark.parametrize(("stage", "missed"), [("REVIEW", "TO_VERIFY"), ("VOTE", "NOT_MET")])
def test_last_day_around_the_vote(criterion: str, last_day: str, held: bool, stage: str, missed: str) -> None:
    changes = on("2028-07-31", stage=stage, vote_on="2028-09-15")
    printed = changes | {"certificates": [certificate(valid_to=last_day)]}
    extended = changes | {"certificates": [certificate(valid_to="2028-08-01", extended_to=last_day)]}
    for each in (printed, extended):
        assert verdict(criterion, **each) == ("MET" if held else missed)
        assert ("CERTIFICATE_LAPSES_BEFORE_VOTE" in judged(**each).warnings) is not held


@pytest.mark.parametrize(("starts", "held"), [("2028-09-14", True), ("2028-09-15", True), ("2028-09-16", False)])
@pytest.mark.parametrize("criterion", ["C1a", "C1b", "P1"])
def test_successor_counts_from_its_first_day(criterion: str, starts: str, held: bool) -> None:
    pair = [certificate(valid_to="2028-08-31"), certificate(valid_from=starts, valid_to="2032-01-01")]
    changes = on("2028-07-31", stage="VOTE", vote_on="2028-09-15", certificates=pair)
    assert verdict(criterion, **changes) == ("MET" if held else "NOT_MET")


@pytest.mark.parametrize(
    ("filed_on", "expected"), [("2026-07-30", "MET"), ("2026-07-31", "MET"), ("2026-08-01", "NOT_MET")]
)
def test_site_in_the_application_counts_when_filed_in_time(filed_on: str, expected: str) -> None:
    """The renewal keeps the transition running; its certificate names another site."""
    elsewhere = certificate(scopes=IEC, valid_to="2026-06-30", renewal_filed_on="2026-06-01", facilities=[])
    elsewhere["facilities"] = [{"role": "CLINICAL", "site": SITE}]
    application = {"filed_on": filed_on, "site": SITE}
    certificates = [certificate(scopes=ALLO), elsewhere]
    assert verdict("C1c", certificates=certificates, iec_application=application) == expected


@pytest.mark.parametrize(("least", "warned"), [(27, True), (28, False), (29, False)])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_year_below_the_minimum_is_shown(least: int, warned: bool, place: int) -> None:
    rows = [year(each, 40) for each in YEARS]
    rows[place] = year(YEARS[place], least)
    assert ("YEAR_BELOW_MINIMUM" in judged(allografts=rows).warnings) is warned


def test_certificate_for_adults_only_is_no_certificate_for_children() -> None:
    scopes = [*ADULT_SCOPES, ["PAED", "IEC"]]
    assert verdict("P1", certificates=[certificate(scopes=scopes)]) == "NOT_MET"


@pytest.mark.parametrize("activity", ["ALLO", "IEC"])
@pytest.mark.parametrize("population", ["ADULT", "PAED"])
def test_certificate_of_any_population_counts_for_the_general_criteria(activity: str, population: str) -> None:
    other = "IEC" if activity == "ALLO" else "ALLO"
    scopes = [[population, activity], ["ADULT", other]]
    found = verdicts(judged(certificates=[certificate(scopes=scopes)]))
    assert (found["C1a"], found["C1b"], found["C1c"]) == ("MET", "MET", "MET")
