import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from applications.models import Application, Batch
from centres.enums import Population
from centres.models import Seat
from centres.models.constraints import among
from evaluation.enums import BallotState, BarredFrom, ProposalKind, VoteValue
from evaluation.models.evaluations import ApplicationAssessment


class Meeting(models.Model):
    """A sitting of the committee on one day, for the files of one batch."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    held_on = models.DateField(unique=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="meetings")
    convened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    convened_at = models.DateTimeField()

    class Meta:
        ordering = ["-held_on"]

    def __str__(self) -> str:
        return self.held_on.isoformat()


class Attendance(models.Model):
    """A seat is present at a sitting through one person; a substitute sits only when the effective member is absent."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

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


class Recusal(models.Model):
    """The Bureau bars a person from the vote, or from deliberation and vote, on one application."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="recusals")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recusals")
    barred_from = models.CharField(max_length=12, choices=BarredFrom)
    reason = models.TextField(max_length=2_000)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

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
        return self.filter(application__in=Application.objects.visible_to(user))


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
