"""The examples of the contract, and laws that hold for all facts it admits."""

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.rules.answer import answer
from evaluation.rules.evaluate import evaluate
from evaluation.rules.explain import LANGUAGES
from evaluation.rules.model import Outcome, Verdict
from evaluation.rules.parse import InvalidFacts, facts_as_json, parse_facts
from tests.rules.stated import CRITERIA, VERSIONS, Json, all_facts, judge, verdicts

EXAMPLES = json.loads((Path(__file__).parent.parent / "cases" / "pre-check-examples.json").read_text())
ORDER = ["C1a", "C1b", "C1c", "C2", "C3a", "C3b", "C4", "C5", "C6", "C7", "P1", "P2", "P3"]
OUTCOMES = list(Outcome)


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


@given(all_facts())
def test_any_admitted_facts_get_a_whole_answer(facts: Json) -> None:
    given_answer = answer(judge(facts))
    assert json.loads(json.dumps(given_answer)) == given_answer
    assert [finding["id"] for finding in given_answer["findings"]] == ORDER
    assert sum(given_answer["tally"].values()) == len(ORDER)
    assert all(finding["text"][language] for finding in given_answer["findings"] for language in LANGUAGES)


@given(all_facts())
def test_facts_survive_being_written_and_read_again(facts: Json) -> None:
    parsed = parse_facts(facts, VERSIONS)
    assert parse_facts(facts_as_json(parsed), VERSIONS) == parsed


@given(all_facts(), st.randoms(use_true_random=False))
def test_order_of_criteria_in_the_file_changes_nothing(facts: Json, random: Random) -> None:
    shuffled = list(CRITERIA.criteria)
    random.shuffle(shuffled)
    parsed = parse_facts(facts, VERSIONS)
    assert evaluate(replace(CRITERIA, criteria=tuple(shuffled)), parsed) == evaluate(CRITERIA, parsed)


@given(all_facts(), st.data())
def test_one_more_booked_act_never_worsens_the_outcome(facts: Json, data: st.DataObject) -> None:
    billed = [row for row in facts["allografts"] or [] if row["billed"] is not None]
    if not billed:
        return
    before = judge(facts)
    row = data.draw(st.sampled_from(billed))
    row["billed"]["470665"] += 1
    if row["billed_paed"] is not None:
        row["billed_paed"]["470665"] += data.draw(st.sampled_from([0, 1]))
    after = judge(facts)
    for population, outcome in before.by_population.items():
        assert OUTCOMES.index(after.by_population[population]) <= OUTCOMES.index(outcome)


@given(all_facts(), all_facts())
def test_adult_outcome_does_not_depend_on_paediatric_inputs(facts: Json, others: Json) -> None:
    facts["populations"] = ["ADULT", "PAED"]
    changed = deepcopy(facts)
    changed["judgements"]["P3"] = others["judgements"]["P3"]
    for row in changed["allografts"] or []:
        row["billed_paed"] = None
        for supplement in row["supplements"]:
            supplement["paed"] = 0
    first, second = judge(facts), judge(changed)
    assert next(iter(first.by_population.items())) == next(iter(second.by_population.items()))
    assert {key: verdict for key, verdict in verdicts(first).items() if key[0] == "C"} == {
        key: verdict for key, verdict in verdicts(second).items() if key[0] == "C"
    }


@given(all_facts())
def test_what_stands_open_says_what_would_settle_it(facts: Json) -> None:
    for finding in judge(facts).findings:
        open_still = finding.verdict in (Verdict.TO_VERIFY, Verdict.TRANSITION_TO_CONFIRM)
        assert bool(finding.missing) == open_still, finding


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


@settings(max_examples=300)
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
