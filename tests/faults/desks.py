"""What happens to a running desk: its worker killed, its leases run out, its rows held back."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from config.embedded.place import DATABASE
from config.embedded.postgres import Server
from tests.running_desk import RunningDesk

NAMED = "SELECT name FROM jobs_workerheartbeat ORDER BY seen_at DESC LIMIT 1"
JOB = "SELECT state, attempt FROM jobs_job WHERE subject = %s AND kind = %s"
RUN_OUT = "UPDATE jobs_job SET lease_until = now() - interval '1 second' WHERE state = 'RUNNING' RETURNING 1"
HELD_UP = "SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted"


def server_of(desk: RunningDesk) -> Server:
    return Server.in_state(Path(desk.environment["CART_STATE"]))


def one(server: Server, query: str, *values: object) -> Any:
    """The first column of the first row; None without rows."""
    with psycopg.connect(server.url(DATABASE)) as database:
        row = database.execute(query, values).fetchone()
    return row[0] if row else None


def until(found: Callable[[], bool], seconds: float = 120, *, every: float = 0.02) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(every)


def worker(server: Server) -> int:
    """The process id of the worker that reported last."""
    return int(str(one(server, NAMED)).rpartition(":")[2])


def kill_worker(server: Server) -> None:
    """As the kernel does when memory runs out: the worker is gone at once with all its processes."""
    os.killpg(worker(server), signal.SIGKILL)


def kill_pool(worker: int) -> None:
    """The processes of its pool only."""
    for children in Path(f"/proc/{worker}/task").glob("*/children"):
        with suppress(OSError):
            for process in children.read_text().split():
                os.kill(int(process), signal.SIGKILL)


def let_leases_run_out(server: Server) -> None:
    """What the next half minute would do to the work of a worker that is gone, at once."""
    assert one(server, RUN_OUT) == 1


@contextmanager
def held_up(server: Server, table: str) -> Iterator[Callable[[], None]]:
    """Nobody writes rows of this table meanwhile; gives the way to wait until somebody is caught who wants to."""
    with psycopg.connect(server.url(DATABASE)) as database:
        database.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield lambda: until(lambda: one(server, HELD_UP, table) > 0)
