"""Laws that hold for all facts the contract admits."""

from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.rules.answer import answer
from evaluation.rules.evaluate import evaluate
from evaluation.rules.explain import LANGUAGES, explain, explain_warning
from evaluation.rules.load import in_force
from evaluation.rules.model import Finding, Outcome, Verdict
from evaluation.rules.parse import facts_as_json, parse_facts
from evaluation.rules.rescore import rescore
from evaluation.rules.variants import variant
from tests.rules.by_the_book import by_the_book
from tests.rules.stated import (
    CRITERIA,
    VERSIONS,
    Json,
    all_facts,
    judge,
    promising_facts,
    rows,
    shaped_facts,
    supplements,
    verdicts,
)

OUTCOMES = list(Outcome)
FACTS = all_facts() | promising_facts()
OTHER_OPTIONS = {
    f"{each.reading}.{each.option}": variant(CRITERIA, each)
    for reading in CRITERIA.readings
    for each in reading.alternatives
}


def told(facts: Json) -> Json:
    evaluation = judge(facts)
    return {
        "outcome": evaluation.outcome,
        "by_population": dict(evaluation.by_population),
        "verdicts": verdicts(evaluation),
        "warnings": sorted(evaluation.warnings),
    }


def rows_with_figures(facts: Json) -> list[Json]:
    return [row for row in facts["allografts"] or [] if row["billed"] is not None]


def assert_no_worse(before: Json, after: Json) -> None:
    first, second = judge(before).by_population, judge(after).by_population
    assert first.keys() == second.keys()
    worse = {whom for whom in first if OUTCOMES.index(second[whom]) > OUTCOMES.index(first[whom])}
    assert worse == set()


@given(shaped_facts())
def test_rules_say_what_the_contract_says(facts: Json) -> None:
    assert told(facts) == by_the_book(facts)


@pytest.mark.parametrize("under", OTHER_OPTIONS)
@given(facts=shaped_facts())
def test_rules_under_another_option_say_what_that_option_says(under: str, facts: Json) -> None:
    """Warnings are left out: they are those of the options chosen."""
    parsed = parse_facts(facts, VERSIONS)
    evaluation = evaluate(OTHER_OPTIONS[under], parsed)
    expected = by_the_book(facts, under)
    assert verdicts(evaluation) == expected["verdicts"]
    assert dict(evaluation.by_population) == expected["by_population"]
    (shortcut,) = rescore(CRITERIA, parsed, evaluate(CRITERIA, parsed), [OTHER_OPTIONS[under]])
    assert (shortcut.outcome, dict(shortcut.by_population)) == (expected["outcome"], expected["by_population"])
    assert shortcut.verdicts.items() <= expected["verdicts"].items()


def family(finding: Finding) -> list[Finding]:
    return [finding, *(deeper for child in finding.children for deeper in family(child))]


@given(shaped_facts())
def test_any_facts_get_a_whole_evaluation_explained_in_each_language(facts: Json) -> None:
    evaluation = judge(facts)
    assert [finding.id for finding in evaluation.findings] == list(CRITERIA.order)
    assert sum(evaluation.tally.values()) == len(CRITERIA.order)
    assert set(evaluation.by_population) == set(facts["populations"])
    sentences = [
        explain(each, language) for finding in evaluation.findings for each in family(finding) for language in LANGUAGES
    ]
    warnings = [explain_warning(code, language) for code in evaluation.warnings for language in LANGUAGES]
    assert all(sentence.endswith(".") for sentence in sentences + warnings)


@given(shaped_facts())
def test_same_facts_get_the_same_answer_and_stay_as_they_were(facts: Json) -> None:
    kept = deepcopy(facts)
    first, second = answer(judge(facts)), answer(judge(kept))
    assert (first, facts) == (second, kept)


@given(shaped_facts())
def test_null_and_left_out_are_the_same(facts: Json) -> None:
    parsed = parse_facts(facts, VERSIONS)
    whole = facts_as_json(parsed)
    assert parse_facts(whole, VERSIONS) == parsed
    assert told(whole) == told(facts)


@given(FACTS, st.data())
def test_one_more_booked_act_never_worsens_an_outcome(facts: Json, data: st.DataObject) -> None:
    billed = rows_with_figures(facts)
    if not billed:
        return
    before = deepcopy(facts)
    row = data.draw(st.sampled_from(billed))
    code = data.draw(st.sampled_from(["470654", "470665"]))
    row["billed"][code] += 1
    if row["billed_paed"] is not None:
        row["billed_paed"][code] += data.draw(st.sampled_from([0, 1]))
    assert_no_worse(before, facts)


@given(FACTS, supplements(), st.data())
def test_one_more_supplement_never_worsens_an_outcome(facts: Json, more: Json, data: st.DataObject) -> None:
    if not facts["allografts"]:
        return
    before = deepcopy(facts)
    row = data.draw(st.sampled_from(facts["allografts"]))
    row["supplements"].append(more)
    assert_no_worse(before, facts)


