"""Real workers that are killed, and the calls of many that start together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from jobs.enums import JobState
from jobs.models import Job
from jobs.services import retry_job
from jobs.services.leases import LEASE
from jobs.states import RETRIABLE

AT_ONCE = 20
WORKER = [sys.executable, "-m", "celery", "-A", "config", "worker", "-c", "1", "-l", "warning"]
WORKER += ["--without-gossip", "--without-mingle", "--without-heartbeat", "-I", "tests.faults.tasks"]
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
Answer = TypeVar("Answer")

on_pgmq = pytest.mark.skipif(
    not settings.CELERY_BROKER_URL.startswith("pgmq"), reason="the broker is not the test database"
)


@pytest.fixture
def empty_queue(transactional_db: None) -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT pgmq.purge_queue('celery')")


def address_of_the_test_database() -> str:
    name = connection.settings_dict
    login = quote(name["USER"], safe="") + (f":{quote(name['PASSWORD'], safe='')}" if name["PASSWORD"] else "")
    where = {"host": name["HOST"], "port": name["PORT"]}
    options = urlencode({key: value for key, value in where.items() if value})
    return f"postgresql://{login}@/{name['NAME']}?{options}"


def until(condition: Callable[[], bool], seconds: float = 120, *, every: float = 0.1) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(every)


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


def let_leases_run_out(jobs: QuerySet[Job]) -> None:
    """What the next half minute would do, at once; a job given up is tried again, as an operator does."""
    jobs.filter(state=JobState.RUNNING).update(lease_until=Now() - LEASE / 30, sent_at=F("sent_at") - LEASE)
    jobs.filter(state=JobState.QUEUED).update(next_attempt_at=None, sent_at=F("sent_at") - LEASE)
    for job in jobs.filter(state__in=RETRIABLE):
        retry_job(job, by="test")


def at_once(work: Callable[[int], Answer], count: int = AT_ONCE) -> list[Answer]:
    """The answers, in order, of so many threads that start together, each with a connection of its own."""
    start, answers = threading.Barrier(count), dict[int, Answer]()

    def run(place: int) -> None:
        start.wait()
        try:
            answers[place] = work(place)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[place] for place in range(count)]


def collided(works: Sequence[Callable[[], Answer]], rows: QuerySet[Any], *, by_key: bool = True) -> list[Answer]:
    """The answers of works that all wait, in their order, for these rows or for each other before the first goes on.

    Without `by_key` rows that name these are written meanwhile, and only who wants to change these waits.
    """
    held = threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(rows.select_for_update(of=("self",), no_key=not by_key).order_by("pk"))
            held.set()
            until(lambda: waiting() == len(works), 60, every=0.02)

    def work(place: int) -> list[Answer]:
        if place == len(works):
            hold()
            return []
        assert held.wait(60)
        until(lambda: waiting() == place, 60, every=0.02)
        return [works[place]()]

    return [answer for answers in at_once(work, len(works) + 1) for answer in answers]


def waiting() -> int:
    """How many connections of this database wait for a lock, asked anew within a transaction too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(WAITING)
        (found,) = cursor.fetchone() or (0,)
    return int(found)
