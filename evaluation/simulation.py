"""What a file or a ballot would have come to on another side: pure, over facts and counts that were stored.

Nothing here decides or changes anything; the services keep what it finds in a store of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from evaluation.enums import RescoringKind
from evaluation.law import criteria_versions
from evaluation.rules.enums import Verdict
from evaluation.rules.evaluate import evaluate, left_open
from evaluation.rules.facts import Facts
from evaluation.rules.model import CriteriaVersion, Evaluation, Reason
from evaluation.rules.parse import InvalidFacts, parse_facts
from evaluation.rules.rescore import rescore
from evaluation.rules.variants import variant, with_parameters
from evaluation.rules.versions import NotInForce, in_force
from evaluation.voting import BallotOutcome, VotingRules, ballot_outcome

Refusal = dict[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """What is other on the other side; `values` are the minima to try, in order."""

    kind: RescoringKind
    version: str = ""
    reference_on: date | None = None
    reading: str = ""
    option: int | None = None
    criterion: str = ""
    values: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Base:
    """One file as it was or would now be judged.

    `verdicts` are those stored, None where nothing is; `listed`: the site is on the list on the reference date;
    `left_open`: criteria that stay to verify because of a fact that nobody confirmed; `refused`: why there is no base.
    """

    application: UUID
    assessment: UUID | None
    centre: UUID
    version: str
    document: Mapping[str, Any]
    outcome: str
    verdicts: Mapping[str, str] | None
    listed: bool
    left_open: Mapping[str, Reason] = field(default_factory=dict)
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One file on the other side, or why it cannot be judged there; `asked` is the verdict on the criterion tried."""

    value: int | None
    before: str
    after: str = ""
    changes: Mapping[str, list[str]] = field(default_factory=dict)
    refused: tuple[Refusal, ...] = ()
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A base that can be judged, with its evaluation."""

    base: Base
    criteria: CriteriaVersion
    facts: Facts
    evaluation: Evaluation

    @property
    def verdicts(self) -> dict[str, str]:
        return verdicts_in(self.evaluation)


class CannotJudge(Exception):  # noqa: N818  # named for what happened
    """The other side refuses the facts; every reason with its place."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(", ".join(f"{row['pointer']}: {row['code']}" for row in refusals))
        self.refusals = tuple(refusals)


