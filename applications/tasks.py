"""Thin doors of the worker for uploads; running twice changes nothing."""

from typing import Any

from celery import shared_task

from accounts.clock import now
from accounts.errors import Conflict, Invalid, NotAllowed, NotFound
from applications.enums import UploadState
from applications.services.annex_uploads import sweep_annex_uploads
from applications.services.batches import turn_rounds
from applications.services.uploads import (
    check_upload,
    commit_upload,
    fail_lost_uploads,
    fail_upload,
    order_commit,
    order_preview,
    show_progress,
)
from jobs.models import Job
from jobs.runner import run_claimed
from jobs.services import advance_job, enqueue

REFUSALS = (Conflict, Invalid, NotAllowed, NotFound)
"""What no second attempt at a commit would change."""


@shared_task(name="applications.check_upload")  # type: ignore[untyped-decorator]  # Celery ships no types
def check_upload_task(job_id: str) -> None:
    run_claimed(job_id, _check)


def _check(job: Job) -> dict[str, Any]:
    def advance(done: int, total: int) -> None:
        show_progress(job.subject, done=done, total=total)
        advance_job(job, done=done, total=total)

    upload = check_upload(job.subject, at=now(), advance=advance)
    if (preview := order_preview(upload, at=now())) is not None:
        enqueue(preview)
    if upload.on_ready_commit and upload.state == UploadState.READY and not upload.sandbox:
        enqueue(order_commit(upload, by=upload.created_by, at=now()))
    return {"state": upload.state}


@shared_task(name="applications.commit_upload")  # type: ignore[untyped-decorator]  # Celery ships no types
def commit_upload_task(job_id: str) -> None:
    run_claimed(job_id, _commit, refusals=REFUSALS)


def _commit(job: Job) -> dict[str, Any]:
    try:
        return {"state": commit_upload(job.subject, at=now()).state}
    except REFUSALS:
        fail_upload(job.subject, at=now())
        raise


@shared_task(name="applications.turn_rounds", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery ships no types
def turn_rounds_task() -> None:
    """Every quarter of an hour: intakes end and rounds open by the clock, whoever is at the desk."""
    turn_rounds(at=now())


@shared_task(name="applications.fail_lost_uploads", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery ships no types
def fail_lost_uploads_task() -> None:
    """Every minute: nobody waits for an upload that no worker will finish."""
    fail_lost_uploads(at=now())


@shared_task(name="applications.sweep_annex_uploads", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery ships no types
def sweep_annex_uploads_task() -> None:
    """Every quarter of an hour: what arrived of a document goes when its day is over."""
    sweep_annex_uploads()
