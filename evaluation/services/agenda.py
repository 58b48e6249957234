"""The agenda of a sitting: an item is put on it as a drafted proposal, rewritten, or moved to a later sitting."""

from datetime import datetime

from django.db import transaction

from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import User
from accounts.services.audit import record_event
from applications.calendar import local_day
from applications.enums import ApplicationState
from applications.errors import problem
from applications.models import Application, Batch
from evaluation.enums import BallotState, ProposalKind
from evaluation.models import ApplicationAssessment, Ballot, Meeting
from evaluation.policies import may_lead_sitting, may_postpone_ballot
from evaluation.selectors import current_assessment
from evaluation.selectors.sittings import advised_proposal, decided_populations, settled_populations

FOR_VOTE = (ApplicationState.READY, ApplicationState.AT_VOTE)


@transaction.atomic
def draft_ballot(
    application: Application,
    *,
    population: str,
    meeting: Meeting,
    proposed: str,
    text: str,
    reason_to_deviate: str = "",
    by: User,
    at: datetime,
) -> Ballot:
    """Put a positive or negative proposal on a sitting's agenda, for one population of one application.

    Drafting again rewrites the draft. A text that departs from the advisory outcome says why.
    """
    require_right(may_lead_sitting(by))
    locked = Application.objects.select_for_update(of=("self",)).select_related("batch").get(pk=application.pk)
    ballot = _drafted_before(locked, population, meeting) or Ballot(
        application=locked, population=population, meeting=meeting
    )
    require_votable(locked, population)
    _require_place(ballot, at=at)
    ballot.proposed, ballot.text, ballot.reason_to_deviate = proposed, text.strip(), reason_to_deviate.strip()
    _require_text(ballot)
    require_reasons(ballot, standing_assessment(locked))
    ballot.drafted_by, ballot.drafted_at = by, at
    ballot.save()
    after = {
        "meeting": meeting.held_on.isoformat(),
        "population": population,
        "proposed": proposed,
        "text": ballot.text,
    }
    record_event(ballot, by=by, at=at, verb="draft_ballot", after=after, reason=ballot.reason_to_deviate)
    return ballot


@transaction.atomic
def postpone_ballot(ballot: Ballot, *, meeting: Meeting, reason: str, by: User, at: datetime) -> Ballot:
    """The chair moves an item that was not opened to another sitting of the same batch, with a reason."""
    require_right(may_postpone_ballot(by))
    if not reason.strip():
        raise Invalid("reason-missing")
    locked = lock_ballot(ballot)
    if not locked.is_draft:
        raise Conflict("ballot-not-draft")
    if meeting.pk == locked.meeting_id:
        raise Conflict("same-sitting")
    before = {"meeting": locked.meeting.held_on.isoformat()}
    locked.meeting = meeting
    _require_place(locked, at=at)
    locked.assessment = None
    locked.save(update_fields=["meeting", "assessment"])
    after = {"meeting": meeting.held_on.isoformat()}
    record_event(locked, by=by, at=at, verb="postpone_ballot", before=before, after=after, reason=reason)
    return locked


def standing_assessment(application: Application) -> ApplicationAssessment:
    assessment = current_assessment(application)
    if assessment is None:
        raise Conflict("not-for-vote")
    return assessment


def lock_ballot(ballot: Ballot) -> Ballot:
    """The ballot, locked after its batch and its application."""
    Batch.objects.select_for_update().get(applications__ballots=ballot.pk)
    Application.objects.select_for_update().get(ballots=ballot.pk)
    names = ("application__batch", "application__centre", "meeting", "assessment")
    return Ballot.objects.select_for_update(of=("self",)).select_related(*names).get(pk=ballot.pk)


def require_right(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed()


def _drafted_before(application: Application, population: str, meeting: Meeting) -> Ballot | None:
    return Ballot.objects.select_for_update().on(application, population).filter(meeting=meeting).first()


def require_votable(application: Application, population: str) -> None:
    if population not in application.populations:
        raise Invalid("population-not-asked")
    if population in decided_populations(application):
        raise Conflict("population-decided")
    if population in settled_populations(application):
        raise Conflict("population-settled")
    if application.state not in FOR_VOTE:
        raise Conflict("not-for-vote")


def _require_place(ballot: Ballot, *, at: datetime) -> None:
    """The sitting is of the same batch and not over, and the item stands on no other agenda."""
    if ballot.meeting.batch_id != ballot.application.batch_id:
        raise Conflict("other-batch")
    if ballot.meeting.held_on < local_day(at):
        raise Conflict("sitting-over")
    if ballot.is_open:
        raise Conflict("ballot-running")
    others = Ballot.objects.on(ballot.application, ballot.population).exclude(pk=ballot.pk).select_related("meeting")
    if ballot.is_closed or others.filter(meeting=ballot.meeting).exists():
        raise Conflict("ballot-counted-here")
    elsewhere = others.exclude(state=BallotState.CLOSED).first()
    if elsewhere is not None:
        raise Conflict("ballot-elsewhere", day=elsewhere.meeting.held_on)


def _require_text(ballot: Ballot) -> None:
    if ballot.proposed not in ProposalKind.values or not ballot.text:
        empty = {"/proposed": ballot.proposed in ProposalKind.values, "/text": bool(ballot.text)}
        raise Invalid("missing", problems=[problem(each, "missing") for each, there in empty.items() if not there])


def require_reasons(ballot: Ballot, assessment: ApplicationAssessment) -> None:
    advised = advised_proposal(assessment, ballot.population)
    if advised is not None and ballot.proposed != advised and not ballot.reason_to_deviate:
        faults = [problem("/reason_to_deviate", "deviation-without-reasons")]
        raise Invalid("deviation-without-reasons", problems=faults)
