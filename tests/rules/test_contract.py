"""The examples of the contract, and answers of its shape for all facts it admits."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.rules.answer import answer, outlook_as_json
from evaluation.rules.explain import LANGUAGES
from evaluation.rules.model import Reason
from evaluation.rules.outlook import CriterionOutlook, Need, Outlook
from evaluation.rules.parse import InvalidFacts
from tests.rules.stated import CRITERIA, Json, all_facts, judge, judged, shaped_facts, supplement, year

EXAMPLES = json.loads((Path(__file__).parent.parent / "cases" / "pre-check-examples.json").read_text())
ORDER = ["C1a", "C1b", "C1c", "C2", "C3a", "C3b", "C4", "C5", "C6", "C7", "P1", "P2", "P3"]


def told(facts: Json) -> Json:
    try:
        given_answer = answer(judge(facts))
    except InvalidFacts as refused:
        return {"problems": [problem.pointer for problem in refused.problems]}
    return {
        "outcome": given_answer["outcome"],
        "by_population": given_answer["by_population"],
        "verdicts": {finding["id"]: finding["verdict"] for finding in given_answer["findings"]},
        "warnings": given_answer["warnings"],
    }


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["name"] for example in EXAMPLES])
def test_example_of_the_contract_is_answered_as_agreed(example: Json) -> None:
    assert told(example["facts"]) == example["expected"]


@given(shaped_facts())
def test_any_admitted_facts_get_a_whole_answer(facts: Json) -> None:
    given_answer = answer(judge(facts))
    assert json.loads(json.dumps(given_answer)) == given_answer
    assert [finding["id"] for finding in given_answer["findings"]] == ORDER
    assert sum(given_answer["tally"].values()) == len(ORDER)
    assert all(finding["text"][language] for finding in given_answer["findings"] for language in LANGUAGES)


JUNK: Any = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats()
    | st.sampled_from(["", " ", "x", "2026-02-30", "8000000072", [], {}, [None], [[]], ["ADULT", 1], {"a/b~c": 1}])
)


def pointers(value: Any, at: str = "") -> list[str]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(deeper for key, inner in members for deeper in pointers(inner, f"{at}/{key}"))]


@given(all_facts(), JUNK, st.data())
def test_facts_with_anything_in_any_place_are_taken_or_refused_at_pointers(
    facts: Json, junk: Any, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from([at for at in pointers(facts) if at])).split("/")[1:]
    holder: Any = facts
    for token in path[:-1]:
        holder = holder[int(token)] if isinstance(holder, list) else holder[token]
    holder[int(path[-1]) if isinstance(holder, list) else path[-1]] = junk
    named = told(facts).get("problems", [])
    assert named == sorted(set(named))
    assert all(pointer.startswith("/") for pointer in named)


def test_answer_has_the_members_of_the_contract() -> None:
    rows = [year(2022, 27, supplements=[supplement(1)]), year(2023, 28), year(2024, 28)]
    given_answer = answer(judged(allografts=rows, vote_on="2026-09-15"))
    assert given_answer["criteria"] == {
        "id": "car-t-centres",
        "version": "2025-11-05",
        "sha256": CRITERIA.sha256,
    }
    findings = {finding["id"]: finding for finding in given_answer["findings"]}
    assert findings["C2"] | {"text": {}, "margin_text": {}, "children": []} == {
        "id": "C2",
        "verdict": "TO_VERIFY",
        "reason": "acts_undecided",
        "text": {},
        "values": {"needed": 84, "per_year": 28, "years": 3, "counted": 83, "undecided": 1, "short": 1},
        "source": "Nota CTG/CRM 05.11.2025, I, 2",
        "readings": ["A9", "A10", "A11", "A12", "A13", "A14", "A15", "A17"],
        "margin": -1,
        "margin_text": {},
        "missing": ["allografts/2022/supplements/ruling"],
        "children": [],
    }
    assert findings["C2"]["children"][0] | {"text": {}} == {
        "id": "C2.2022",
        "verdict": "NOTED",
        "reason": "year_counted",
        "text": {},
        "values": {"year": 2022, "billed": 27, "accepted": 0, "undecided": 1},
        "margin": None,
        "margin_text": None,
        "missing": [],
        "children": [],
    }
    assert findings["C1b"]["values"] == {
        "kind": "ALLO",
        "on": "2026-07-31",
        "last_day": "2028-04-30",
        "vote_on": "2026-09-15",
    }
    assert set(findings["C1b"]["margin_text"]) == set(LANGUAGES)


def test_years_in_an_answer_are_a_list() -> None:
    given_answer = answer(judged(allografts=None))
    assert given_answer["findings"][3]["values"]["unknown_years"] == [2022, 2023, 2024]


def test_outlook_has_its_members() -> None:
    soon = Need("2027-07", (2023, 2024, 2025), (2025,), 32)
    reason = Reason("outlook_new_year", {"batch": "2027-07", "triple": soon.years, "new_years": (2025,), "least": 32})
    told = outlook_as_json(Outlook("2027-07", (CriterionOutlook("C2", "2027-07", reason, needs=(soon,)),)))
    (criterion,) = told["criteria"]
    assert (told["batch"], set(criterion.pop("text"))) == ("2027-07", set(LANGUAGES))
    assert criterion == {
        "id": "C2",
        "batch": "2027-07",
        "values": {"batch": "2027-07", "triple": [2023, 2024, 2025], "new_years": [2025], "least": 32},
        "needs": [{"batch": "2027-07", "years": [2023, 2024, 2025], "new_years": [2025], "least": 32}],
    }
