"""What would become of an evaluation under variants of its criteria: only what a variant touches is judged again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from evaluation.rules.enums import Outcome, Population, Verdict
from evaluation.rules.evaluate import conclude, outcome_of, worst_outcome
from evaluation.rules.facts import Facts
from evaluation.rules.model import Conclusion, CriteriaVersion, Criterion, Evaluation, Finding

Ids = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rescored:
    """The outcome under one variant, and the verdicts of the criteria that were judged again for it."""

    outcome: Outcome
    by_population: Mapping[Population, Outcome]
    verdicts: Mapping[str, Verdict]


def rescore(
    criteria: CriteriaVersion, facts: Facts, evaluation: Evaluation, variants: Sequence[CriteriaVersion]
) -> tuple[Rescored, ...]:
    """The evaluation of the same facts under each variant, in order; `evaluation` is theirs under `criteria`.

    For many sites, `Rescoring.under(criteria, variants)` compares the versions once.
    """
    return Rescoring.under(criteria, variants).of(facts, evaluation)


@dataclass(frozen=True, slots=True)
class _Variant:
    """One variant: its place among the others, and its criteria that are judged again, each after those it rests on."""

    place: int
    again: Mapping[str, Criterion]


@dataclass(frozen=True, slots=True)
class _Group:
    """Variants that judge the same criteria again, for the same populations.

    `kept` and `again` are per population the criteria that keep their verdict and those that do not; `rests_on` are
    the kept ones that those judged again read.
    """

    kept: Mapping[Population, Ids]
    again: Mapping[Population, Ids]
    rests_on: Ids
    variants: tuple[_Variant, ...]


@dataclass(frozen=True, slots=True)
class Rescoring:
    """Variants of one version of the criteria, compared with it once and put to any number of sites."""

    groups: tuple[_Group, ...]

    @classmethod
    def under(cls, criteria: CriteriaVersion, variants: Sequence[CriteriaVersion]) -> "Rescoring":
        """What each variant touches, found once."""
        alike: dict[tuple[object, ...], list[tuple[int, CriteriaVersion]]] = {}
        for place, each in enumerate(variants):
            key = (touched(criteria, each), tuple(criterion.populations for criterion in each.criteria))
            alike.setdefault(key, []).append((place, each))
        return cls(tuple(_group(touched(criteria, placed[0][1]), placed) for placed in alike.values()))

    def of(self, facts: Facts, evaluation: Evaluation) -> tuple[Rescored, ...]:
        """The evaluation under each variant, in their order."""
        before = {each.id: each for each in evaluation.findings}
        placed = {place: found for group in self.groups for place, found in _in_group(group, facts, before)}
        return tuple([placed[place] for place in range(len(placed))])


def touched(criteria: CriteriaVersion, variant: CriteriaVersion) -> frozenset[str]:
    """The criteria that differ between the two, and those that rest on them."""
    before = {each.id: each for each in criteria.criteria}
    found = {each.id for each in variant.criteria if each is not before[each.id] and each != before[each.id]}
    while more := {each.id for each in variant.criteria if found & set(each.rests_on.values())} - found:
        found |= more
    return frozenset(found)


def _group(again: frozenset[str], placed: Sequence[tuple[int, CriteriaVersion]]) -> _Group:
    one = placed[0][1]
    asked = {
        population: [each.id for each in one.criteria if population in each.populations] for population in Population
    }
    rests_on = {other for each in one.criteria if each.id in again for other in each.rests_on.values()}
    return _Group(
        kept={each: tuple(name for name in names if name not in again) for each, names in asked.items()},
        again={each: tuple(name for name in names if name in again) for each, names in asked.items()},
        rests_on=tuple(sorted(rests_on - again)),
        variants=tuple(_Variant(place, _in_turn(again, each)) for place, each in placed),
    )


def _in_turn(again: frozenset[str], variant: CriteriaVersion) -> dict[str, Criterion]:
    graph = {each: set(variant.criterion(each).rests_on.values()) & again for each in sorted(again)}
    return {each: variant.criterion(each) for each in TopologicalSorter(graph).static_order()}


def _in_group(group: _Group, facts: Facts, before: Mapping[str, Finding]) -> Iterator[tuple[int, Rescored]]:
    known = {each: _conclusion(before[each]) for each in group.rests_on}
    asked = {each: group.again[each] for each in Population if each in facts.populations}
    kept = {each: {before[name].verdict for name in group.kept[each]} for each in asked}
    for variant in group.variants:
        conclusions = dict(known)
        verdicts = {
            name: conclude(criterion, facts, variant.again, conclusions).verdict
            for name, criterion in variant.again.items()
        }
        outcomes = {
            each: outcome_of(kept[each].union([verdicts[name] for name in names])) for each, names in asked.items()
        }
        yield variant.place, Rescored(worst_outcome(outcomes.values()), outcomes, verdicts)


def _conclusion(finding: Finding) -> Conclusion:
    """What a criterion that rests on this one reads of it."""
    return Conclusion(finding.verdict, finding.reason, finding.margin, finding.missing)
