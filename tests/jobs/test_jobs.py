import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from celery import current_app
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.db.utils import InternalError, ProgrammingError
from pytest_django import DjangoCaptureOnCommitCallbacks

from jobs.enums import JobState
from jobs.errors import LeaseLost
from jobs.models import Job
from jobs.services import (
    advance_job,
    claim_job,
    enqueue,
    fail_job,
    finish_job,
    renew_lease,
    retry_job,
    sweep_jobs,
)
from jobs.services.leases import wait_before
from jobs.services.sweep import LOCK, Sweep
from jobs.states import ENDED, TRANSITIONS
from tests.jobs.conftest import AT, expire_lease, let_time_pass, new_job

MOVES = {(move.source, move.target) for move in TRANSITIONS}


def claimed(job: Job) -> Job:
    taken = claim_job(job.pk)
    assert taken is not None
    return taken


def facts_of(state: JobState) -> dict[str, object]:
    """What the database asks of a job in this state."""
    return {
        "state": state,
        "lease_until": Now() if state == JobState.RUNNING else None,
        "finished_at": Now() if state in ENDED else None,
    }


def test_create_job_with_the_same_key_is_the_same_row(db: None) -> None:
    first = new_job(key="batch-1", params={"batch": 1}, total=3)
    assert new_job(key="batch-1", params={"batch": 2}) == first
    assert Job.objects.get() == first
    assert (first.state, first.progress_total, first.params) == ("QUEUED", 3, {"batch": 1})


def test_create_job_without_a_key_is_a_new_row(db: None) -> None:
    assert new_job() != new_job()


