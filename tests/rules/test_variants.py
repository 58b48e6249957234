"""What the same facts would give under another option of a reading, or under other numbers."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.rules.evaluate import evaluate
from evaluation.rules.explain import LANGUAGES, explain, reason_keys
from evaluation.rules.model import Alternative, CriteriaVersion, Evaluation, Finding, Verdict
from evaluation.rules.parse import parse_facts
from evaluation.rules.rescore import rescore, touched
from evaluation.rules.variants import variant, with_parameters
from evaluation.rules.versions import InvalidCriteria
from tests.rules.stated import (
    CRITERIA,
    OTHER,
    SITE,
    UNITS,
    VERSIONS,
    YEARS,
    Json,
    all_facts,
    certificate,
    stated,
    supplement,
    verdicts,
    year,
)

ALTERNATIVES = [each for reading in CRITERIA.readings for each in reading.alternatives]
VARIANTS = {f"{each.reading}.{each.option}": variant(CRITERIA, each) for each in ALTERNATIVES}
NEEDED = [with_parameters(CRITERIA, {"C2": {"parameters": {"needed": needed}}}) for needed in range(74, 94)]
APPLICATION = {"filed_on": "2026-02-01", "site": SITE}
SPLIT = [certificate(facilities=UNITS[:1]), certificate(number="2", facilities=UNITS[1:])]
NO_IEC = [certificate(scopes=[["ADULT", "ALLO"], ["PAED", "ALLO"]])]
ADULTS_ONLY = [certificate(valid_to="2026-08-31")]


def under(name: str, facts: Json) -> Evaluation:
    return evaluate(VARIANTS[name], parse_facts(facts, VERSIONS))


def counts(*acts: int, children: int = 6, **changes: Any) -> list[Json]:
    return [year(each, count, children, **changes) for each, count in zip(YEARS, acts, strict=True)]


def in_transition(reference_on: str) -> Json:
    return {"certificates": NO_IEC, "iec_application": APPLICATION, "reference_on": reference_on}


def test_readings_with_alternatives() -> None:
    assert {each.id for each in CRITERIA.readings if each.is_computable} == {
        *("A1", "A3", "A4", "A8", "A9", "A15", "A16", "A17", "A23", "A39", "A40", "A42")
    }
    assert {each.id for each in CRITERIA.readings if each.chosen_option is None} == {"A1", "A4", "A21", "A25"}
    assert [each.reading for each in ALTERNATIVES if each.unlisted_only] == ["A3"]
    assert CRITERIA.reading("A17").alternatives == (
        Alternative("A17", 2, unlisted_only=False, changes={"C2": {"populations": ["ADULT"]}}),
    )


@pytest.mark.parametrize("alternative", ALTERNATIVES, ids=VARIANTS)
def test_alternative_changes_only_criteria_that_name_the_reading(alternative: Alternative) -> None:
    assert all(alternative.reading in CRITERIA.criterion(each).readings for each in alternative.changes)
    assert variant(CRITERIA, alternative) != CRITERIA


@pytest.mark.parametrize(
    ("name", "changes", "criterion", "chosen", "other"),
    [
        ("A1.1", in_transition("2027-01-01"), "C1a", "TRANSITION_TO_CONFIRM", "NOT_MET"),
        ("A1.1", in_transition("2026-12-31"), "C1a", "TRANSITION", "TRANSITION"),
        ("A1.2", in_transition("2027-01-31"), "C1a", "TRANSITION_TO_CONFIRM", "TRANSITION"),
        ("A1.2", in_transition("2027-02-01"), "C1a", "TRANSITION_TO_CONFIRM", "NOT_MET"),
        ("A1.3", in_transition("2027-03-31"), "C1a", "TRANSITION_TO_CONFIRM", "TRANSITION"),
        ("A1.3", in_transition("2027-04-01"), "C1a", "NOT_MET", "NOT_MET"),
        ("A3.1", in_transition("2026-07-31"), "C1a", "TRANSITION", "NOT_MET"),
        ("A3.1", in_transition("2026-07-31") | {"iec_application": None}, "C1a", "TO_VERIFY", "NOT_MET"),
        ("A4.2", {"certificates": ADULTS_ONLY, "vote_on": "2026-09-01"}, "C1a", "TO_VERIFY", "MET"),
        ("A4.2", {"certificates": ADULTS_ONLY, "vote_on": "2026-09-01"}, "C1b", "TO_VERIFY", "MET"),
        ("A4.2", {"certificates": ADULTS_ONLY, "vote_on": "2026-09-01"}, "P1", "TO_VERIFY", "MET"),
        ("A4.2", {"certificates": ADULTS_ONLY, "reference_on": "2026-09-01"}, "C1b", "NOT_MET", "NOT_MET"),
        ("A8.1", {"certificates": [certificate(facilities=None)]}, "C1c", "TO_VERIFY", "MET"),
        ("A8.1", {"certificates": [certificate(facilities=UNITS[:1])]}, "C1c", "NOT_MET", "NOT_MET"),
        ("A8.2", {"certificates": [certificate(facilities=None)]}, "P1", "TO_VERIFY", "NOT_MET"),
        ("A9.1", {"allografts": counts(27, 28, 29)}, "C2", "MET", "NOT_MET"),
        ("A9.1", {"allografts": counts(28, 28, 28)}, "C2", "MET", "MET"),
        ("A9.3", {"allografts": counts(27, 28, 28)}, "C2", "NOT_MET", "MET"),
        ("A9.3", {"allografts": counts(27, 27, 28)}, "C2", "NOT_MET", "NOT_MET"),
        ("A15.1", {"allografts": counts(33, 34, 34)}, "C2", "MET", "NOT_MET"),
        ("A15.1", {"allografts": counts(34, 34, 34)}, "C2", "MET", "MET"),
        ("A15.1", {"allografts": counts(84, 84, 84, billed_paed=None)}, "C2", "MET", "TO_VERIFY"),
        ("A16.1", {"allografts": counts(28, 28, 28, children=0)}, "P2", "NOT_MET", "MET"),
        ("A17.2", {"allografts": counts(6, 6, 6), "populations": ["PAED"]}, "C2", "NOT_MET", "NA"),
        ("A17.2", {"allografts": counts(6, 6, 6)}, "C2", "NOT_MET", "NOT_MET"),
        ("A23.1", {"laboratory_site": OTHER}, "C4", "NOT_MET", "MET"),
        ("A23.1", {"laboratory_site": None}, "C4", "TO_VERIFY", "TO_VERIFY"),
        ("A39.2", {"judgements": {"C3a": "NOT_MET"}, "populations": ["PAED"]}, "C3a", "NOT_MET", "NA"),
        (
            *("A40.1", {"allografts": counts(28, 28, 28, children=5, supplements=[supplement(1, "ACCEPTED", 1)])}),
            *("P2", "MET", "NOT_MET"),
        ),
        ("A42.2", {"certificates": SPLIT}, "C1c", "NOT_MET", "MET"),
        ("A42.2", {"certificates": SPLIT}, "P1", "NOT_MET", "MET"),
        ("A42.2", {"certificates": SPLIT[:1]}, "C1c", "NOT_MET", "NOT_MET"),
    ],
)
def test_verdict_under_another_option(name: str, changes: Json, criterion: str, chosen: str, other: str) -> None:
    facts = stated(**changes)
    before = evaluate(CRITERIA, parse_facts(facts, VERSIONS)).finding(criterion).verdict
    assert (before, under(name, facts).finding(criterion).verdict) == (chosen, other)


def test_paediatric_outcome_no_longer_rests_on_the_general_minimum() -> None:
    facts = stated(allografts=counts(6, 6, 6))
    assert under("A17.2", facts).by_population == {"ADULT": "NOT_ELIGIBLE", "PAED": "ELIGIBLE"}


@pytest.mark.parametrize(
    ("supplements", "expected"),
    [
        ([], ("NOT_MET", -1, ())),
        ([supplement(1)], ("TO_VERIFY", -1, ("allografts/2022/supplements/ruling",))),
        ([supplement(1, "ACCEPTED")], ("MET", 0, ())),
        ([supplement(1, "REFUSED")], ("NOT_MET", -1, ())),
    ],
)
def test_each_year_counts_its_own_supplements(supplements: list[Json], expected: tuple[object, ...]) -> None:
    rows = counts(27, 28, 40)
    rows[0]["supplements"] = supplements
    finding = under("A9.1", stated(allografts=rows)).finding("C2")
    assert (finding.verdict, finding.margin, finding.missing) == expected


def test_adults_are_what_is_left_of_all_ages() -> None:
    rows = counts(30, 30, 30)
    rows[0]["supplements"] = [supplement(5, "ACCEPTED", 3)]
    rows[1]["supplements"] = [supplement(4, None, 1)]
    finding = under("A15.1", stated(allografts=rows)).finding("C2")
    assert (finding.reason.key, finding.margin) == ("adult_acts_short_undecided", 3 * 24 + 2 - 84)
    assert finding.values["undecided"] == 3
    assert under("A15.1", stated(allografts=counts(30, 30, 30, billed_paed=None))).finding("C2").missing == tuple(
        f"allografts/{each}/billed_paed" for each in YEARS
    )
    assert under("A15.1", stated(allografts=None)).finding("C2").missing == tuple(
        f"allografts/{each}/billed" for each in YEARS
    )


@pytest.mark.parametrize(
    ("name", "changes", "criterion", "text"),
    [
        (
            "A9.1",
            {"allografts": counts(27, 28, 29)},
            "C2",
            "In 2022, fewer than 28 allogeneic transplantations counted",
        ),
        ("A9.1", {}, "P2", "Each of the 3 years counts at least 6 allogeneic transplantations in children."),
        ("A9.3", {}, "C2", "84 allogeneic transplantations counted over 3 years; 83 are needed in total."),
        ("A15.1", {}, "C2", "66 allogeneic transplantations in adults counted over 3 years; 84 are needed (28 a year"),
        ("A17.2", {"populations": ["PAED"]}, "C2", "This condition applies only to a request for adults."),
        ("A8.1", {"certificates": [certificate(facilities=None)]}, "C1c", "The JACIE certificate for allogeneic stem-"),
        ("A42.2", {"certificates": SPLIT}, "P1", "A JACIE certificate for allogeneic stem-cell transplantation in chi"),
        ("A40.1", {}, "P2", "18 allogeneic transplantations in children counted over 3 years; 18 are needed"),
    ],
)
def test_explanation_tells_the_other_option(name: str, changes: Json, criterion: str, text: str) -> None:
    assert explain(under(name, stated(**changes)).finding(criterion), "en").startswith(text)


@given(all_facts(), st.sampled_from(sorted(VARIANTS)))
def test_every_finding_under_another_option_has_its_sentence(facts: Json, name: str) -> None:
    def told(finding: Finding) -> None:
        assert finding.reason.key in reason_keys()
        assert all(explain(finding, language) for language in LANGUAGES)
        for child in finding.children:
            told(child)

    for finding in under(name, facts).findings:
        told(finding)


def the_long_way(variants: list[CriteriaVersion], facts: Json) -> None:
    """Re-scored is what the variants themselves give, and nothing that was not judged again has changed."""
    parsed = parse_facts(facts, VERSIONS)
    base = evaluate(CRITERIA, parsed)
    for each, rescored in zip(variants, rescore(CRITERIA, parsed, base, variants), strict=True):
        whole = evaluate(each, parsed)
        assert (rescored.outcome, rescored.by_population) == (whole.outcome, whole.by_population)
        assert {**verdicts(base), **rescored.verdicts} == verdicts(whole)


@given(all_facts())
def test_rescored_under_every_alternative_is_the_long_way(facts: Json) -> None:
    the_long_way(list(VARIANTS.values()), facts)


@given(all_facts())
def test_rescored_over_twenty_minima_is_the_long_way(facts: Json) -> None:
    the_long_way(NEEDED, facts)


@given(all_facts())
def test_rescored_under_several_changes_at_once_is_the_long_way(facts: Json) -> None:
    all_at_once: dict[str, dict[str, object]] = {}
    for alternative in ALTERNATIVES:
        for criterion, change in alternative.changes.items():
            all_at_once.setdefault(criterion, {}).update(change)
    the_long_way([with_parameters(CRITERIA, all_at_once), CRITERIA, *NEEDED[:2]], facts)


def test_only_what_the_change_touches_is_judged_again() -> None:
    facts = parse_facts(stated(), VERSIONS)
    changed = [NEEDED[0], VARIANTS["A3.1"], VARIANTS["A42.2"], CRITERIA]
    again = [set(each.verdicts) for each in rescore(CRITERIA, facts, evaluate(CRITERIA, facts), changed)]
    assert again == [{"C2"}, {"C1a", "C1c"}, {"C1c", "P1"}, set()]


def test_variant_keeps_the_version_and_what_it_leaves_alone() -> None:
    changed = NEEDED[0]
    assert (changed.id, changed.version, changed.sha256) == (CRITERIA.id, CRITERIA.version, CRITERIA.sha256)
    assert changed.criterion("C2").parameters == {**CRITERIA.criterion("C2").parameters, "needed": 74}
    assert [each.id for each in changed.criteria if each is not CRITERIA.criterion(each.id)] == ["C2"]
    assert evaluate(CRITERIA, parse_facts(stated(), VERSIONS)).finding("C2").verdict is Verdict.MET


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"C9": {}}, "C9: unknown key; allowed: C1a, C1b"),
        ({"C2": {"weight": 2}}, "C2.weight: unknown key; allowed: parameters, populations"),
        ({"C2": {"parameters": {"weight": 2}}}, "C2.parameters.weight: unknown parameter; allowed: per_year"),
        ({"C2": {"parameters": {"needed": "84"}}}, "C2.parameters.needed: a value of type int is required"),
        ({"C2": {"parameters": {"recipients": "WOMEN"}}}, "C2.parameters.recipients: one of ALL, CHILDREN, ADULTS"),
        ({"C2": {"populations": []}}, "C2.populations: at least one of ADULT, PAED"),
        ({"C2": {"populations": ["ALL"]}}, "C2.populations: one of ADULT, PAED"),
        ({"C1c": {"parameters": {"transition": 1}}}, "C1c.parameters.transition: given twice"),
    ],
)
def test_change_that_is_not_allowed_is_refused(changes: dict[str, dict[str, object]], message: str) -> None:
    with pytest.raises(InvalidCriteria, match="^" + re.escape(f"variant: {message}")):
        with_parameters(CRITERIA, changes)


def test_alternative_that_cannot_be_is_refused_by_its_reading() -> None:
    nowhere = Alternative("A9", 1, unlisted_only=False, changes={"C9": {}})
    with pytest.raises(InvalidCriteria, match=r"^reading A9: changes\.C9: unknown key; allowed: C1a"):
        variant(CRITERIA, nowhere)


def test_rescored_reads_the_verdict_of_what_it_rests_on() -> None:
    """C1c is judged again and C1a is not: only the transition makes the application elsewhere count."""
    the_long_way(list(VARIANTS.values()), stated(certificates=NO_IEC, iec_application=APPLICATION | {"site": OTHER}))


def test_criteria_of_the_same_values_are_not_judged_again() -> None:
    copied = replace(CRITERIA, criteria=tuple(replace(each) for each in CRITERIA.criteria))
    assert touched(CRITERIA, copied) == frozenset()
