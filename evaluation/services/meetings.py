from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import User
from accounts.services.audit import record_event
from applications.calendar import local_day
from applications.enums import BatchState
from applications.errors import problem
from applications.models import Application, Batch
from centres.models import CommitteeMandate, Seat
from evaluation.enums import BallotState, BarredFrom
from evaluation.models import Attendance, Ballot, Meeting, Recusal
from evaluation.policies import may_lead_sitting

CONVENABLE = (BatchState.REVIEW, BatchState.CLOSED, BatchState.SEALED)


@transaction.atomic
def convene_meeting(batch: Batch, *, held_on: date, by: User, at: datetime) -> Meeting:
    """Call a sitting on the files of a batch, today or later; one sitting a day.

    Called while the files are in review, its day becomes the day of the vote that they are judged for; an item comes
    on its agenda only once the dossiers are sealed.
    """
    _require_lead(by)
    locked = Batch.objects.select_for_update().get(pk=batch.pk)
    if locked.state not in CONVENABLE:
        raise Conflict("batch-not-sealed", batch=locked.code)
    if held_on < local_day(at):
        raise Invalid("sitting-in-past", problems=[problem("/held_on", "sitting-in-past")])
    if Meeting.objects.filter(held_on=held_on).exists():
        raise Conflict("sitting-taken", day=held_on)
    if locked.state == BatchState.REVIEW:
        Batch.objects.filter(pk=locked.pk).update(vote_on=held_on)
    meeting = Meeting.objects.create(batch=locked, held_on=held_on, convened_by=by, convened_at=at)
    record_event(meeting, by=by, at=at, verb="convene_meeting", after={"held_on": held_on.isoformat()})
    return meeting


@transaction.atomic
def record_arrival(meeting: Meeting, *, seat: Seat, user: User, by: User, at: datetime) -> Attendance:
    """Note on the sitting's day that a seat is present through the person who holds it.

    A substitute only while the effective member is absent: a seat is taken by one person. Noting it twice is
    noting it once.
    """
    _require_lead(by)
    require_sitting_day(meeting, at=at)
    Seat.objects.select_for_update().get(pk=seat.pk)
    held = CommitteeMandate.objects.in_force_on(meeting.held_on).filter(seat=seat, user=user)
    if not held.exists():
        raise Invalid("no-mandate", name=user.name)
    there = Attendance.objects.present().filter(Q(seat=seat) | Q(user=user), meeting=meeting).select_related("user")
    if there:
        if (there[0].seat_id, there[0].user_id) == (seat.pk, user.pk):
            return there[0]
        raise Conflict("seat-taken", name=there[0].user.name)
    attendance = Attendance.objects.create(meeting=meeting, seat=seat, user=user, recorded_by=by, arrived_at=at)
    _record_attendance(attendance, by=by, at=at, verb="record_arrival")
    return attendance


@transaction.atomic
def record_departure(attendance: Attendance, *, by: User, at: datetime) -> Attendance:
    """Note that a person left; a vote of theirs still open no longer counts unless they come back."""
    _require_lead(by)
    locked = Attendance.objects.select_for_update().get(pk=attendance.pk)
    if locked.left_at is None:
        locked.left_at = at
        locked.save(update_fields=["left_at"])
        _record_attendance(locked, by=by, at=at, verb="record_departure")
    return locked


@transaction.atomic
def record_recusal(
    application: Application, *, user: User, barred_from: str, reason: str, by: User, at: datetime
) -> Recusal:
    """Note that the Bureau bars a person from the vote on an application, or from deliberation and vote.

    A later ruling on the same person replaces the earlier one. Raises Conflict while a vote on it is open.
    """
    _require_lead(by)
    if barred_from not in BarredFrom.values or not reason.strip():
        raise Invalid("reason-missing")
    locked = Application.objects.select_for_update().get(pk=application.pk)
    if Ballot.objects.filter(application=locked, state=BallotState.OPEN).exists():
        raise Conflict("ballot-running")
    recusal, _created = Recusal.objects.update_or_create(
        application=locked,
        user=user,
        defaults={"barred_from": barred_from, "reason": reason, "recorded_by": by, "recorded_at": at},
    )
    after = {"user": str(user.pk), "barred_from": barred_from}
    record_event(locked, by=by, at=at, verb="record_recusal", after=after, reason=reason)
    return recusal


def require_sitting_day(meeting: Meeting, *, at: datetime) -> None:
    """Raises Conflict on any other day than the sitting's, as a calendar in Brussels shows it."""
    if local_day(at) != meeting.held_on:
        raise Conflict("not-sitting-day", day=meeting.held_on)


def _require_lead(by: User) -> None:
    if not may_lead_sitting(by):
        raise NotAllowed()


def _record_attendance(attendance: Attendance, *, by: User, at: datetime, verb: str) -> None:
    after = {"seat": attendance.seat_id, "user": str(attendance.user_id)}
    record_event(attendance.meeting, by=by, at=at, verb=verb, after=after)
