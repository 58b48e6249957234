"""One site judged against one version of the criteria: the only place where verdicts come from."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from evaluation.rules.enums import Outcome, Population, Verdict, WarningCode
from evaluation.rules.facts import Facts
from evaluation.rules.model import (
    Conclusion,
    CriteriaVersion,
    Criterion,
    Evaluation,
    Finding,
    Reason,
    Receipt,
)


def evaluate(criteria: CriteriaVersion, facts: Facts) -> Evaluation:
    """One finding per criterion, in the order of the version, and the outcome of each population asked for.

    `criteria` is the version in force on `facts.reference_on`; nothing here looks it up.
    """
    by_id = {criterion.id: criterion for criterion in criteria.criteria}
    conclusions: dict[str, Conclusion] = {}
    for criterion_id in criteria.order:
        _conclude(by_id[criterion_id], facts, by_id, conclusions)
    findings = tuple(_finding(by_id[each], each, conclusions[each]) for each in criteria.order)
    verdicts = {finding.id: finding.verdict for finding in findings}
    warnings = (rule.code for rule in criteria.warnings if rule.applies(facts, verdicts, **rule.parameters))
    return _summed(criteria, facts, findings, frozenset(warnings))


def left_open(
    criteria: CriteriaVersion, facts: Facts, evaluation: Evaluation, *, reasons: Mapping[str, Reason], missing: str
) -> Evaluation:
    """The same evaluation with some criteria to verify, because a fact they need is stated and nobody confirmed it.

    For a look before a batch closes; what is stored rests on confirmed facts and never comes through here.
    """
    findings = tuple(
        replace(each, verdict=Verdict.TO_VERIFY, reason=reasons[each.id], margin=None, missing=(missing,), children=())
        if each.id in reasons and each.verdict is not Verdict.NA
        else each
        for each in evaluation.findings
    )
    return _summed(criteria, facts, findings, evaluation.warnings)


def _summed(
    criteria: CriteriaVersion, facts: Facts, findings: tuple[Finding, ...], warnings: frozenset[WarningCode]
) -> Evaluation:
    verdicts = {finding.id: finding.verdict for finding in findings}
    by_population = {
        population: outcome_of({verdicts[each.id] for each in criteria.criteria if population in each.populations})
        for population in Population
        if population in facts.populations
    }
    counted = Counter(verdicts.values())
    return Evaluation(
        criteria=Receipt(criteria.id, criteria.version, criteria.sha256),
        outcome=worst_outcome(by_population.values()),
        by_population=by_population,
        findings=findings,
        tally={verdict: counted[verdict] for verdict in Verdict},
        warnings=warnings,
    )


def outcome_of(verdicts: set[Verdict]) -> Outcome:
    """What the verdicts of one population add up to; what is noted or not applicable weighs nothing."""
    if Verdict.NOT_MET in verdicts:
        return Outcome.NOT_ELIGIBLE
    if verdicts & {Verdict.TO_VERIFY, Verdict.TRANSITION_TO_CONFIRM}:
        return Outcome.INCOMPLETE
    return Outcome.ELIGIBLE_TRANSITION if Verdict.TRANSITION in verdicts else Outcome.ELIGIBLE


def worst_outcome(outcomes: Iterable[Outcome]) -> Outcome:
    """The worst of the populations asked for."""
    return max(outcomes, key=list(Outcome).index)


_NOT_ASKED = {
    True: Conclusion(Verdict.NA, Reason("not_applicable")),
    False: Conclusion(Verdict.NA, Reason("not_applicable_to_children")),
}
"""By whether the criterion is one for children."""


def _conclude(
    criterion: Criterion, facts: Facts, by_id: dict[str, Criterion], conclusions: dict[str, Conclusion]
) -> Conclusion:
    """The conclusion of one criterion, after those it rests on; the loader refuses circles."""
    if criterion.id not in conclusions:
        rests_on = {
            name: _conclude(by_id[other], facts, by_id, conclusions) for name, other in criterion.rests_on.items()
        }
        if criterion.populations.isdisjoint(facts.populations):
            conclusions[criterion.id] = _NOT_ASKED[Population.PAED in criterion.populations]
        else:
            conclusions[criterion.id] = criterion.check(facts, **criterion.parameters, **rests_on)
    return conclusions[criterion.id]


def _finding(criterion: Criterion, finding_id: str, conclusion: Conclusion) -> Finding:
    return Finding(
        id=finding_id,
        verdict=conclusion.verdict,
        reason=conclusion.reason,
        source=criterion.provenance.source,
        readings=criterion.readings,
        children=tuple(_finding(criterion, f"{finding_id}.{name}", part) for name, part in conclusion.children),
        margin=conclusion.margin,
        missing=conclusion.missing,
    )
