"""A client made from the OpenAPI document alone files a batch of fifty, whatever happens to the workers meanwhile."""

import csv
import io
import os
import signal
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.embedded.place import DATABASE
from config.embedded.postgres import Server
from tests.journeys.openapi_client import GeneratedClient
from tests.running_desk import RunningDesk

pytestmark = pytest.mark.walk
FIFTY, WAIT_SECONDS = 50, 180
REFERENCES = [f"FIFTY-{place:02}" for place in range(1, FIFTY + 1)]
FAULTS = "KILL_WORKERS"


@pytest.fixture(scope="module")
def client(desk: RunningDesk) -> GeneratedClient:
    """The address of the document is all that the greeting of the desk tells it, and a token."""
    return GeneratedClient.of(desk.url, "/api/v1/schema", desk.token("demo-holder1"))


@contextmanager
def held_up(desk: RunningDesk, table: str) -> Iterator[None]:
    """Nobody writes rows of this table meanwhile: who wants to is caught in the middle of the work."""
    server = Server.in_state(Path(desk.environment["CART_STATE"]))
    with psycopg.connect(server.url(DATABASE)) as database:
        database.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield


def killed(desk: RunningDesk) -> bool:
    """Kills the process at work where that is asked for (`make faults`); elsewhere the delay alone is the fault."""
    return FAULTS not in os.environ or kill_busy_worker(desk) == 1


def kill_busy_worker(desk: RunningDesk) -> int:
    """As the kernel does when memory runs out: the process at work is gone at once; gives how many were."""
    state = f"CART_STATE={desk.environment['CART_STATE']}".encode()
    processes = [path for path in Path("/proc").iterdir() if path.name.isdigit()]
    workers = {path.name: path for path in processes if _is_worker(path, state)}
    busy = [int(pid) for pid, path in workers.items() if _parent(path) in workers and _awaits_database(path)]
    for pid in busy:
        os.kill(pid, signal.SIGKILL)
    return len(busy)


def _is_worker(process: Path, state: bytes) -> bool:
    try:
        told = (process / "cmdline").read_bytes().split(b"\0")
        return b"celery" in told and b"worker" in told and state in (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _parent(process: Path) -> str:
    return (process / "stat").read_text().rpartition(")")[2].split()[1]


def _awaits_database(process: Path) -> bool:
    """Who is idle waits at the pool's pipe or its lock."""
    return "poll" in (process / "wchan").read_text()


def until(client: GeneratedClient, upload: str, states: Sequence[str]) -> Any:
    """The answer that first shows one of these states."""
    end, answer = time.monotonic() + WAIT_SECONDS, client.call("upload_read", {"upload_id": upload})
    while answer.json()["state"] not in states:
        assert time.monotonic() < end, f"the upload stays {answer.json()}"
        time.sleep(0.2)
        answer = client.call("upload_read", {"upload_id": upload})
    return answer


def fifty_rows(client: GeneratedClient) -> bytes:
    """Columns from the template, values from what the holder reads: its own products and the sites on the list."""
    template = client.call("upload_template", {"kind": "applications", "format": "csv"}).content.decode("utf-8-sig")
    reader = csv.DictReader(io.StringIO(template))
    example, own = next(reader), client.all_pages("applications_list", {"limit": 200})
    sites = sorted({row["site_number"] for row in own})
    file = io.StringIO()
    writer = csv.DictWriter(file, reader.fieldnames or [])
    writer.writeheader()
    for place, reference in enumerate(REFERENCES):
        filed, site = own[place % len(own)], sites[place % len(sites)]
        known = {name: filed[name] for name in ("product_code", "paragraph")}
        places = {"site_number": site, "apheresis_site": site, "laboratory_site": site}
        writer.writerow(example | known | places | {"external_reference": reference, "populations": "ADULT"})
    return file.getvalue().encode()


def drafts(client: GeneratedClient) -> list[str]:
    found = client.all_pages("applications_list", {"state": "DRAFT", "limit": 20})
    return sorted(row["external_reference"] for row in found if row["external_reference"] in REFERENCES)


def test_fifty_are_filed_and_committed_once_however_often_a_call_is_sent(
    desk: RunningDesk, client: GeneratedClient
) -> None:
    body = {"kind": "applications", "file": ("fifty.csv", fifty_rows(client), "text/csv")}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    with held_up(desk, "applications_uploadrow"):
        sent = client.call("upload_create", key, body=body)
        upload = sent.json()["id"]
        until(client, upload, ["CHECKING"])
        time.sleep(2)
        assert killed(desk)
    assert client.call("upload_create", key, body=body).json()["id"] == upload

    checked = until(client, upload, ["READY", "REJECTED", "FAILED"])
    faults = client.all_pages("upload_problems", {"upload_id": upload})
    assert (checked.json()["state"], faults) == ("READY", [])
    assert checked.json()["rows"] == {"total": FIFTY, "new": FIFTY, "changed": 0, "unchanged": 0, "faulty": 0}
    preview = client.all_pages("upload_rows", {"upload_id": upload})
    assert [(row["row"], row["state"]) for row in preview] == [(row, "NEW") for row in range(2, FIFTY + 2)]
    assert drafts(client) == []

    read = {"upload_id": upload, "If-Match": until(client, upload, ["READY"]).headers["ETag"]}
    with held_up(desk, "applications_application"):
        assert client.call("upload_commit", read).status_code == 202
        assert client.call("upload_commit", read).status_code in (202, 412)
        until(client, upload, ["COMMITTING"])
        time.sleep(2)
        assert killed(desk)
        assert drafts(client) == []
    committed = until(client, upload, ["COMMITTED", "FAILED"])
    assert (committed.json()["state"], drafts(client)) == ("COMMITTED", REFERENCES)

    again = {"upload_id": upload, "If-Match": committed.headers["ETag"]}
    assert client.call("upload_commit", again).status_code == 202
    assert client.call("upload_create", key, body=body).json()["id"] == upload
    assert until(client, upload, ["COMMITTED"]).json()["committed_at"] == committed.json()["committed_at"]
    assert drafts(client) == REFERENCES


def test_client_is_told_what_it_may_not_do(client: GeneratedClient) -> None:
    refused = client.call("upload_commit", {"upload_id": str(uuid.uuid4()), "If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
    body = {"kind": "listings", "file": ("rows.csv", b"a\n1", "text/csv")}
    refused = client.call("upload_create", {"Idempotency-Key": str(uuid.uuid4())}, body=body)
    assert (refused.status_code, refused.json()["title"]) == (403, "Not allowed")
