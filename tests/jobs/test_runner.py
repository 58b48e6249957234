import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from jobs import runner
from jobs.errors import WorkRefused
from jobs.models import Job
from jobs.runner import run_claimed
from jobs.services import claim_job, finish_job
from tests.jobs.conftest import expire_lease, new_job

pytestmark = pytest.mark.django_db(transaction=True)


class RefusalError(Exception):
    code = "no-such-batch"


def state_of(job: Job) -> tuple[str, str, str]:
    job.refresh_from_db()
    return job.state, job.error_code, job.error_detail


def test_run_claimed_records_the_result() -> None:
    job = run_claimed(new_job().pk, lambda job: {"attempt": job.attempt})
    assert job is not None
    assert (job.state, job.result) == ("DONE", {"attempt": 1})


def test_run_claimed_of_a_second_delivery() -> None:
    runs: list[int] = []
    job = new_job()
    for _delivery in (1, 2):
        run_claimed(job.pk, lambda job: runs.append(job.attempt))
    assert runs == [1]


def test_run_claimed_with_work_that_ends_itself() -> None:
    def work(job: Job) -> None:
        with transaction.atomic():
            finish_job(job, result={"once": True})

    job = run_claimed(new_job().pk, work)
    assert job is not None
    assert (job.state, job.result) == ("DONE", {"once": True})


def test_run_claimed_with_work_that_refuses() -> None:
    def refuse(job: Job) -> None:
        raise WorkRefused("empty", "nothing to do")

    job = new_job()
    run_claimed(job.pk, refuse)
    assert state_of(job) == ("FAILED", "empty", "nothing to do")


def test_run_claimed_with_a_refusal_of_the_caller() -> None:
    def refuse(job: Job) -> None:
        raise RefusalError("gone")

    job = new_job()
    run_claimed(job.pk, refuse, refusals=(RefusalError,))
    assert state_of(job) == ("FAILED", "no-such-batch", "gone")


def test_run_claimed_with_work_that_breaks() -> None:
    def fail(job: Job) -> None:
        raise ConnectionError("away")

    job = new_job()
    run_claimed(job.pk, fail)
    assert state_of(job) == ("QUEUED", "ConnectionError", "ConnectionError: away")


def test_run_claimed_keeps_its_lease_while_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "RENEW_EVERY", 0.05)

    def work(job: Job) -> None:
        expire_lease(job)
        for _try in range(100):
            if not Job.objects.filter(pk=job.pk, lease_until__lt=job.lease_until).exists():
                return
            threading.Event().wait(0.05)

    job = new_job()
    run_claimed(job.pk, work)
    assert state_of(job) == ("DONE", "", "")


def test_run_claimed_that_lost_its_lease_records_nothing() -> None:
    job = new_job()

    def work(mine: Job) -> None:
        expire_lease(mine)
        assert claim_job(mine.pk) is not None

    assert run_claimed(job.pk, work) is None
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("RUNNING", 2)


def test_run_claimed_never_runs_a_job_twice_at_once() -> None:
    job, running, most = new_job(), [0], [0]
    lock = threading.Lock()

    def work(_job: Job) -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        threading.Event().wait(0.1)
        with lock:
            running[0] -= 1

    def deliver(_number: int) -> None:
        try:
            run_claimed(job.pk, work)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(deliver, range(8)))
    job.refresh_from_db()
    assert (most, job.state, job.attempt) == ([1], "DONE", 1)
