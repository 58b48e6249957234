import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import connection

from jobs.enums import JobState
from jobs.models import Job, WorkerHeartbeat
from jobs.services import create_job
from tests.jobs.conftest import AT, let_time_pass

WORKER = [sys.executable, "-m", "celery", "-A", "config", "worker", "-c", "1", "-l", "warning"]
WORKER += ["--without-gossip", "--without-mingle", "--without-heartbeat", "-I", "tests.faults.tasks"]


def address_of_the_test_database() -> str:
    name = connection.settings_dict
    login = quote(name["USER"], safe="") + (f":{quote(name['PASSWORD'], safe='')}" if name["PASSWORD"] else "")
    where = {"host": name["HOST"], "port": name["PORT"]}
    options = urlencode({key: value for key, value in where.items() if value})
    return f"postgresql://{login}@/{name['NAME']}?{options}"


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


@contextmanager
def worker(notes: Path) -> Iterator[Callable[[], None]]:
    """A real worker in a process group of its own; gives the way to kill it with everything it started."""
    env = {**os.environ, "DATABASE_URL": address_of_the_test_database(), "FAULTS_NOTES": str(notes)}
    log = notes.with_suffix(".log").open("a")
    process = subprocess.Popen(WORKER, cwd=settings.BASE_DIR, env=env, start_new_session=True, stdout=log, stderr=log)

    def kill() -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    try:
        yield kill
    finally:
        kill()
        log.close()


@pytest.fixture
def empty_queue(transactional_db: None) -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT pgmq.purge_queue('celery')")


@pytest.mark.skipif(not settings.CELERY_BROKER_URL.startswith("pgmq"), reason="the broker is not the test database")
def test_job_of_a_worker_killed_at_work_is_done_once_by_the_next(empty_queue: None, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.touch()
    job = create_job(kind="tests.slow", subject="a slow job", at=AT)
    let_time_pass(job, seconds=21)  # its message was lost: the sweep at the worker's start finds it
    with worker(notes) as kill:
        until(lambda: notes.read_text() == "start 1\n")
        kill()
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.RUNNING, 1)

    let_time_pass(job, seconds=31)  # the lease of the dead worker runs out
    with worker(notes):
        until(lambda: Job.objects.filter(pk=job.pk, state=JobState.DONE).exists())
        until(lambda: WorkerHeartbeat.objects.count() == 2)
    job.refresh_from_db()
    assert (job.attempt, job.result) == (2, {"attempt": 2})
    assert notes.read_text() == "start 1\nstart 2\nend 2\n"
