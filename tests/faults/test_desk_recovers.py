"""A desk of its own whose database is started again while an upload is at work, and whose idle workers are killed.

Nobody helps: what was under way has one effect or none, its state says so, and it ends within a few sweeps.
"""

import time
import uuid
from collections.abc import Iterator

import psycopg
import pytest
import requests

from config.embedded.place import DATABASE
from config.embedded.postgres import Server
from tests.faults.desks import JOB, kill_pool, one, until, worker
from tests.faults.test_uploads_walk import FIELDS, ROWS, rows, server, token
from tests.running_desk import RunningDesk, running_desk

__all__ = ["rows", "server", "token"]
pytestmark = [pytest.mark.walk, pytest.mark.slow]
FEW_SWEEPS, TRIES, ROUNDS = 75.0, 4, 40
ENDED = ("COMMITTED", "REJECTED", "FAILED")


@pytest.fixture(scope="module")
def desk() -> Iterator[RunningDesk]:
    """Who walks the shared desk need not wait for what is done again on this one."""
    with running_desk() as own:
        yield own


def send(desk: RunningDesk, token: str, content: bytes, *, source: str) -> str:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}
    sent = requests.post(
        f"{desk.url}/api/v1/uploads",
        data=FIELDS | {"source": source},
        files={"file": ("rows.csv", content)},
        headers=headers,
        timeout=60,
    )
    assert sent.status_code == 202, sent.text
    upload: str = sent.json()["id"]
    return upload


def effect(server: Server, source: str) -> tuple[int, int]:
    """Deliveries, and rows of them."""
    counts = "SELECT count(*) FROM centres_allograftcount a JOIN centres_vintage v ON v.id = a.vintage_id"
    return (
        int(one(server, "SELECT count(*) FROM centres_vintage WHERE source = %s", source)),
        int(one(server, f"{counts} WHERE v.source = %s", source)),
    )


def state(server: Server, upload: str) -> str:
    return str(one(server, "SELECT state FROM applications_upload WHERE id = %s", upload))


def interrupted(server: Server, upload: str, kind: str) -> bool:
    """The database is started again as soon as the job runs; whether that broke its first attempt off."""
    with psycopg.connect(server.url(DATABASE), autocommit=True) as database:
        until(lambda: (database.execute(JOB, (upload, kind)).fetchone() or ("",))[0] in ("RUNNING", "DONE"))
    server.stop()
    server.start()
    return one(server, "SELECT state <> 'DONE' FROM jobs_job WHERE subject = %s AND kind = %s", upload, kind) is True


@pytest.mark.parametrize("work", ["check", "commit"])
def test_database_started_again_while_an_upload_is_at_work_leaves_one_effect(
    desk: RunningDesk, server: Server, rows: bytes, token: str, work: str
) -> None:
    """A job may be done before the server is down; another is sent then, so that one is broken off."""
    for place in range(TRIES):
        source = f"started again at {work} {place}"
        upload = send(desk, token, rows, source=source)
        broken_off = interrupted(server, upload, f"applications.{work}_upload")
        assert effect(server, source) == ((1, ROWS) if state(server, upload) == "COMMITTED" else (0, 0))
        headers = {"Authorization": f"Bearer {token}"}
        seen = requests.get(f"{desk.url}/api/v1/uploads/{upload}", headers=headers, timeout=60)
        assert seen.status_code == 200
        until(lambda upload=upload: state(server, upload) in ENDED, FEW_SWEEPS)  # type: ignore[misc]  # bound for this round
        assert (state(server, upload), effect(server, source)) == ("COMMITTED", (1, ROWS))
        if broken_off:
            return
    raise AssertionError("no upload was at work when the database was started again")


def test_upload_ends_though_idle_pool_processes_were_killed_holding_the_queue(
    desk: RunningDesk, server: Server, rows: bytes, token: str
) -> None:
    """Killed until the worker found its pool stuck and ended itself, or long enough to show that it is not."""
    first = worker(server)
    for _round in range(ROUNDS):
        kill_pool(first)
        time.sleep(0.5)
        if worker(server) != first:
            break
    upload = send(desk, token, rows, source="idle processes killed")
    until(lambda: state(server, upload) in ENDED, FEW_SWEEPS)
    assert (state(server, upload), effect(server, "idle processes killed")) == ("COMMITTED", (1, ROWS))
