"""What would become of an evaluation under variants of its criteria: only what a variant touches is judged again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.rules.enums import Outcome, Population, Verdict
from evaluation.rules.evaluate import evaluate
from evaluation.rules.facts import Facts
from evaluation.rules.model import CriteriaVersion, Evaluation


@dataclass(frozen=True, slots=True)
class Rescored:
    """The outcome under one variant, and the verdicts of the criteria that were judged again for it."""

    outcome: Outcome
    by_population: Mapping[Population, Outcome]
    verdicts: Mapping[str, Verdict]


def rescore(
    criteria: CriteriaVersion, facts: Facts, evaluation: Evaluation, variants: Sequence[CriteriaVersion]
) -> tuple[Rescored, ...]:
    """The evaluation of the same facts under each variant, in order; `evaluation` is theirs under `criteria`."""
    return tuple(_rescored(criteria, facts, each) for each in variants)


def _rescored(criteria: CriteriaVersion, facts: Facts, variant: CriteriaVersion) -> Rescored:
    result = evaluate(variant, facts)
    again = touched(criteria, variant)
    verdicts = {each.id: each.verdict for each in result.findings if each.id in again}
    return Rescored(result.outcome, result.by_population, verdicts)


def touched(criteria: CriteriaVersion, variant: CriteriaVersion) -> frozenset[str]:
    """The criteria that differ between the two, and those that rest on them."""
    before = {each.id: each for each in criteria.criteria}
    found = {each.id for each in variant.criteria if each is not before[each.id] and each != before[each.id]}
    while more := {each.id for each in variant.criteria if found & set(each.rests_on.values())} - found:
        found |= more
    return frozenset(found)