class Simulation:
    """One question put to many files; the other versions of the criteria are made once."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self._variants: dict[str, tuple[CriteriaVersion, ...]] = {}

    def sides(self, base: Base) -> tuple[Side, ...]:
        """One for each value that is tried, else a single one; a file that cannot be judged says why."""
        try:
            known = known_base(base)
            return self._of(known)
        except CannotJudge as cannot:
            values = self.question.values or (None,)
            return tuple(Side(value, base.outcome, refused=cannot.refusals) for value in values)

    def _of(self, known: Known) -> tuple[Side, ...]:
        match self.question.kind:
            case RescoringKind.VERSION:
                return (_other_version(known, self.question.version),)
            case RescoringKind.DATE:
                assert self.question.reference_on is not None  # noqa: S101  # narrows the type: checked when it was asked
                return (_other_date(known, self.question.reference_on),)
            case RescoringKind.READING:
                return self._other_reading(known)
            case RescoringKind.MINIMUM:
                return self._other_minima(known)

    def _other_reading(self, known: Known) -> tuple[Side, ...]:
        reading, option = self.question.reading, self.question.option
        found = (row for each in known.criteria.readings for row in each.alternatives if row.reading == reading)
        alternative = next((row for row in found if row.option == option), None)
        if alternative is None:
            raise CannotJudge([{"pointer": "", "code": "no_alternative"}])
        if alternative.unlisted_only and known.base.listed:
            return (_compared(known, None, {}, known.evaluation.outcome),)
        version = known.criteria.version
        if version not in self._variants:
            self._variants[version] = (variant(known.criteria, alternative),)
        return self._judged_again(known, (None,))

    def _other_minima(self, known: Known) -> tuple[Side, ...]:
        name, version = self.question.criterion, known.criteria.version
        if version not in self._variants:
            self._variants[version] = tuple(
                with_parameters(known.criteria, {name: {"parameters": {"needed": value}}})
                for value in self.question.values
            )
        return self._judged_again(known, self.question.values)

    def _judged_again(self, known: Known, values: Sequence[int | None]) -> tuple[Side, ...]:
        variants = self._variants[known.criteria.version]
        if known.base.left_open:
            return tuple(self._long_way(known, *each) for each in zip(values, variants, strict=True))
        rescored = rescore(known.criteria, known.facts, known.evaluation, variants)
        return tuple(
            _compared(known, value, row.verdicts, row.outcome, asked=self.question.criterion)
            for value, row in zip(values, rescored, strict=True)
        )

    def _long_way(self, known: Known, value: int | None, criteria: CriteriaVersion) -> Side:
        """Where criteria are left open the whole is judged again, so that they stay open."""
        other = _judged(criteria, known.facts, known.base)
        return _compared(known, value, verdicts_in(other), other.outcome, asked=self.question.criterion)


def known_base(base: Base) -> Known:
    """The base judged by its own version. Raises CannotJudge, also where that gives another verdict than was stored."""
    if base.refused:
        raise CannotJudge(base.refused)
    criteria = version_named(base.version)
    if criteria is None:
        raise CannotJudge([{"pointer": "", "code": "version_unknown"}])
    facts = facts_under(base.document, criteria)
    known = Known(base, criteria, facts, _judged(criteria, facts, base))
    if base.verdicts is not None and known.verdicts != dict(base.verdicts):
        raise CannotJudge([{"pointer": "", "code": "rules_differ"}])
    return known


def version_named(name: str) -> CriteriaVersion | None:
    return next((each for each in criteria_versions() if each.version == name), None)


def facts_under(document: Mapping[str, Any], criteria: CriteriaVersion) -> Facts:
    """The facts as one version takes them, whatever days it is in force. Raises CannotJudge with every fault."""
    try:
        return parse_facts(dict(document), (replace(criteria, valid_from=date.min, valid_to=None),))
    except InvalidFacts as faults:
        raise CannotJudge([{"pointer": row.pointer, "code": row.code} for row in faults.problems]) from faults


def verdicts_in(evaluation: Evaluation) -> dict[str, str]:
    return {finding.id: finding.verdict.value for finding in evaluation.findings}


def _judged(criteria: CriteriaVersion, facts: Facts, base: Base) -> Evaluation:
    evaluation = evaluate(criteria, facts)
    if not base.left_open:
        return evaluation
    return left_open(criteria, facts, evaluation, reasons=base.left_open, missing="apheresis_site")


def _other_version(known: Known, name: str) -> Side:
    criteria = version_named(name)
    if criteria is None:
        raise CannotJudge([{"pointer": "", "code": "version_unknown"}])
    other = _judged(criteria, facts_under(known.base.document, criteria), known.base)
    return _compared(known, None, verdicts_in(other), other.outcome, whole=True)


def _other_date(known: Known, on: date) -> Side:
    """The criteria in force on that day judge; a vote held before it is left out, for it says nothing of that day."""
    try:
        criteria = in_force(criteria_versions(), on)
    except NotInForce:
        raise CannotJudge([{"pointer": "/reference_on", "code": "no_criteria"}]) from None
    document = {**known.base.document, "reference_on": on.isoformat()}
    if known.facts.vote_on is not None and known.facts.vote_on < on:
        document |= {"vote_on": None, "stage": "REVIEW"}
    other = _judged(criteria, facts_under(document, criteria), known.base)
    return _compared(known, None, verdicts_in(other), other.outcome, whole=True)


def _compared(
    known: Known, value: int | None, verdicts: Mapping[str, str], outcome: str, *, asked: str = "", whole: bool = False
) -> Side:
    """`verdicts` of what was judged again; with `whole` a criterion that is not among them has none any more."""
    before = known.verdicts
    names = [*before, *(name for name in verdicts if name not in before)] if whole else list(verdicts)
    pairs = {name: [before.get(name, ""), str(verdicts.get(name, ""))] for name in names}
    return Side(
        value,
        before=known.evaluation.outcome.value,
        after=str(outcome),
        changes={name: pair for name, pair in pairs.items() if pair[0] != pair[1]},
        asked=str(verdicts.get(asked, before.get(asked, ""))) if asked else "",
    )


def passes(side: Side) -> bool | None:
    """Whether the criterion that is tried is met; None where it is not asked or cannot be judged."""
    return None if side.asked in ("", Verdict.NA) else side.asked == Verdict.MET


@dataclass(frozen=True, slots=True)
class CountedBallot:
    """The stored counts of a closed ballot; `recused` are the members present who were barred from its vote."""

    ballot: UUID
    voting_present: int
    votes_for: int
    votes_against: int
    abstentions: int
    recused: int


def ballot_sides(
    counted: CountedBallot, rules: VotingRules, *, reading: str, option: int
) -> tuple[BallotOutcome, BallotOutcome] | None:
    """How the ballot ended and how it would end under the other option; None where the rules name no such option."""
    other = rules.under(reading, option)
    if other is None:
        return None
    return _ended(counted, rules), _ended(counted, other)


def _ended(counted: CountedBallot, rules: VotingRules) -> BallotOutcome:
    return ballot_outcome(
        rules,
        voting_present=counted.voting_present,
        votes_for=counted.votes_for,
        votes_against=counted.votes_against,
        abstentions=counted.abstentions,
        recused=counted.recused,
    )
