"""The vote on an item: open it after the re-check, release one that was held, cast votes.

The whole way of a ballot is exported from here: draft, open or release, postpone, vote, close.
"""

from datetime import datetime

from django.db import transaction

from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import User
from accounts.services.audit import record_event
from applications.calendar import local_day
from applications.enums import ApplicationState
from applications.models import Application
from applications.states import move_to_next
from evaluation.enums import BallotState, Stage, VoteValue
from evaluation.models import ApplicationAssessment, Attendance, Ballot, Dossier, Vote
from evaluation.policies import (
    may_lead_sitting,
    may_put_incomplete_to_vote,
    may_release_ballot,
    may_vote,
)
from evaluation.rules.enums import Outcome
from evaluation.selectors.sittings import (
    assessment_as_read,
    changed_results,
    outcome_for,
    present_on,
)
from evaluation.services.agenda import (
    draft_ballot,
    lock_ballot,
    postpone_ballot,
    require_reasons,
    require_right,
    require_votable,
    standing_assessment,
)
from evaluation.services.counting import close_ballot
from evaluation.services.evaluations import assess_application, evaluate_site
from evaluation.services.meetings import require_sitting_day

__all__ = ["cast_vote", "close_ballot", "draft_ballot", "open_ballot", "postpone_ballot", "release_ballot"]


def open_ballot(ballot: Ballot, *, by: User, at: datetime, reason_incomplete: str = "") -> Ballot:
    """Open the vote on an item on the sitting's day, after judging the file again as on that day.

    Only the chair opens an incomplete file, with reasons. When a verdict or the outcome differs from what members
    have read, the new evaluation is stored, the item is held and Conflict `verdict-changed` is raised: the caller
    runs it outside a transaction of its own, and has the next version of the dossier rendered.
    """
    require_right(may_lead_sitting(by))
    opened, changes = _recheck_and_open(ballot, by=by, at=at, reason_incomplete=reason_incomplete.strip())
    if changes:
        raise Conflict("verdict-changed", changes=", ".join(changes))
    return opened


@transaction.atomic
def release_ballot(ballot: Ballot, *, by: User, at: datetime) -> Ballot:
    """The secretariat lets a held item go to the vote, once its new dossier is there and its text fits it."""
    require_right(may_release_ballot(by))
    locked = lock_ballot(ballot)
    if not locked.is_held or locked.assessment is None:
        raise Conflict("ballot-not-held")
    if not Dossier.objects.filter(assessment=locked.assessment).exists():
        raise Conflict("dossier-not-ready")
    require_reasons(locked, locked.assessment)
    locked.assessment = None
    locked.save(update_fields=["assessment"])
    record_event(locked, by=by, at=at, verb="release_ballot")
    return locked


@transaction.atomic
def cast_vote(ballot: Ballot, *, value: str, by: User, at: datetime) -> Vote:
    """Give or change the vote of the seat on which a person is present; the same vote twice is one vote.

    The audit line tells that the seat voted; how it voted stands there from the close on.
    """
    require_right(may_vote(by))
    if value not in VoteValue.values:
        raise Invalid("missing")
    locked = Ballot.objects.select_for_update(of=("self",)).select_related("application").get(pk=ballot.pk)
    if not locked.is_open:
        raise Conflict("ballot-not-open")
    seat = _voting_seat(locked, by).seat
    vote = Vote.objects.filter(ballot=locked, seat=seat).first()
    if vote is not None and (vote.user_id, vote.value) == (by.pk, value):
        return vote
    vote, _created = Vote.objects.update_or_create(
        ballot=locked, seat=seat, defaults={"user": by, "value": value, "cast_at": at}
    )
    record_event(locked, by=by, at=at, verb="cast_vote", after={"seat": seat.number})
    return vote


def _voting_seat(ballot: Ballot, user: User) -> Attendance:
    attendance = present_on(ballot, user)
    if attendance is None:
        raise NotAllowed("not-present")
    if not attendance.seat.votes:
        raise NotAllowed("seat-without-vote")
    if not Attendance.objects.voting_on(ballot.application).filter(pk=attendance.pk).exists():
        raise NotAllowed("recused")
    return attendance


@transaction.atomic
def _recheck_and_open(
    ballot: Ballot, *, by: User, at: datetime, reason_incomplete: str
) -> tuple[Ballot, tuple[str, ...]]:
    locked = lock_ballot(ballot)
    application = locked.application
    _require_openable(locked, at=at)
    before = assessment_as_read(application) or standing_assessment(application)
    after = _judged_again(application, by=by, at=at)
    changes = changed_results(before, after)
    if changes:
        _hold(application, after, by=by, at=at, reason="; ".join(changes))
        return locked, changes
    _require_chair_if_incomplete(locked, after, by=by, reason=reason_incomplete)
    locked.state, locked.assessment, locked.reason_to_vote_incomplete = BallotState.OPEN, after, reason_incomplete
    locked.opened_by, locked.opened_at = by, at
    locked.save()
    if application.state == ApplicationState.READY:
        move_to_next(application, "open_ballot", by=by, at=at)
    record_event(locked, by=by, at=at, verb="open_ballot", after={"state": "OPEN"}, reason=reason_incomplete)
    return locked, ()


def _require_openable(ballot: Ballot, *, at: datetime) -> None:
    if not ballot.is_draft:
        raise Conflict("ballot-not-draft")
    if ballot.is_held:
        raise Conflict("ballot-held")
    require_sitting_day(ballot.meeting, at=at)
    require_votable(ballot.application, ballot.population)


def _judged_again(application: Application, *, by: User, at: datetime) -> ApplicationAssessment:
    assert application.batch is not None  # noqa: S101  # narrows the type: an application for the vote has its batch
    day = local_day(at)
    site = evaluate_site(application.batch, application.centre, stage=Stage.VOTE, vote_on=day, by=by, at=at)
    return assess_application(application, site, stage=Stage.VOTE, vote_on=day, by=by, at=at)


def _hold(application: Application, assessment: ApplicationAssessment, *, by: User, at: datetime, reason: str) -> None:
    """Every draft on the application waits: they rest on the same dossier."""
    for ballot in Ballot.objects.filter(application=application, state=BallotState.DRAFT):
        ballot.assessment = assessment
        ballot.save(update_fields=["assessment"])
        record_event(ballot, by=by, at=at, verb="hold_ballot", reason=reason)


def _require_chair_if_incomplete(ballot: Ballot, assessment: ApplicationAssessment, *, by: User, reason: str) -> None:
    if outcome_for(assessment, ballot.population) != Outcome.INCOMPLETE:
        return
    if not may_put_incomplete_to_vote(by) or not reason:
        raise Conflict("incomplete-by-chair")