@given(FACTS, st.data())
def test_accepting_an_open_supplement_never_worsens_and_refusing_it_never_helps(
    facts: Json, data: st.DataObject
) -> None:
    open_still = [
        (row, place)
        for row, allografts in enumerate(facts["allografts"] or [])
        for place, each in enumerate(allografts["supplements"])
        if each["ruling"] is None
    ]
    if not open_still:
        return
    row, place = data.draw(st.sampled_from(open_still))
    accepted, refused = deepcopy(facts), deepcopy(facts)
    accepted["allografts"][row]["supplements"][place]["ruling"] = "ACCEPTED"
    refused["allografts"][row]["supplements"][place]["ruling"] = "REFUSED"
    assert_no_worse(facts, accepted)
    assert_no_worse(refused, facts)


@given(FACTS, st.data())
def test_a_figure_that_comes_in_settles_its_year_and_no_more(facts: Json, data: st.DataObject) -> None:
    """A booked figure for a year without one changes C2, P2 and what rests on them alone."""
    absent = [year for year in facts["booked_years"] if year not in {row["year"] for row in facts["allografts"] or []}]
    if not absent:
        return
    before = verdicts(judge(facts))
    facts["allografts"] = [*(facts["allografts"] or []), data.draw(rows(data.draw(st.sampled_from(absent))))]
    after = verdicts(judge(facts))
    assert before["C2"] == "TO_VERIFY"
    assert {name for name in before if before[name] != after[name]} <= {"C2", "P2"}


@given(FACTS, st.randoms(use_true_random=False))
def test_order_in_the_file_and_in_the_facts_changes_nothing(facts: Json, random: Random) -> None:
    parsed = parse_facts(facts, VERSIONS)
    criteria = in_force(VERSIONS, parsed.reference_on)
    shuffled = replace(
        criteria,
        criteria=tuple(random.sample(criteria.criteria, len(criteria.criteria))),
        warnings=tuple(random.sample(criteria.warnings, len(criteria.warnings))),
    )
    evaluation = evaluate(criteria, parsed)
    assert evaluate(shuffled, parsed) == evaluation
    other_order = evaluate(replace(criteria, order=tuple(reversed(criteria.order))), parsed)
    assert other_order == replace(evaluation, findings=evaluation.findings[::-1])
    assert told(_shuffled(facts, random)) == told(facts)


def _shuffled(value: Any, random: Random, name: str = "") -> Any:
    """The same facts with every list in another order, but for the years and the pairs, whose order means something."""
    if isinstance(value, dict):
        return {key: _shuffled(each, random, key) for key, each in random.sample(list(value.items()), len(value))}
    if not isinstance(value, list) or name == "booked_years":
        return value
    told_again = [each if name == "scopes" else _shuffled(each, random) for each in value]
    return random.sample(told_again, len(told_again))


@given(FACTS)
def test_a_certificate_told_twice_counts_once(facts: Json) -> None:
    twice = facts | {"certificates": None if facts["certificates"] is None else facts["certificates"] * 2}
    assert told(twice) == told(facts)


@given(FACTS, st.data())
def test_adult_outcome_is_independent_of_what_only_the_paediatric_criteria_read(
    facts: Json, data: st.DataObject
) -> None:
    """P1 to P3 alone read who else is asked for, P3, the acts on children and the children among the supplements.

    Certificates for children are not among these: C1a, C1b and C1c take a certificate for any population.
    """
    changed = deepcopy(facts) | {"populations": ["ADULT"]}
    facts["populations"] = data.draw(st.sampled_from([["ADULT", "PAED"], ["PAED", "ADULT"]]))
    changed["judgements"]["P3"] = data.draw(st.sampled_from(["MET", "NOT_MET", "TO_VERIFY", None]))
    for row in rows_with_figures(changed):
        some = {code: data.draw(st.integers(0, count)) for code, count in row["billed"].items()}
        row["billed_paed"] = data.draw(st.sampled_from([None, some]))
    for row in changed["allografts"] or []:
        for each in row["supplements"]:
            each["paed"] = data.draw(st.integers(0, each["count"]))
    first, second = judge(facts), judge(changed)
    assert next(iter(first.by_population.values())) == second.outcome
    assert all(first.finding(name) == second.finding(name) for name in CRITERIA.order if name.startswith("C"))


@given(FACTS)
def test_what_stands_open_says_what_would_settle_it(facts: Json) -> None:
    for finding in judge(facts).findings:
        open_still = finding.verdict in (Verdict.TO_VERIFY, Verdict.TRANSITION_TO_CONFIRM)
        assert bool(finding.missing) == open_still, finding
