"""Workers killed while they check and commit, lost, paused or given up: one effect or none, and a state that says so.

`FAULTS_KILLS` says how many workers are killed at work, in checking and in committing each.
"""

import os
import random
import time
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.clock import now
from applications.models import Upload
from applications.services.uploads import (
    CHECK,
    COMMIT,
    UNCHECKED,
    check_upload,
    commit_upload,
    fail_lost_uploads,
    order_commit,
)
from jobs.enums import JobState
from jobs.models import Job
from tests.faults.uploads import effect, figures, job_of, jobs, ordered, received
from tests.faults.workers import empty_queue, let_leases_run_out, on_pgmq, until, worker

__all__ = ["empty_queue"]
KILLS = int(os.environ.get("FAULTS_KILLS", "2"))
ROWS, SEED = 6_000, 20261116


def holds(upload: Upload) -> bool:
    """What must be true at every moment, all of it seen at one; gives whether it is done."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        upload.refresh_from_db()
        stored, written = upload.rows.count(), effect(upload)
    checked, committed = upload.state not in UNCHECKED, upload.state == "COMMITTED"
    assert (stored, upload.rows_total) == ((ROWS, ROWS) if checked else (0, 0))
    assert written == ((1, ROWS, 1) if committed else (0, 0, 0))
    return committed


def waiting(content: bytes, kind: str) -> Upload:
    """An upload whose work of this kind is the next."""
    return ordered(content) if kind == COMMIT else received(content, on_ready=True)


def is_begun(upload: Upload, kind: str) -> bool:
    return job_of(upload, kind).state != JobState.QUEUED


def seconds_of(upload: Upload, kind: str, log: Path) -> float:
    """How long this work takes on this machine when nobody disturbs it."""
    let_leases_run_out(jobs())
    with worker(log):
        until(lambda: is_begun(upload, kind), every=0.002)
        begun = time.monotonic()
        until(lambda: job_of(upload, kind).state == JobState.DONE, every=0.002)
        return time.monotonic() - begun


def is_broken_off(upload: Upload, kind: str, *, after: float, log: Path) -> bool:
    """Whether the kill, so many seconds after the work began, came before its end."""
    let_leases_run_out(jobs())
    with worker(log) as kill:
        until(lambda: is_begun(upload, kind), every=0.002)
        time.sleep(after)
        kill()
    holds(upload)
    return job_of(upload, kind).state == JobState.RUNNING


@on_pgmq
@pytest.mark.parametrize("kind", [CHECK, COMMIT])
def test_upload_whose_workers_are_killed_at_any_moment_has_one_effect(
    empty_queue: None, tmp_path: Path, kind: str
) -> None:
    content, log = figures(ROWS), tmp_path / "notes"
    moments = random.Random(f"{SEED} {kind}")  # noqa: S311  # the same shares of the work in every run
    uploads = [waiting(content, kind)]
    longest = seconds_of(uploads[0], kind, log)
    killed = 0
    while killed < KILLS:
        if job_of(uploads[-1], kind).state == JobState.DONE:
            uploads.append(waiting(content, kind))
        killed += is_broken_off(uploads[-1], kind, after=moments.uniform(0, longest), log=log)
    let_leases_run_out(jobs())
    with worker(log):
        until(lambda: all(holds(upload) for upload in uploads))


@pytest.mark.django_db
def test_check_that_was_paused_until_another_had_committed_changes_nothing() -> None:
    upload = received(figures(30))
    told: list[str] = []

    def paused(done: int, total: int) -> None:
        if done == total and not told:
            told.append(check_upload(upload.pk, at=now(), advance=lambda done, total: None).state)
            order_commit(upload, by=upload.created_by, at=now())
            told.append(commit_upload(upload.pk, at=now()).state)

    late = check_upload(upload.pk, at=now(), advance=paused)
    assert (told, late.state, effect(upload)) == (["READY", "COMMITTED"], "COMMITTED", (1, 30, 1))
    assert (late.version, late.rows.count()) == (Upload.objects.get(pk=upload.pk).version, 30)


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "state"), [(CHECK, "CHECKING"), (COMMIT, "COMMITTING")])
def test_upload_whose_work_was_given_up_is_failed(kind: str, state: str) -> None:
    upload = ordered(figures(3))
    Upload.objects.filter(pk=upload.pk).update(state=state)
    assert fail_lost_uploads(at=now()) == 0
    found = Job.objects.filter(kind=kind)
    found.update(state="RUNNING", lease_until=Now())
    found.update(state="DEAD", lease_until=None, finished_at=Now())
    assert fail_lost_uploads(at=now()) == 1
    upload.refresh_from_db()
    assert (upload.state, effect(upload)) == ("FAILED", (0, 0, 0))
    assert commit_upload(upload.pk, at=now()).state == "FAILED"
    assert (check_upload(upload.pk, at=now(), advance=lambda done, total: None).state, effect(upload)) == (
        "FAILED",
        (0, 0, 0),
    )
