"""Each verdict of each criterion, at, below and above its bounds."""

from typing import Any

import pytest

from evaluation.rules.model import Finding, Verdict
from tests.rules.stated import (
    ADULT_SCOPES,
    OTHER,
    SITE,
    UNITS,
    YEARS,
    Json,
    certificate,
    judged,
    stated,
    supplement,
    verdicts,
    year,
)

ALLO = [["ADULT", "ALLO"], ["PAED", "ALLO"]]
IEC = [["ADULT", "IEC"]]
ELSEWHERE = [{"role": role, "site": OTHER} for role in ("CLINICAL", "COLLECTION")]
APPLICATION = {"filed_on": "2026-07-31", "site": SITE}


def finding(criterion: str, **changes: Any) -> Finding:
    return judged(**changes).finding(criterion)


def told(criterion: str, **changes: Any) -> tuple[str, str, int | None, tuple[str, ...]]:
    found = finding(criterion, **changes)
    return found.verdict.value, found.reason.key, found.margin, found.missing


def allo_only(**changes: Any) -> Json:
    return {"certificates": [certificate(scopes=ALLO)], "iec_application": APPLICATION} | changes


def on(reference_on: str, **changes: Any) -> Json:
    last = int(reference_on[:4]) - 1
    years = [last - 2, last - 1, last]
    return {"reference_on": reference_on, "booked_years": years, "allografts": [year(each, 28) for each in years]} | (
        changes
    )


def test_all_criteria_are_met() -> None:
    evaluation = judged()
    assert set(verdicts(evaluation).values()) == {"MET", "NOTED"}
    assert (evaluation.outcome, evaluation.warnings) == ("ELIGIBLE", frozenset())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("MET", "certificate_held", 639, ())),
        (
            {"certificates": [certificate(valid_from="2026-07-31", valid_to="2026-07-31")]},
            ("MET", "certificate_held", 0, ()),
        ),
        ({"vote_on": "2028-04-30"}, ("MET", "certificate_held_at_vote", 0, ())),
        (allo_only(), ("TRANSITION", "transition_running", None, ())),
        (allo_only(vote_on="2026-12-31"), ("TRANSITION", "transition_running", None, ())),
        (
            allo_only(vote_on="2027-01-01"),
            ("TRANSITION_TO_CONFIRM", "transition_to_confirm", None, ("bureau_confirms_transition",)),
        ),
        (
            allo_only(vote_on="2027-03-31", bureau_confirms_transition=True),
            ("TRANSITION", "transition_confirmed", None, ()),
        ),
        (
            allo_only(vote_on="2027-03-31", bureau_confirms_transition=False),
            ("NOT_MET", "transition_refused", None, ()),
        ),
        (allo_only(vote_on="2027-04-01"), ("NOT_MET", "certificate_missing", None, ())),
        (allo_only(bureau_confirms_transition=False), ("TRANSITION", "transition_running", None, ())),
        (
            allo_only(iec_application={"filed_on": "2026-08-01", "site": SITE}),
            ("TO_VERIFY", "transition_proof_asked", None, ("iec_application",)),
        ),
        (
            {"certificates": None},
            ("TO_VERIFY", "transition_certificates_not_stated", None, ("certificates", "iec_application")),
        ),
        (
            {"certificates": None, "vote_on": "2027-04-01"},
            ("TO_VERIFY", "certificates_not_stated", None, ("certificates",)),
        ),
        (
            {"certificates": [certificate(scopes=IEC, valid_from="2026-08-01", renewal_filed_on="2026-07-31")]},
            ("TRANSITION", "transition_running", None, ()),
        ),
        (
            {"certificates": [certificate(valid_to="2026-07-30")], "stage": "VOTE", "vote_on": "2026-09-15"},
            ("TO_VERIFY", "transition_proof_asked", None, ("iec_application",)),
        ),
    ],
)
def test_certificate_for_immune_effector_cells(changes: Json, expected: tuple[object, ...]) -> None:
    assert told("C1a", **changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"valid_to": "2026-07-31"}, ("MET", "certificate_held", 0, ())),
        ({"valid_to": "2026-07-30"}, ("NOT_MET", "certificate_expired", None, ())),
        ({"valid_to": "2026-06-30", "extended_to": "2026-07-31"}, ("MET", "certificate_held", 0, ())),
        ({"valid_from": "2026-07-31"}, ("MET", "certificate_held", 639, ())),
        ({"valid_from": "2026-08-01"}, ("NOT_MET", "certificate_too_late", None, ())),
        ({"scopes": IEC}, ("NOT_MET", "certificate_missing", None, ())),
        (
            {"valid_to": "2026-07-30", "renewal_filed_on": "2026-07-31"},
            ("TO_VERIFY", "certificate_waits", None, ("certificates/extended_to",)),
        ),
        (
            {"valid_to": "2026-07-30", "renewal_filed_on": "2026-08-01"},
            ("NOT_MET", "certificate_expired", None, ()),
        ),
    ],
)
def test_certificate_for_transplantation(changes: Json, expected: tuple[object, ...]) -> None:
    assert told("C1b", certificates=[certificate(**changes)]) == expected


