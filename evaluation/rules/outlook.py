"""In which coming batch each open or failed criterion could be met at the earliest, and what that takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from evaluation.rules.awards import awarded_for_population, awarded_to_site
from evaluation.rules.certificates import certificate_held, certificate_or_transition
from evaluation.rules.checks import capacity_assessed, person_judges
from evaluation.rules.counts import acts_reach_minimum
from evaluation.rules.enums import Verdict
from evaluation.rules.facts import Facts
from evaluation.rules.margins import known_years
from evaluation.rules.model import CriteriaVersion, Criterion, Evaluation, Finding, Reason, Value
from evaluation.rules.versions import NotInForce, in_force

SETTLED: Final = (Verdict.MET, Verdict.NOTED, Verdict.NA, Verdict.TRANSITION)
CAN_BE_SETTLED: Final = (Verdict.TO_VERIFY, Verdict.TRANSITION_TO_CONFIRM)


@dataclass(frozen=True, slots=True)
class Round:
    """A half-yearly batch: its code (year and month), its reference date and the booked years that count in it."""

    code: str
    reference_on: date
    booked_years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """What the years nobody knows yet must bring together for one batch; zero where the known ones are enough."""

    batch: str
    years: tuple[int, ...]
    new_years: tuple[int, ...]
    least: int


@dataclass(frozen=True, slots=True)
class CriterionOutlook:
    """`batch` None: it cannot be computed, and the reason says why."""

    id: str
    batch: str | None
    reason: Reason
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Outlook:
    """The batch in which all could be met, None while one of them cannot be computed; `criteria` only the unmet."""

    batch: str | None
    criteria: tuple[CriterionOutlook, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """One unmet criterion with what its outlook is read from; the first of the rounds is the batch of the facts."""

    criterion: Criterion
    finding: Finding
    facts: Facts
    rounds: Sequence[Round]
    versions: Sequence[CriteriaVersion] = field(repr=False)

    def later(self) -> list[tuple[Round, Criterion]]:
        """The batches after this one in which the same criterion is asked."""
        return [(each, asked) for each in self.rounds[1:] if (asked := self._asked(each)) is not None]

    def _asked(self, at: Round) -> Criterion | None:
        try:
            version = in_force(self.versions, at.reference_on)
        except NotInForce:
            return None
        return next((each for each in version.criteria if each.id == self.criterion.id), None)

    def open_now(self, key: str = "outlook_settle") -> CriterionOutlook:
        code = self.rounds[0].code
        return CriterionOutlook(self.criterion.id, code, Reason(key, {"batch": code}))

    def unknown(self, key: str) -> CriterionOutlook:
        return CriterionOutlook(self.criterion.id, None, Reason(key))


def outlook(
    criteria_versions: Sequence[CriteriaVersion], facts: Facts, evaluation: Evaluation, rounds: Sequence[Round]
) -> Outlook:
    """Each criterion that is not met, with the earliest batch in which it could be.

    `rounds` are the batch of the facts and those after it, in order, at least one; a criterion is looked for no
    further than the last of them. What could be is no promise: it says what would have to be true by then.
    """
    criteria = in_force(criteria_versions, facts.reference_on)
    unmet = tuple(
        _outlook_of(_Case(criteria.criterion(each.id), each, facts, rounds, criteria_versions))
        for each in evaluation.findings
        if each.verdict not in SETTLED
    )
    codes = [each.batch for each in unmet]
    known = [code for code in codes if code is not None]
    whole = max(known, default=rounds[0].code) if len(known) == len(codes) else None
    return Outlook(whole, unmet)


def _outlook_of(case: _Case) -> CriterionOutlook:
    read = _READERS.get(case.criterion.check, _organisation)
    return read(case)


def _acts(case: _Case) -> CriterionOutlook:
    """Unknown years can still bring it; else the first batch whose triple takes in a year that nobody knows yet."""
    if case.finding.verdict is Verdict.TO_VERIFY:
        return case.open_now()
    known = known_years(case.finding)
    needs = tuple(need for at, asked in case.later() if (need := _need(at, asked, known)) is not None)
    possible = [need for need in needs if need.new_years or not need.least]
    if not possible:
        return case.unknown("outlook_unknown")
    first = possible[0]
    return CriterionOutlook(case.criterion.id, first.batch, _what_it_takes(first), needs=tuple(possible))


def _need(at: Round, asked: Criterion, known: Mapping[int, int]) -> Need | None:
    needed = asked.parameters.get("needed")
    if not isinstance(needed, int):
        return None
    new = tuple(year for year in at.booked_years if year not in known)
    least = max(needed - sum(known.get(year, 0) for year in at.booked_years), 0)
    return Need(at.code, at.booked_years, new, least)


def _what_it_takes(need: Need) -> Reason:
    values: dict[str, Value] = {"batch": need.batch, "triple": need.years}
    if not need.least:
        return Reason("outlook_years_enough", values)
    key = "outlook_new_year" if len(need.new_years) == 1 else "outlook_new_years"
    return Reason(key, values | {"new_years": need.new_years, "least": need.least})


def _certificate(case: _Case) -> CriterionOutlook:
    """What is missing can be shown in this batch; what is not there must be there on a later reference date."""
    if case.finding.verdict in CAN_BE_SETTLED:
        return case.open_now()
    return _by_next_round(case, "outlook_certificate")


def _award(case: _Case) -> CriterionOutlook:
    if case.finding.verdict in CAN_BE_SETTLED:
        return case.open_now()
    if case.facts.apheresis_site != case.facts.administration_site:
        return case.unknown("outlook_organisation")
    return _by_next_round(case, "outlook_award")


def _by_next_round(case: _Case, key: str) -> CriterionOutlook:
    first = next((at for at, _ in case.later()), None)
    if first is None:
        return case.unknown("outlook_unknown")
    return CriterionOutlook(case.criterion.id, first.code, Reason(key, {"batch": first.code, "on": first.reference_on}))


def _person(case: _Case) -> CriterionOutlook:
    if case.finding.verdict in CAN_BE_SETTLED:
        return case.open_now("outlook_judge")
    return case.unknown("outlook_judged")


def _organisation(case: _Case) -> CriterionOutlook:
    return case.open_now() if case.finding.verdict in CAN_BE_SETTLED else case.unknown("outlook_organisation")


_READERS: Mapping[Callable[..., object], Callable[[_Case], CriterionOutlook]] = {
    acts_reach_minimum: _acts,
    awarded_for_population: _award,
    awarded_to_site: _award,
    capacity_assessed: _person,
    certificate_held: _certificate,
    certificate_or_transition: _certificate,
    person_judges: _person,
}
