import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.policies import is_holder, is_member, reads_all
from applications.models import Application, Batch
from centres.enums import Population
from centres.models import Seat
from centres.models.constraints import among
from evaluation.enums import BallotState, BarredFrom, ProposalKind, VoteValue
from evaluation.models.evaluations import ApplicationAssessment


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> "MeetingQuerySet":
        """Committee, secretariat and auditor; nobody outside learns of a sitting here."""
        return self.all() if is_member(user) or reads_all(user) else self.none()


class Meeting(models.Model):
    """A sitting of the committee on one day, for the files of one batch."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    held_on = models.DateField(unique=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="meetings")
    convened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    convened_at = models.DateTimeField()

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on"]

    def __str__(self) -> str:
        return self.held_on.isoformat()


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def present(self) -> "AttendanceQuerySet":
        return self.filter(left_at=None)

    def voting(self) -> "AttendanceQuerySet":
        return self.present().filter(seat__votes=True)

    def voting_on(self, application: Application) -> "AttendanceQuerySet":
        """Who counts for the quorum of one item: present, on a seat that votes, not barred from its vote."""
        return self.voting().exclude(user__in=Recusal.objects.filter(application=application).values("user"))


class Attendance(models.Model):
    """A seat is present at a sitting through one person; a substitute sits only when the effective member is absent."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["seat"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "seat"], condition=Q(left_at=None), name="attendance_one_person_a_seat"
            ),
            models.UniqueConstraint(
                fields=["meeting", "user"], condition=Q(left_at=None), name="attendance_one_seat_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.seat_id}"


class RecusalQuerySet(models.QuerySet["Recusal"]):
    def from_deliberation(self, user: User) -> "RecusalQuerySet":
        return self.filter(user=user, barred_from=BarredFrom.DELIBERATION)


class Recusal(models.Model):
    """The Bureau bars a person from the vote, or from deliberation and vote, on one application."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="recusals")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recusals")
    barred_from = models.CharField(max_length=12, choices=BarredFrom)
    reason = models.TextField(max_length=2_000)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = RecusalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "user"], name="recusal_once"),
            among("barred_from", BarredFrom, name="recusal_barred_from"),
            models.CheckConstraint(condition=~Q(reason=""), name="recusal_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.user_id}"


class BallotQuerySet(models.QuerySet["Ballot"]):
    def visible_to(self, user: User) -> "BallotQuerySet":
        """A count is seen inside only, never by the holder whose application it is on."""
        if is_holder(user):
            return self.none()
        return self.filter(application__in=Application.objects.visible_to(user))

    def on(self, application: Application, population: str) -> "BallotQuerySet":
        return self.filter(application=application, population=population)


class Ballot(models.Model):
    """The committee's count on one drafted proposal, for one application and one population."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="ballots")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="ballots")
    population = models.CharField(max_length=5, choices=Population)
    proposed = models.CharField(max_length=8, choices=ProposalKind)
    text = models.TextField(max_length=10_000)
    reason_to_deviate = models.TextField(max_length=5_000, blank=True)
    reason_to_vote_incomplete = models.TextField(max_length=5_000, blank=True)
    state = models.CharField(max_length=6, choices=BallotState, default=BallotState.DRAFT)
    assessment = models.ForeignKey(
        ApplicationAssessment, null=True, blank=True, on_delete=models.PROTECT, related_name="ballots"
    )
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    voting_present = models.PositiveSmallIntegerField(null=True, blank=True)
    votes_for = models.PositiveSmallIntegerField(null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = BallotQuerySet.as_manager()

    class Meta:
        ordering = ["application", "population", "drafted_at"]
        constraints = [
            among("population", Population, name="ballot_population"),
            among("proposed", ProposalKind, name="ballot_proposed"),
            among("state", BallotState, name="ballot_state"),
            models.UniqueConstraint(fields=["application", "population", "meeting"], name="ballot_once_a_sitting"),
            models.CheckConstraint(
                condition=Q(state=BallotState.DRAFT) | Q(assessment__isnull=False, opened_at__isnull=False),
                name="ballot_open_rests_on_an_assessment",
            ),
            models.CheckConstraint(
                condition=~Q(state=BallotState.CLOSED)
                | Q(
                    closed_at__isnull=False,
                    voting_present__isnull=False,
                    votes_for__isnull=False,
                    votes_against__isnull=False,
                    abstentions__isnull=False,
                ),
                name="ballot_closed_is_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.population}"

    @property
    def is_draft(self) -> bool:
        return self.state == BallotState.DRAFT

    @property
    def is_open(self) -> bool:
        return self.state == BallotState.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == BallotState.CLOSED

    @property
    def is_held(self) -> bool:
        """The re-check on the day of the vote gave another assessment, which the draft now waits on."""
        return self.is_draft and self.assessment_id is not None


class Vote(models.Model):
    """One seat's vote on one ballot; it may be changed until the ballot closes."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="votes")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    value = models.CharField(max_length=7, choices=VoteValue)
    cast_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "seat"], name="vote_one_a_seat"),
            models.UniqueConstraint(fields=["ballot", "user"], name="vote_one_a_person"),
            among("value", VoteValue, name="vote_value"),
        ]

    def __str__(self) -> str:
        return f"{self.ballot_id}: {self.seat_id}"