@pytest.mark.parametrize(
    ("stage", "last_day", "expected"),
    [
        ("REVIEW", "2026-09-15", ("MET", "certificate_held_at_vote", 0, ())),
        ("REVIEW", "2026-09-14", ("TO_VERIFY", "certificate_lapses", -1, ("certificates/extended_to",))),
        ("VOTE", "2026-09-14", ("NOT_MET", "certificate_lapses_at_vote", -1, ())),
    ],
)
def test_certificate_that_ends_around_the_vote(stage: str, last_day: str, expected: tuple[object, ...]) -> None:
    changes = {"certificates": [certificate(valid_to=last_day)], "stage": stage, "vote_on": "2026-09-15"}
    assert told("C1b", **changes) == expected
    lapses = "CERTIFICATE_LAPSES_BEFORE_VOTE" in judged(**changes).warnings
    assert lapses == (expected[0] != "MET")


def test_certificate_waiting_at_the_vote_is_not_met() -> None:
    waiting = certificate(valid_to="2026-07-30", renewal_filed_on="2026-07-01")
    found = told("C1b", certificates=[waiting], stage="VOTE", vote_on="2026-09-15")
    assert found == ("NOT_MET", "certificate_waits_at_vote", None, ())


def test_no_certificates_is_not_the_same_as_certificates_unknown() -> None:
    assert told("C1b", certificates=[]) == ("NOT_MET", "certificate_missing", None, ())
    assert told("C1b", certificates=None) == ("TO_VERIFY", "certificates_not_stated", None, ("certificates",))


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "MET"),
        ({"apheresis_site": OTHER, "certificates": None}, "NOT_MET"),
        ({"certificates": []}, "TO_VERIFY"),
        ({"certificates": None}, "TO_VERIFY"),
        ({"certificates": None, "iec_application": APPLICATION | {"site": OTHER}}, "NOT_MET"),
        ({"certificates": None, "iec_application": APPLICATION}, "TO_VERIFY"),
        ({"certificates": [certificate(facilities=None)]}, "TO_VERIFY"),
        ({"certificates": [certificate(facilities=[])]}, "TO_VERIFY"),
        ({"certificates": [certificate(facilities=UNITS[:1])]}, "NOT_MET"),
        ({"certificates": [certificate(facilities=UNITS[:1]), certificate(facilities=UNITS[1:])]}, "NOT_MET"),
        ({"certificates": [certificate(facilities=ELSEWHERE), certificate(facilities=None)]}, "TO_VERIFY"),
        ({"certificates": [certificate(facilities=None), certificate()]}, "MET"),
        ({"certificates": [certificate(scopes=ALLO), certificate(scopes=IEC, facilities=None)]}, "TO_VERIFY"),
        (allo_only(), "MET"),
        (allo_only(iec_application=APPLICATION | {"site": OTHER}), "NOT_MET"),
        (allo_only(iec_application=None), "MET"),
        (
            {"certificates": [certificate(scopes=ALLO), certificate(scopes=IEC, valid_to="2026-07-30")]}
            | {"iec_application": APPLICATION | {"site": OTHER}},
            "NOT_MET",
        ),
        (
            {
                "certificates": [
                    certificate(scopes=ALLO),
                    certificate(scopes=IEC, valid_to="2026-07-30", renewal_filed_on="2026-07-01", facilities=None),
                ]
            },
            "TO_VERIFY",
        ),
    ],
)
def test_certificates_awarded_to_the_site(changes: Json, verdict: str) -> None:
    assert finding("C1c", **changes).verdict == verdict


