import uuid
from typing import Self

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from jobs.enums import JobState
from jobs.states import ENDED, RETRIABLE, TRANSITIONS


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Operators see every job, everyone else none; whoever started one follows it through its subject."""
        may = getattr(user, "has_perm", None)
        return self.all() if may is not None and may("jobs.view_job") else self.none()


class Job(models.Model):
    """A piece of background work; this row, not the broker's message, is the truth about it.

    `kind` is the name of the task that does it, `subject` says in a word what it is about. `attempt` only grows:
    together with the id it names one run, so a worker that lost its lease can change nothing any more. `failures` are
    the attempts that ended with an error; work that may lose its worker often may still not fail often.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=120)
    subject = models.CharField(max_length=200)
    params = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=5)
    failures = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(db_default=Now())
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=80, blank=True)
    error_detail = models.TextField(blank=True)
    result = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    idempotency_key = models.CharField(max_length=200, null=True, blank=True, unique=True)
    retried_by = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "sent_at"],
                name="jobs_job_waiting",
                condition=Q(state=JobState.QUEUED),
            ),
            models.Index(
                fields=["lease_until"],
                name="jobs_job_leased",
                condition=Q(state=JobState.RUNNING),
            ),
            models.Index(fields=["-created_at", "id"], name="jobs_job_newest"),
        ]
        constraints = [
            models.CheckConstraint(name="jobs_job_state", condition=Q(state__in=JobState.values)),
            models.CheckConstraint(name="jobs_job_kind_given", condition=~Q(kind="")),
            models.CheckConstraint(
                name="jobs_job_leased_when_running",
                condition=Q(state=JobState.RUNNING, lease_until__isnull=False)
                | (~Q(state=JobState.RUNNING) & Q(lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="jobs_job_finished_when_ended",
                condition=Q(state__in=ENDED, finished_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(finished_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="jobs_job_attempts",
                condition=Q(max_attempts__gte=1, attempt__lte=F("max_attempts")),
            ),
            models.CheckConstraint(
                name="jobs_job_progress",
                condition=Q(progress_total=0) | Q(progress_done__lte=F("progress_total")),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="moves",
                field="state",
                transitions=[(move.source.value, move.target.value) for move in TRANSITIONS],
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def has_stopped(self) -> bool:
        """Nothing more comes of it unless somebody has it tried again."""
        return self.state in RETRIABLE
