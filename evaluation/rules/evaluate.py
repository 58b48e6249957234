"""One site judged against one version of the criteria: the only place where verdicts come from."""

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

VERDICTS, OUTCOMES, POPULATIONS = tuple(Verdict), tuple(Outcome), tuple(Population)


def evaluate(criteria: CriteriaVersion, facts: Facts) -> Evaluation:
    """One finding per criterion, in the order of the version, and the outcome of each population asked for.

    `criteria` is the version in force on `facts.reference_on`; nothing here looks it up.
    """
    by_id = {criterion.id: criterion for criterion in criteria.criteria}
    conclusions: dict[str, Conclusion] = {}
    for criterion_id in criteria.order:
        if criterion_id not in conclusions:
            conclude(by_id[criterion_id], facts, by_id, conclusions)
    findings = tuple([_finding(by_id[each], each, conclusions[each]) for each in criteria.order])
    verdicts = {each: conclusions[each].verdict for each in criteria.order}
    warnings = [rule.code for rule in criteria.warnings if rule.applies(facts, verdicts, **rule.parameters)]
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
    outcomes = by_population(criteria, facts, verdicts)
    tally = dict.fromkeys(VERDICTS, 0)
    for verdict in verdicts.values():
        tally[verdict] += 1
    return Evaluation(
        criteria=Receipt(criteria.id, criteria.version, criteria.sha256),
        outcome=worst_outcome(outcomes.values()),
        by_population=outcomes,
        findings=findings,
        tally=tally,
        warnings=warnings,
    )


def by_population(
    criteria: CriteriaVersion, facts: Facts, verdicts: Mapping[str, Verdict]
) -> dict[Population, Outcome]:
    """The outcome of each population asked for, from the criteria that are asked of it."""
    return {
        population: outcome_of({verdicts[each.id] for each in criteria.criteria if population in each.populations})
        for population in POPULATIONS
        if population in facts.populations
    }


def outcome_of(verdicts: set[Verdict]) -> Outcome:
    """What the verdicts of one population add up to; what is noted or not applicable weighs nothing."""
    if Verdict.NOT_MET in verdicts:
        return Outcome.NOT_ELIGIBLE
    if Verdict.TO_VERIFY in verdicts or Verdict.TRANSITION_TO_CONFIRM in verdicts:
        return Outcome.INCOMPLETE
    return Outcome.ELIGIBLE_TRANSITION if Verdict.TRANSITION in verdicts else Outcome.ELIGIBLE


def worst_outcome(outcomes: Iterable[Outcome]) -> Outcome:
    """The worst of the populations asked for."""
    return max(outcomes, key=OUTCOMES.index)


_NOT_ASKED = {
    True: Conclusion(Verdict.NA, Reason("not_applicable")),
    False: Conclusion(Verdict.NA, Reason("not_applicable_to_children")),
}
"""By whether the criterion is one for children."""


def conclude(
    criterion: Criterion, facts: Facts, by_id: Mapping[str, Criterion], conclusions: dict[str, Conclusion]
) -> Conclusion:
    """The conclusion of one criterion, after those it rests on; the loader refuses circles."""
    rests_on = {}
    for name, other in criterion.rests_on.items():
        known = conclusions.get(other)
        rests_on[name] = known or conclude(by_id[other], facts, by_id, conclusions)
    if criterion.populations.isdisjoint(facts.populations):
        concluded = _NOT_ASKED[Population.PAED in criterion.populations]
    else:
        concluded = criterion.check(facts, **criterion.parameters, **rests_on)
    conclusions[criterion.id] = concluded
    return concluded


def _finding(criterion: Criterion, finding_id: str, conclusion: Conclusion) -> Finding:
    children = conclusion.children
    return Finding(
        finding_id,
        conclusion.verdict,
        conclusion.reason,
        criterion.provenance.source,
        criterion.readings,
        tuple([_finding(criterion, f"{finding_id}.{name}", part) for name, part in children]) if children else (),
        conclusion.margin,
        conclusion.missing,
    )