@pytest.mark.parametrize(
    ("facilities", "stage", "verdict"),
    [
        (UNITS, "VOTE", "MET"),
        (ELSEWHERE, "REVIEW", "TO_VERIFY"),
        (ELSEWHERE, "VOTE", "NOT_MET"),
        (None, "REVIEW", "TO_VERIFY"),
        (None, "VOTE", "TO_VERIFY"),
    ],
)
@pytest.mark.parametrize("criterion", ["C1c", "P1"])
def test_successor_must_name_the_site_on_the_day_of_the_vote(
    criterion: str, facilities: Any, stage: str, verdict: str
) -> None:
    pair = [certificate(valid_to="2026-08-31"), certificate(valid_from="2026-09-01", facilities=facilities)]
    assert finding(criterion, certificates=pair, stage=stage, vote_on="2026-09-15").verdict == verdict


def test_nothing_valid_at_the_vote_leaves_the_site_as_it_was() -> None:
    changes = {"certificates": [certificate(valid_to="2026-08-31")], "stage": "VOTE", "vote_on": "2026-09-15"}
    assert finding("C1c", **changes).verdict is Verdict.MET
    assert told("P1", **changes)[:2] == ("NOT_MET", "certificate_lapses_at_vote")


@pytest.mark.parametrize(
    ("acts", "supplements", "expected"),
    [
        ((28, 28, 28), [], ("MET", "acts_reached", 0, ())),
        ((27, 28, 28), [], ("NOT_MET", "acts_short", -1, ())),
        ((29, 28, 28), [], ("MET", "acts_reached", 1, ())),
        ((27, 28, 28), [supplement(1, "ACCEPTED")], ("MET", "acts_reached", 0, ())),
        ((27, 28, 28), [supplement(9, "REFUSED")], ("NOT_MET", "acts_short", -1, ())),
        ((27, 28, 28), [supplement(1)], ("TO_VERIFY", "acts_undecided", -1, ("allografts/2022/supplements/ruling",))),
        ((26, 28, 28), [supplement(1)], ("NOT_MET", "acts_short_undecided", -2, ())),
    ],
)
def test_allografts(acts: tuple[int, ...], supplements: list[Json], expected: tuple[object, ...]) -> None:
    rows = [year(each, count) for each, count in zip(YEARS, acts, strict=True)]
    rows[0]["supplements"] = supplements
    assert told("C2", allografts=rows) == expected


@pytest.mark.parametrize(
    ("paediatric", "part", "ruling", "expected"),
    [
        ((6, 6, 6), 0, None, ("MET", "paediatric_acts_reached", 0, ())),
        ((5, 6, 6), 0, None, ("NOT_MET", "paediatric_acts_short", -1, ())),
        ((5, 6, 6), 1, "ACCEPTED", ("MET", "paediatric_acts_reached", 0, ())),
        (
            (5, 6, 6),
            1,
            None,
            ("TO_VERIFY", "paediatric_acts_undecided", -1, ("allografts/2022/supplements/ruling",)),
        ),
        ((4, 6, 6), 1, None, ("NOT_MET", "paediatric_acts_short_undecided", -2, ())),
    ],
)
def test_allografts_in_children(
    paediatric: tuple[int, ...], part: int, ruling: str | None, expected: tuple[object, ...]
) -> None:
    rows = [year(each, 28, count) for each, count in zip(YEARS, paediatric, strict=True)]
    rows[0]["supplements"] = [supplement(3, ruling, part)]
    assert told("P2", allografts=rows) == expected


