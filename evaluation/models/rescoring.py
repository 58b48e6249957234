"""What stored evaluations would have been: a store of its own, which points at verdicts and is never asked for one.

Nothing that judges, renders, proposes or decides reads it, and no other table points here.
"""

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.policies import reads_all
from applications.models import Application, Batch
from centres.models.constraints import among
from evaluation.enums import RescoringKind
from evaluation.models.evaluations import ApplicationAssessment
from evaluation.models.meeting import Ballot
from jobs.models import Job


class RescoringQuerySet(models.QuerySet["Rescoring"]):
    def asked(self) -> "RescoringQuerySet":
        """What somebody asked for; the rest the desk computes for its register of readings."""
        return self.filter(for_register=False)

    def visible_to(self, user: User) -> "RescoringQuerySet":
        """Those who read every file."""
        return self.asked() if reads_all(user) else self.none()


class Rescoring(models.Model):
    """One question put to evaluations: another version, date, reading or minimum; its job tells how far it is.

    Nobody requested what the desk computes for its register, or what was asked at the command line.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=RescoringKind)
    criteria_version = models.CharField(max_length=20, blank=True)
    reference_on = models.DateField(null=True, blank=True)
    reading = models.CharField(max_length=10, blank=True)
    option = models.PositiveSmallIntegerField(null=True, blank=True)
    criterion = models.CharField(max_length=10, blank=True)
    values = ArrayField(models.PositiveIntegerField(), default=list, blank=True)
    batch = models.ForeignKey(Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    with_superseded = models.BooleanField(default=False)
    for_register = models.BooleanField(default=False)
    requested_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=255, blank=True)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+")
    counts = models.JSONField(default=dict, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RescoringQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "reading", "option"]
        constraints = [
            among("kind", RescoringKind, name="rescoring_kind"),
            models.UniqueConstraint(
                fields=["requested_by", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="rescoring_asked_once",
            ),
            models.UniqueConstraint(
                fields=["job", "reading", "option"], condition=Q(for_register=True), name="rescoring_register_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=RescoringKind.VERSION) & ~Q(criteria_version="")
                | Q(kind=RescoringKind.DATE, reference_on__isnull=False)
                | Q(kind=RescoringKind.READING, option__isnull=False) & ~Q(reading="")
                | Q(kind=RescoringKind.MINIMUM, values__len__gt=0) & ~Q(criterion=""),
                name="rescoring_says_what_differs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.requested_at.isoformat()}"


def never_altered() -> list[pgtrigger.Trigger]:
    """A row is written once; it goes only as a whole, when its run is done again."""
    return [pgtrigger.Protect(name="never_altered", operation=pgtrigger.Update)]


class RescoredFile(models.Model):
    """One file on the other side; without an assessment it was under review and judged on what is confirmed.

    ``changes`` holds per criterion the verdict before and after; ``refused`` why the other side cannot be judged.
    """

    rescoring = models.ForeignKey(Rescoring, on_delete=models.CASCADE, related_name="files")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(
        ApplicationAssessment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    value = models.PositiveIntegerField(null=True, blank=True)
    outcome_before = models.CharField(max_length=20)
    outcome_after = models.CharField(max_length=20, blank=True)
    changes = models.JSONField(default=dict, blank=True)
    refused = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["value", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rescoring", "application", "assessment", "value"],
                nulls_distinct=False,
                name="rescored_file_once",
            ),
            models.CheckConstraint(
                condition=~Q(outcome_after="") & Q(refused=[]) | Q(outcome_after="") & ~Q(refused=[]),
                name="rescored_file_judged_or_refused",
            ),
        ]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.application_id}: {self.outcome_before} → {self.outcome_after}"

    @property
    def flips(self) -> bool:
        return bool(self.outcome_after) and self.outcome_after != self.outcome_before


class RescoredBallot(models.Model):
    """One counted ballot under another reading of the rules of the vote."""

    rescoring = models.ForeignKey(Rescoring, on_delete=models.CASCADE, related_name="ballots")
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="+")
    outcome_before = models.CharField(max_length=20)
    outcome_after = models.CharField(max_length=20)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["rescoring", "ballot"], name="rescored_ballot_once")]
        triggers = never_altered()

    def __str__(self) -> str:
        return f"{self.ballot_id}: {self.outcome_before} → {self.outcome_after}"

    @property
    def flips(self) -> bool:
        return self.outcome_after != self.outcome_before