def test_enqueue_sends_on_commit_by_name(
    db: None,
    broker: list[tuple[str, ...]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    job = new_job()
    with django_capture_on_commit_callbacks(execute=True):
        enqueue(job)
        assert broker == []
    assert broker == [("tests.count", str(job.pk))]


def test_job_runs_to_its_end(db: None) -> None:
    job = claimed(new_job(total=4))
    advance_job(job, done=3)
    job = finish_job(job, result={"pages": 9})
    assert (job.state, job.attempt, job.progress_done, job.result) == ("DONE", 1, 4, {"pages": 9})
    assert (job.lease_until, job.finished_at is None) == (None, False)


def test_claim_job_that_is_running_or_done(db: None) -> None:
    job = claimed(new_job())
    assert claim_job(job.pk) is None
    finish_job(job)
    assert claim_job(job.pk) is None


def test_advance_job_never_passes_the_total(db: None) -> None:
    job = claimed(new_job(total=2))
    advance_job(job, done=5)
    assert Job.objects.get().progress_done == 2


@pytest.mark.django_db(transaction=True)
def test_claim_job_by_two_workers_at_once() -> None:
    for _round in range(10):
        job, ready = new_job(), threading.Barrier(2)

        def claim(job: Job = job, ready: threading.Barrier = ready) -> bool:
            ready.wait()
            try:
                return claim_job(job.pk) is not None
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            assert sorted(future.result() for future in [pool.submit(claim), pool.submit(claim)]) == [False, True]


def test_worker_without_its_lease_changes_nothing(db: None) -> None:
    lost = claimed(new_job())
    expire_lease(lost)
    held = claimed(lost)
    for act in (renew_lease, finish_job):
        with pytest.raises(LeaseLost):
            act(lost)
    with pytest.raises(LeaseLost):
        advance_job(lost, done=1)
    with pytest.raises(LeaseLost):
        fail_job(lost, code="late", retry=True)
    assert finish_job(held).attempt == 2


def test_fail_job_is_tried_again_after_a_pause(db: None) -> None:
    job = fail_job(claimed(new_job()), code="away", detail="no answer", retry=True)
    assert (job.state, job.error_code, job.error_detail) == ("QUEUED", "away", "no answer")
    assert claim_job(job.pk) is None
    let_time_pass(job, seconds=7)
    assert claimed(job).error_code == ""


def test_fail_job_without_retry(db: None) -> None:
    assert fail_job(claimed(new_job()), code="refused", retry=False).state == "FAILED"


def test_fail_job_gives_up_after_the_last_attempt(db: None) -> None:
    job = new_job()
    for _attempt in range(job.max_attempts):
        job = fail_job(claimed(job), code="poison", retry=True)
        let_time_pass(job, hours=1)
    assert (job.state, job.attempt, job.error_code) == ("DEAD", 5, "poison")
    assert claim_job(job.pk) is None


def test_fail_job_gives_up_at_the_fifth_error_however_many_workers_it_may_lose(db: None) -> None:
    job = new_job(max_attempts=100)
    for _lost in range(7):
        claimed(job)
        let_time_pass(job, hours=1)
    for _error in range(4):
        assert fail_job(claimed(job), code="disk-full", retry=True).state == "QUEUED"
        let_time_pass(job, hours=1)
    job = fail_job(claimed(job), code="disk-full", retry=True)
    assert (job.state, job.attempt, job.failures) == ("DEAD", 12, 5)
    again = retry_job(job, by="admin@desk.example")
    assert again is not None
    assert (again.state, again.failures) == ("QUEUED", 0)


def test_wait_before_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [wait_before(attempt).total_seconds() for attempt in (2, 3, 4, 20)]
    assert [low <= wait <= low * 1.2 for wait, low in zip(waits, (5, 10, 20, 900), strict=True)] == [True] * 4


def test_retry_job_starts_anew_with_fresh_attempts(db: None) -> None:
    job = fail_job(claimed(new_job()), code="refused", retry=False)
    again = retry_job(job, by="admin@desk.example")
    assert again is not None
    assert (again.state, again.attempt, again.max_attempts, again.error_code, again.retried_by) == (
        "QUEUED",
        1,
        6,
        "",
        "admin@desk.example",
    )
    assert retry_job(job, by="admin@desk.example") is None


@pytest.mark.parametrize(("source", "target"), list(product(JobState, JobState)))
def test_database_allows_only_the_moves_of_the_table(db: None, source: JobState, target: JobState) -> None:
    job = Job(kind="tests.count", subject="a test", created_at=AT)
    job.save()
    for step in {"DONE": "RD", "FAILED": "RF", "DEAD": "RX", "RUNNING": "R", "QUEUED": ""}[source]:
        state = {"R": JobState.RUNNING, "D": JobState.DONE, "F": JobState.FAILED, "X": JobState.DEAD}[step]
        Job.objects.filter(pk=job.pk).update(**facts_of(state))
    if (source, target) in MOVES or source == target:
        assert Job.objects.filter(pk=job.pk).update(**facts_of(target)) == 1
        return
    with pytest.raises((InternalError, ProgrammingError), match="Invalid transition"), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**facts_of(target))


@pytest.mark.parametrize(
    "values",
    [
        {"state": "LOST"},
        {"kind": ""},
        {"attempt": 6},
        {"progress_total": 1, "progress_done": 2},
        {"lease_until": AT},
        {"finished_at": AT},
    ],
)
def test_database_refuses_a_job(db: None, values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(**{"kind": "tests.count", "subject": "a test", "created_at": AT, **values})


def swept(capture: DjangoCaptureOnCommitCallbacks) -> Sweep:
    with capture(execute=True):
        return sweep_jobs()


def test_sweep_sends_an_expired_job_again(
    db: None, broker: list[tuple[str, ...]], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    job = claimed(new_job())
    assert swept(django_capture_on_commit_callbacks) == Sweep()
    expire_lease(job)
    assert swept(django_capture_on_commit_callbacks) == Sweep(sent=1)
    assert broker == [("tests.count", str(job.pk))]
    assert (claimed(job).attempt, broker) == (2, [("tests.count", str(job.pk))])


def test_sweep_gives_up_a_job_that_kills_its_workers(
    db: None, broker: list[tuple[str, ...]], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    job = new_job()
    for attempt in range(1, 6):
        expire_lease(claimed(job))
        outcome = Sweep(given_up=1) if attempt == 5 else Sweep(sent=1)
        assert swept(django_capture_on_commit_callbacks) == outcome
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("DEAD", "worker-lost")


def test_sweep_sends_a_job_that_nobody_took_once_in_20_seconds(
    db: None, broker: list[tuple[str, ...]], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    job = new_job()
    assert swept(django_capture_on_commit_callbacks) == Sweep()
    let_time_pass(job, seconds=21)
    assert swept(django_capture_on_commit_callbacks) == Sweep(sent=1)
    assert swept(django_capture_on_commit_callbacks) == Sweep()


def test_sweep_sends_a_retry_when_it_is_due(
    db: None, broker: list[tuple[str, ...]], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    job = fail_job(claimed(new_job()), code="away", retry=True)
    assert swept(django_capture_on_commit_callbacks) == Sweep()
    let_time_pass(job, seconds=7)
    assert swept(django_capture_on_commit_callbacks) == Sweep(sent=1)


@pytest.mark.django_db(transaction=True)
def test_sweep_while_another_one_sweeps(broker: list[tuple[str, ...]]) -> None:
    job = new_job()
    let_time_pass(job, minutes=1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(_sweep_elsewhere).result() == Sweep()
    assert (sweep_jobs(), broker) == (Sweep(sent=1), [("tests.count", str(job.pk))])


def _sweep_elsewhere() -> Sweep:
    try:
        return sweep_jobs()
    finally:
        connection.close()


def test_create_job_rolls_back_with_its_transaction(db: None) -> None:
    with transaction.atomic():
        new_job()
        transaction.set_rollback(True)
    assert Job.objects.count() == 0


def test_enqueue_with_the_broker_away_leaves_the_job_to_the_sweeper(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send_task(*_arguments: object, **_options: object) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(current_app, "send_task", send_task)
    with transaction.atomic():
        job = new_job()
        enqueue(job)
    let_time_pass(job, seconds=21)
    assert sweep_jobs() == Sweep(sent=1)
    assert Job.objects.get(pk=job.pk).state == JobState.QUEUED