def test_year_without_booked_figure_leaves_the_count_open() -> None:
    rows = [year(2022, 84), year(2023, 1, billed=None, billed_paed=None, declared=90)]
    missing = ("allografts/2023/billed", "allografts/2024/billed")
    assert told("C2", allografts=rows) == ("TO_VERIFY", "years_missing", None, missing)
    assert finding("C2", allografts=rows).values["unknown_years"] == (2023, 2024)


def test_year_without_children_stated_leaves_only_their_count_open() -> None:
    rows = [year(2022, 28), year(2023, 28), year(2024, 28, billed_paed=None)]
    assert verdicts(judged(allografts=rows)) == verdicts(judged()) | {"P2": "TO_VERIFY"}


@pytest.mark.parametrize(("site", "verdict"), [(SITE, "MET"), (None, "TO_VERIFY"), (OTHER, "NOT_MET")])
def test_laboratory(site: str | None, verdict: str) -> None:
    assert finding("C4", laboratory_site=site).verdict == verdict


@pytest.mark.parametrize("criterion", ["C3a", "C3b", "C5", "C6", "P3"])
@pytest.mark.parametrize("judgement", ["MET", "NOT_MET", "TO_VERIFY", None])
def test_what_a_person_judges(criterion: str, judgement: str | None) -> None:
    judgements = stated()["judgements"] | {criterion: judgement}
    expected = verdicts(judged()) | {criterion: judgement or "TO_VERIFY"}
    assert verdicts(judged(judgements=judgements)) == expected


@pytest.mark.parametrize(
    ("capacity", "verdict", "outcome"),
    [
        ("SHORTAGE", "NOTED", "ELIGIBLE"),
        ("VOLUME_INCREASE", "NOTED", "ELIGIBLE"),
        ("BOTH", "NOTED", "ELIGIBLE"),
        ("NEITHER", "NOTED", "ELIGIBLE"),
        (None, "TO_VERIFY", "INCOMPLETE"),
    ],
)
def test_capacity_never_makes_a_file_fail(capacity: str | None, verdict: str, outcome: str) -> None:
    evaluation = judged(capacity=capacity)
    assert (evaluation.finding("C7").verdict, evaluation.outcome) == (verdict, outcome)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("MET", "certificate_held", 639, ())),
        ({"certificates": [certificate(scopes=ADULT_SCOPES)]}, ("NOT_MET", "certificate_missing", None, ())),
        (
            {"certificates": [certificate(facilities=None)]},
            ("TO_VERIFY", "site_list_missing", 639, ("certificates/facilities",)),
        ),
        ({"certificates": [certificate(facilities=ELSEWHERE)]}, ("NOT_MET", "site_not_named", 639, ())),
        ({"apheresis_site": OTHER}, ("NOT_MET", "sites_differ", 639, ())),
        ({"apheresis_site": OTHER, "certificates": None}, ("NOT_MET", "sites_differ", None, ())),
        (
            {"certificates": [certificate(valid_to="2026-07-30", renewal_filed_on="2026-07-01")]},
            ("TO_VERIFY", "certificate_waits", None, ("certificates/extended_to",)),
        ),
    ],
)
def test_paediatric_certificate(changes: Json, expected: tuple[object, ...]) -> None:
    assert told("P1", **changes) == expected


def test_paediatric_criteria_do_not_apply_to_adults() -> None:
    evaluation = judged(populations=["ADULT"], judgements={"P3": "NOT_MET"})
    assert {key: verdict for key, verdict in verdicts(evaluation).items() if key[0] == "P"} == dict.fromkeys(
        ["P1", "P2", "P3"], "NA"
    )


def test_overall_outcome_is_the_worst_population() -> None:
    evaluation = judged(judgements=stated()["judgements"] | {"P3": "NOT_MET"})
    assert evaluation.by_population == {"ADULT": "ELIGIBLE", "PAED": "NOT_ELIGIBLE"}
    assert evaluation.outcome == "NOT_ELIGIBLE"


