"""A client made from the OpenAPI document alone files a batch of fifty, though workers are killed meanwhile."""

import csv
import io
import os
import time
import uuid
from collections.abc import Sequence
from typing import Any

import pytest

from tests.faults.desks import held_up, kill_worker, let_leases_run_out, one, server_of
from tests.journeys.openapi_client import GeneratedClient
from tests.running_desk import RunningDesk

pytestmark = pytest.mark.walk
FIFTY, WAIT_SECONDS = 50, 180
REFERENCES = [f"FIFTY-{place:02}" for place in range(1, FIFTY + 1)]
PATIENT = "FAULTS_PATIENT"
ATTEMPT = "SELECT attempt FROM jobs_job WHERE subject = %s AND kind = %s"
SAME = (
    "external_reference",
    "product_code",
    "paragraph",
    "site_number",
    "language",
    "apheresis_site",
    "laboratory_site",
    "contact_email",
    "motivation",
)


@pytest.fixture(scope="module")
def client(desk: RunningDesk) -> GeneratedClient:
    """The address of the document is all that the greeting of the desk tells it, and a token."""
    return GeneratedClient.of(desk.url, "/api/v1/schema", desk.token("demo-holder1"))


def killed_at_work(desk: RunningDesk, upload: str, kind: str) -> None:
    """The worker is killed in its first attempt; the work is the next one's as soon as its lease has run out.

    `make faults` waits for that, elsewhere it is hurried on.
    """
    server = server_of(desk)
    assert one(server, ATTEMPT, upload, kind) == 1
    kill_worker(server)
    if PATIENT not in os.environ:
        let_leases_run_out(server)


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


def drafts(client: GeneratedClient) -> list[Any]:
    """What the desk has of the fifty, in their order."""
    found = client.all_pages("applications_list", {"state": "DRAFT", "limit": 20})
    return sorted(
        (row for row in found if row["external_reference"] in REFERENCES), key=lambda row: row["external_reference"]
    )


def as_filed(content: bytes) -> list[dict[str, Any]]:
    """What the rows of the file ask, as the desk tells it of an application."""
    rows = csv.DictReader(io.StringIO(content.decode()))
    return [{name: row[name] for name in SAME} | {"populations": row["populations"].split("|")} for row in rows]


def test_fifty_are_filed_and_committed_once_though_workers_are_killed_and_calls_repeated(
    desk: RunningDesk, client: GeneratedClient
) -> None:
    fifty = fifty_rows(client)
    body = {"kind": "applications", "file": ("fifty.csv", fifty, "text/csv")}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    with held_up(server_of(desk), "applications_uploadrow") as caught:
        sent = client.call("upload_create", key, body=body)
        upload = sent.json()["id"]
        caught()
        assert until(client, upload, ["CHECKING"]).json()["rows"]["total"] == 0
        killed_at_work(desk, upload, "applications.check_upload")
    assert client.call("upload_create", key, body=body).json()["id"] == upload

    checked = until(client, upload, ["READY", "REJECTED", "FAILED"])
    faults = client.all_pages("upload_problems", {"upload_id": upload})
    assert (checked.json()["state"], faults) == ("READY", [])
    assert checked.json()["rows"] == {"total": FIFTY, "new": FIFTY, "changed": 0, "unchanged": 0, "faulty": 0}
    preview = client.all_pages("upload_rows", {"upload_id": upload})
    assert [(row["row"], row["state"]) for row in preview] == [(row, "NEW") for row in range(2, FIFTY + 2)]
    assert drafts(client) == []

    read = {"upload_id": upload, "If-Match": checked.headers["ETag"]}
    with held_up(server_of(desk), "applications_application") as caught:
        assert client.call("upload_commit", read).status_code == 202
        assert client.call("upload_commit", read).status_code in (202, 412)
        caught()
        assert until(client, upload, ["COMMITTING"]).json()["committed_at"] is None
        killed_at_work(desk, upload, "applications.commit_upload")
        assert drafts(client) == []
    committed = until(client, upload, ["COMMITTED", "FAILED"])
    assert committed.json()["state"] == "COMMITTED"
    for kind in ("applications.check_upload", "applications.commit_upload"):
        assert one(server_of(desk), ATTEMPT, upload, kind) == 2

    written = drafts(client)
    assert [{name: row[name] for name in (*SAME, "populations")} for row in written] == as_filed(fifty)
    again = {"upload_id": upload, "If-Match": committed.headers["ETag"]}
    assert client.call("upload_commit", again).status_code == 202
    assert client.call("upload_create", key, body=body).json()["id"] == upload
    assert until(client, upload, ["COMMITTED"]).json()["committed_at"] == committed.json()["committed_at"]
    assert drafts(client) == written


def test_client_is_told_what_it_may_not_do(client: GeneratedClient) -> None:
    refused = client.call("upload_commit", {"upload_id": str(uuid.uuid4()), "If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
    body = {"kind": "listings", "file": ("rows.csv", b"a\n1", "text/csv")}
    refused = client.call("upload_create", {"Idempotency-Key": str(uuid.uuid4())}, body=body)
    assert (refused.status_code, refused.json()["title"]) == (403, "Not allowed")
