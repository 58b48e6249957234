"""What is not known is neither false nor zero; what is disputed waits for a person."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.stated import (
    SITE,
    YEARS,
    Json,
    all_facts,
    certificate,
    judge,
    judged,
    promising_facts,
    stated,
    supplement,
    verdicts,
    year,
)

ALLO = [["ADULT", "ALLO"], ["PAED", "ALLO"]]
WAITS_FOR_THE_BUREAU = {
    "vote_on": "2027-01-01",
    "certificates": [certificate(scopes=ALLO)],
    "iec_application": {"filed_on": "2026-07-31", "site": SITE},
}
SILENT: dict[str, tuple[Json, set[str]]] = {
    "certificates": ({"certificates": None}, {"C1a", "C1b", "C1c", "P1"}),
    "facilities": ({"certificates": [certificate(facilities=None)]}, {"C1c", "P1"}),
    "allografts": ({"allografts": None}, {"C2", "P2"}),
    "one year": ({"allografts": [year(each, 84, 18) for each in YEARS[:2]]}, {"C2", "P2"}),
    "billed": ({"allografts": [year(each, 84, billed=None, billed_paed=None) for each in YEARS]}, {"C2", "P2"}),
    "billed_paed": ({"allografts": [year(each, 84, billed_paed=None) for each in YEARS]}, {"P2"}),
    "declared alone": (
        {"allografts": [year(each, 0, billed=None, billed_paed=None, declared=84) for each in YEARS]},
        {"C2", "P2"},
    ),
    "laboratory": ({"laboratory_site": None}, {"C4"}),
    "judgements": ({"judgements": None}, {"C3a", "C3b", "C5", "C6", "P3"}),
    "no judgement": ({"judgements": {}}, {"C3a", "C3b", "C5", "C6", "P3"}),
    "capacity": ({"capacity": None}, {"C7"}),
}


@pytest.mark.parametrize(("changes", "opened"), SILENT.values(), ids=SILENT.keys())
def test_what_is_not_known_stays_open(changes: Json, opened: set[str]) -> None:
    evaluation = judged(**changes)
    assert verdicts(evaluation) == verdicts(judged()) | dict.fromkeys(opened, "TO_VERIFY")
    assert evaluation.outcome == "INCOMPLETE"


@pytest.mark.parametrize("left_out", sorted({next(iter(changes)) for changes, _ in SILENT.values()}))
def test_field_left_out_is_the_field_at_null(left_out: str) -> None:
    facts = stated(**{left_out: None})
    del facts[left_out]
    assert judge(facts) == judged(**{left_out: None})


@pytest.mark.parametrize(
    "changes",
    [
        {"vote_on": None},
        {"certificates": [certificate(extended_to=None, renewal_filed_on=None)]},
        {"iec_application": None},
        {"bureau_confirms_transition": None},
        {"allografts": [year(each, 28, declared=None, supplements=None) for each in YEARS]},
    ],
)
def test_what_need_not_be_known_leaves_nothing_open(changes: Json) -> None:
    assert judged(**changes) == judged()


@pytest.mark.parametrize(
    ("ruling", "verdict"), [(None, "TRANSITION_TO_CONFIRM"), (True, "TRANSITION"), (False, "NOT_MET")]
)
def test_ruling_of_the_bureau_that_is_not_there_is_no_refusal(ruling: bool | None, verdict: str) -> None:
    evaluation = judged(**WAITS_FOR_THE_BUREAU, bureau_confirms_transition=ruling)
    assert verdicts(evaluation) == verdicts(judged()) | {"C1a": verdict}


@pytest.mark.parametrize(
    ("ruling", "verdict", "outcome"),
    [(None, "TO_VERIFY", "INCOMPLETE"), ("ACCEPTED", "MET", "ELIGIBLE"), ("REFUSED", "NOT_MET", "NOT_ELIGIBLE")],
)
@pytest.mark.parametrize("basis", ["STUDY", "REGISTER"])
def test_supplement_in_dispute_waits_for_its_ruling(ruling: str | None, verdict: str, outcome: str, basis: str) -> None:
    disputed = supplement(1, ruling, 1) | {"basis": basis}
    rows = [year(2022, 27, 5, supplements=[disputed]), year(2023, 28), year(2024, 28)]
    evaluation = judged(allografts=rows)
    assert verdicts(evaluation) == verdicts(judged()) | {"C2": verdict, "P2": verdict}
    assert evaluation.outcome == outcome


def test_supplement_in_dispute_that_decides_nothing_leaves_nothing_open() -> None:
    rows = [year(2022, 28, supplements=[supplement(9, None, 9)]), year(2023, 28), year(2024, 28)]
    assert verdicts(judged(allografts=rows)) == verdicts(judged())


@pytest.mark.parametrize("criterion", ["C3a", "C3b", "C5", "C6", "P3"])
def test_judgement_in_doubt_is_a_judgement_not_there(criterion: str) -> None:
    judgements: dict[str, Any] = stated()["judgements"]
    doubted = verdicts(judged(judgements=judgements | {criterion: "TO_VERIFY"}))
    del judgements[criterion]
    assert verdicts(judged(judgements=judgements)) == doubted == verdicts(judged()) | {criterion: "TO_VERIFY"}


@given(all_facts() | promising_facts(), st.data())
def test_silence_is_never_held_against_a_site(facts: Json, data: st.DataObject) -> None:
    """Forgetting a fact that judges on its own makes no criterion fail that did not."""
    before = verdicts(judge(facts))
    forgotten = data.draw(st.sampled_from(["allografts", "laboratory_site", "judgements", "capacity"]))
    after = verdicts(judge(facts | {forgotten: None}))
    failed = {name for name in after if after[name] == "NOT_MET" and before[name] != "NOT_MET"}
    assert failed == set()