def test_transition_outweighs_met_and_doubt_outweighs_transition() -> None:
    assert judged(**allo_only()).outcome == "ELIGIBLE_TRANSITION"
    assert judged(**allo_only(capacity=None)).outcome == "INCOMPLETE"
    assert judged(**allo_only(laboratory_site=OTHER)).outcome == "NOT_ELIGIBLE"


WARNED: list[tuple[Json, set[str]]] = [
    ({"allografts": [year(2022, 27), year(2023, 29), year(2024, 28)]}, {"YEAR_BELOW_MINIMUM"}),
    (
        {"allografts": [year(2022, 27, supplements=[supplement(1, "ACCEPTED")]), year(2023, 28), year(2024, 28)]},
        set(),
    ),
    (
        {"allografts": [year(2022, 27, supplements=[supplement(1)]), year(2023, 29), year(2024, 28)]},
        {"YEAR_BELOW_MINIMUM"},
    ),
    ({"allografts": [year(2022, 27), year(2023, 28), year(2024, 28)]}, set()),
    (
        {"allografts": [year(2022, 28, declared=27), year(2023, 28, declared=28), year(2024, 28)]},
        {"DECLARED_DIFFERS_FROM_BILLED"},
    ),
    ({"populations": ["PAED"], "allografts": [year(each, 6) for each in YEARS]}, {"PAEDIATRIC_ONLY_SITE"}),
    ({"populations": ["ADULT", "PAED"], "allografts": [year(each, 6) for each in YEARS]}, set()),
    ({"populations": ["PAED"], "allografts": [year(each, 5, 5) for each in YEARS]}, set()),
    ({"certificates": [certificate(scopes=[*ADULT_SCOPES, ["PAED", "ALLO"]])]}, {"IEC_SCOPE_WITHOUT_PAEDIATRIC"}),
    ({"certificates": [certificate(scopes=[*ADULT_SCOPES])], "populations": ["ADULT"]}, set()),
    ({"certificates": [certificate(scopes=ALLO)]}, set()),
    ({"capacity": "NEITHER"}, {"NO_CAPACITY_NEED_SHOWN"}),
    ({"capacity": "VOLUME_INCREASE"}, {"ADVISE_WORKING_GROUP_CONTRACTS"}),
    ({"capacity": "BOTH"}, {"ADVISE_WORKING_GROUP_CONTRACTS"}),
    (
        {"certificates": [certificate(scopes=ADULT_SCOPES), certificate(scopes=ALLO[1:], valid_to="2026-08-01")]}
        | {"vote_on": "2026-09-15"},
        {"CERTIFICATE_LAPSES_BEFORE_VOTE", "IEC_SCOPE_WITHOUT_PAEDIATRIC"},
    ),
    (
        {"certificates": [certificate(scopes=ADULT_SCOPES), certificate(scopes=ALLO[1:], valid_to="2026-08-01")]}
        | {"vote_on": "2026-09-15", "populations": ["ADULT"]},
        set(),
    ),
    (
        allo_only(certificates=[certificate(), certificate(scopes=IEC)], vote_on="2028-05-01"),
        {"CERTIFICATE_LAPSES_BEFORE_VOTE"},
    ),
]


@pytest.mark.parametrize(("changes", "expected"), WARNED)
def test_warnings(changes: Json, expected: set[str]) -> None:
    assert judged(**changes).warnings == expected


def test_transition_keeps_the_warning_that_a_certificate_lapses() -> None:
    pair = [
        certificate(scopes=ALLO),
        certificate(scopes=[["PAED", "IEC"]], valid_to="2026-08-31", renewal_filed_on="2026-07-01"),
    ]
    evaluation = judged(certificates=pair, vote_on="2026-09-15")
    assert evaluation.finding("C1a").verdict is Verdict.TRANSITION
    assert evaluation.warnings == {"CERTIFICATE_LAPSES_BEFORE_VOTE"}


def test_reference_after_the_transition_asks_for_the_certificate() -> None:
    assert told("C1a", **on("2027-07-31", **allo_only()))[0] == "NOT_MET"
