"""The Minister's decision and what follows from it; nothing is on the list by any other way."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.errors import Conflict, Invalid, NotAllowed, Problem
from accounts.models import User
from accounts.services.audit import record_event
from applications.calendar import local_day
from applications.enums import ApplicationState, BatchState
from applications.errors import problem
from applications.models import Application, Batch
from applications.states import move_to_next
from centres.models import Listing
from centres.services.listings import list_centre
from evaluation.enums import BallotState, ProposalOutcome
from evaluation.law import criteria_on
from evaluation.models import ApplicationAssessment, Ballot, MinisterialDecision, Proposal
from evaluation.policies import may_record_decision
from evaluation.rules.enums import Verdict
from evaluation.selectors import current_assessment
from evaluation.selectors.sittings import decided_populations, settling_proposal, verdicts_of

IEC_CERTIFICATE_DUE = "IEC_CERTIFICATE_DUE"
DECIDABLE = (ApplicationState.READY, ApplicationState.AT_VOTE, ApplicationState.PROPOSED)
OVER = (ApplicationState.DECIDED, ApplicationState.INADMISSIBLE, ApplicationState.WITHDRAWN)
FOLLOWS = {ProposalOutcome.POSITIVE: True, ProposalOutcome.NEGATIVE: False}


@dataclass(frozen=True, slots=True)
class DecisionDays:
    """Decision, publication, effect: in this order, each may fall on the day of the one before."""

    decided_on: date
    published_on: date
    effective_on: date


@transaction.atomic
def record_ministerial_decision(
    application: Application,
    *,
    population: str,
    admits: bool,
    reference: str,
    decided_on: date,
    published_on: date,
    effective_on: date,
    reasons: str = "",
    by: User,
    at: datetime,
) -> MinisterialDecision:
    """Record what the Minister decided for one population; it may depart from the proposal, with its reasons.

    A decision that admits puts the site on the list from the day of effect, with the condition of the transition
    where the assessment rests on it. Raises Conflict when there is a decision already or a vote is open, Invalid with
    every fault of days and words.
    """
    if not may_record_decision(by):
        raise NotAllowed()
    batch, locked = _locked(application)
    _require_decidable(batch, locked, population)
    days = DecisionDays(decided_on, published_on, effective_on)
    proposal = settling_proposal(locked, population)
    deviates = proposal is None or FOLLOWS.get(ProposalOutcome(proposal.outcome)) is not admits
    faults = [*_faults_of_days(days, proposal, at=at), *_faults_of_words(reference, reasons, deviates=deviates)]
    if faults:
        raise Invalid(problems=faults)
    listing = _listing(locked, population, reference.strip(), days, by=by, at=at) if admits else None
    act = {"population": population, "proposal": proposal, "admits": admits, "deviates": deviates, "listing": listing}
    words = {"reference": reference.strip(), "reasons": reasons.strip()}
    decision = _record(locked, days, {**act, **words}, by=by, at=at)
    _move_on(batch, locked, by=by, at=at)
    return decision


def _record(
    application: Application, days: DecisionDays, decided: Mapping[str, object], *, by: User, at: datetime
) -> MinisterialDecision:
    decision = MinisterialDecision.objects.create(
        application=application, **asdict(days), **decided, recorded_by=by, recorded_at=at
    )
    after = {name: getattr(decision, name) for name in ("population", "admits", "reference", "deviates")}
    record_event(decision, by=by, at=at, verb="record_decision", after=after, reason=decision.reasons)
    return decision


def _locked(application: Application) -> tuple[Batch, Application]:
    batch = Batch.objects.select_for_update().filter(applications=application.pk).first()
    if batch is None:
        raise Conflict("no-decision-now")
    names = ("centre", "product", "paragraph__product")
    return batch, Application.objects.select_for_update(of=("self",)).select_related(*names).get(pk=application.pk)


def _require_decidable(batch: Batch, application: Application, population: str) -> None:
    if population not in application.populations:
        raise Invalid("population-not-asked")
    if population in decided_populations(application):
        raise Conflict("population-decided")
    if batch.state != BatchState.SEALED or application.state not in DECIDABLE:
        raise Conflict("no-decision-now")
    if Ballot.objects.on(application, population).filter(state=BallotState.OPEN).exists():
        raise Conflict("ballot-running")


def _faults_of_days(days: DecisionDays, proposal: Proposal | None, *, at: datetime) -> Iterator[Problem]:
    if days.decided_on > local_day(at):
        yield problem("/decided_on", "decision-in-future")
    if not days.decided_on <= days.published_on <= days.effective_on:
        yield problem("/effective_on" if days.decided_on <= days.published_on else "/published_on", "decision-days")
    if proposal is not None and days.decided_on < local_day(proposal.recorded_at):
        yield problem("/decided_on", "decision-before-proposal", day=local_day(proposal.recorded_at))


def _faults_of_words(reference: str, reasons: str, *, deviates: bool) -> Iterator[Problem]:
    if not reference.strip():
        yield problem("/reference", "missing")
    if deviates and not reasons.strip():
        yield problem("/reasons", "decision-reasons-missing")


def _listing(
    application: Application, population: str, reference: str, days: DecisionDays, *, by: User, at: datetime
) -> Listing:
    assessment = current_assessment(application)
    due_on = _transition_ends_on(assessment) if assessment else None
    return list_centre(
        application.centre,
        product=application.product,
        paragraph=application.paragraph,
        population=population,
        listed_from=days.effective_on,
        decision_reference=reference,
        condition_code=IEC_CERTIFICATE_DUE if due_on else "",
        condition_due_on=due_on,
        by=by,
        at=at,
    )


def _transition_ends_on(assessment: ApplicationAssessment) -> date | None:
    """The last day of the transition where C1a rests on it; where the Bureau confirms it, of the longer one."""
    if verdicts_of(assessment).get("C1a") not in (Verdict.TRANSITION, Verdict.TRANSITION_TO_CONFIRM):
        return None
    bounds = criteria_on(assessment.reference_on).criterion("C1a").parameters
    until, confirmed = bounds["transition_until"], bounds["confirm_until"]
    if not isinstance(until, date) or not isinstance(confirmed, date):
        raise TypeError("the transition of C1a has two days")
    judged_on = max(assessment.reference_on, assessment.vote_on or assessment.reference_on)
    return until if judged_on <= until else confirmed


def _move_on(batch: Batch, application: Application, *, by: User, at: datetime) -> None:
    """The last population decides the application, the last application the batch."""
    if decided_populations(application) >= set(application.populations):
        move_to_next(application, "decide", by=by, at=at)
    if not Application.objects.filter(batch=batch).exclude(state__in=OVER).exists():
        move_to_next(batch, "decide", by=by, at=at)
