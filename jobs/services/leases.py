"""What a worker does with a job. Every moment is the database's, so that no two clocks are compared."""

import random
import uuid
from datetime import timedelta
from typing import Any

from django.db.models.functions import Greatest, Now

from jobs.enums import JobState
from jobs.errors import LeaseLost
from jobs.models import Job
from jobs.services.jobs import MAX_ATTEMPTS

LEASE = timedelta(seconds=30)
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
DETAIL_LENGTH = 4000

CLAIM = """
    UPDATE jobs_job
    SET state = 'RUNNING', attempt = attempt + 1, lease_until = statement_timestamp() + %s,
        next_attempt_at = NULL, error_code = '', error_detail = '', progress_done = 0
    WHERE id = %s AND attempt < max_attempts
        AND (state = 'QUEUED' AND (next_attempt_at IS NULL OR next_attempt_at <= statement_timestamp())
             OR state = 'RUNNING' AND lease_until < statement_timestamp())
    RETURNING *
"""


def claim_job(job_id: uuid.UUID | str) -> Job | None:
    """Take a waiting job, or one whose worker was lost, for 30 seconds; None when there is nothing to take.

    Of two workers that ask at the same time exactly one gets it.
    """
    return next(iter(Job.objects.raw(CLAIM, [LEASE, job_id])), None)


def renew_lease(job: Job) -> None:
    """Keep the job for another 30 seconds. Raises LeaseLost."""
    _change(job, lease_until=Now() + LEASE)


def advance_job(job: Job, *, done: int, total: int | None = None) -> None:
    """Say how far the work is; `done` never passes the total. Raises LeaseLost."""
    if total is not None:
        job.progress_total = total
    job.progress_done = min(done, job.progress_total) if job.progress_total else done
    _change(job, progress_done=job.progress_done, progress_total=job.progress_total)


def finish_job(job: Job, *, result: dict[str, Any] | None = None) -> Job:
    """Record that the work is done; work that must happen exactly once calls it in its own transaction.

    Raises LeaseLost.
    """
    _change(
        job,
        state=JobState.DONE,
        lease_until=None,
        finished_at=Now(),
        result=result,
        progress_done=Greatest("progress_done", "progress_total"),
    )
    job.refresh_from_db()
    return job


def fail_job(job: Job, *, code: str, detail: str = "", retry: bool) -> Job:
    """Record why the work failed: tried again after a growing pause, given up at the fifth error or the last attempt.

    Without `retry` it is FAILED at once. Raises LeaseLost.
    """
    failures = job.failures + 1
    error = {"error_code": code, "error_detail": detail[:DETAIL_LENGTH], "lease_until": None, "failures": failures}
    if not retry:
        _change(job, state=JobState.FAILED, finished_at=Now(), **error)
    elif job.attempt >= job.max_attempts or failures >= MAX_ATTEMPTS:
        _change(job, state=JobState.DEAD, finished_at=Now(), **error)
    else:
        _change(job, state=JobState.QUEUED, next_attempt_at=Now() + wait_before(failures + 1), **error)
    job.refresh_from_db()
    return job


def wait_before(attempt: int) -> timedelta:
    """Give the pause before an attempt (from the second on): doubling from 5 s to 15 min, and up to a fifth more."""
    wait: timedelta = min(FIRST_WAIT * 2 ** (attempt - 2), LONGEST_WAIT)
    return wait * random.uniform(1, 1.2)  # noqa: S311  # spreads the load, guards nothing


def _change(job: Job, **values: Any) -> None:
    held = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempt=job.attempt)
    if not held.update(**values):
        raise LeaseLost(f"{job.kind} {job.pk} attempt {job.attempt}")
