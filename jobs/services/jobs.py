from collections.abc import Iterable
from datetime import datetime
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from jobs.enums import JobState
from jobs.models import Job
from jobs.states import RETRIABLE

MAX_ATTEMPTS = 5
# A broker that is away must not hold up the page; the sweeper sends again.
SEND_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}


@transaction.atomic
def create_job(
    *,
    kind: str,
    subject: str,
    params: dict[str, Any] | None = None,
    key: str | None = None,
    at: datetime,
    total: int = 0,
    max_attempts: int = MAX_ATTEMPTS,
) -> Job:
    """Write down a piece of work in the caller's transaction; the same key gives the same job, whatever its state.

    Every service that leaves something to the background calls it; a door then calls `enqueue`.
    """
    job = Job(
        kind=kind,
        subject=subject,
        params=params or {},
        idempotency_key=key,
        max_attempts=max_attempts,
        progress_total=total,
        created_at=at,
    )
    if key is None:
        job.save(force_insert=True)
        return job
    Job.objects.bulk_create([job], ignore_conflicts=True)
    return Job.objects.get(idempotency_key=key)


def enqueue(job: Job) -> None:
    """Send a job to the workers once the present transaction is committed; only doors and pipelines call it."""
    transaction.on_commit(lambda: send([(job.kind, str(job.pk))]), robust=True)  # Django names what fails: no partial


def send(messages: Iterable[tuple[str, str]]) -> None:
    for kind, job_id in messages:
        current_app.send_task(kind, [job_id], retry_policy=SEND_ONCE)


@transaction.atomic
def retry_job(job: Job, *, by: str) -> Job | None:
    """Queue a failed or dead job again, with as many attempts as a new one; None if it is neither any more.

    `by` names the operator. The door calls `enqueue` afterwards.
    """
    queued = Job.objects.filter(pk=job.pk, state__in=RETRIABLE).update(
        state=JobState.QUEUED,
        max_attempts=F("attempt") + MAX_ATTEMPTS,
        failures=0,
        next_attempt_at=None,
        sent_at=Now(),
        finished_at=None,
        error_code="",
        error_detail="",
        progress_done=0,
        retried_by=by,
    )
    return Job.objects.get(pk=job.pk) if queued else None
