"""What the interface of uploads promises to those who build on it, whatever the kind."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openpyxl import Workbook

from accounts.clock import now
from accounts.enums import Role
from accounts.models import User
from applications.bulk.kinds import KINDS
from applications.models import Upload
from applications.services.uploads import Sent, check_upload, order_commit, receive_upload
from applications.tasks import check_upload_task, commit_upload_task
from centres.models import Centre
from jobs.models import Job
from tests.accounts.builders import make_token
from tests.applications.test_register_uploads import CENTRES
from tests.applications.test_uploads import faults, send
from tests.builders import make_staff, make_user, site_number
from tests.jobs.conftest import broker

__all__ = ["broker"]
pytestmark = pytest.mark.django_db
COLUMNS = CENTRES.split(",")
TYPED = {"hospital_number": 71, "street": None}
Rows = list[dict[str, str]]


@pytest.fixture
def desk() -> User:
    return make_user(Role.SECRETARIAT)


def site(place: int) -> dict[str, str]:
    number = site_number(600_000 + place)
    cells = (
        f"{number[:1]}.{number[1:4]} {number[4:]}",
        f'Campus "A", {place}',
        "",
        "1000",
        "Testville",
        "General",
        "71",
    )
    return dict(zip(COLUMNS, cells, strict=True))


def as_csv(rows: Rows, *, separator: str = ",", mark: str = "", columns: list[str] = COLUMNS) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return (mark + out.getvalue()).encode()


def as_workbook(rows: Rows) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for cells in (COLUMNS, *(list(row.values()) for row in rows)):
        book.active.append(cells)
    book.active["G2"] = 71
    book.save(out)
    return out.getvalue()


def checked(sent: Sent, by: User) -> Upload:
    received = receive_upload(sent, key=f"{sent.file_name} {sent.content_sha256}", by=by, at=now())[0]
    return check_upload(received.pk, at=now(), advance=lambda done, total: None)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("rows.csv", as_csv),
        ("ROWS.CSV", lambda rows: as_csv(rows, separator=";")),
        ("rows.csv", lambda rows: as_csv(rows, separator=";", mark="\ufeff")),
        ("rows.csv", lambda rows: as_csv(rows, columns=COLUMNS[::-1])),
        ("rows.csv", lambda rows: as_csv(rows).replace(b"\r\n", b"\n\n")),
        ("rows.json", lambda rows: json.dumps(rows).encode()),
        (
            "rows.json",
            lambda rows: json.dumps([row | TYPED for row in rows]).encode(),
        ),
        ("rows.xlsx", as_workbook),
    ],
    ids=["comma", "semicolon", "byte order mark", "other order", "empty lines", "json", "typed json", "workbook"],
)
def test_upload_reads_the_same_from_every_form_of_file(desk: User, name: str, write: Callable[[Rows], bytes]) -> None:
    upload = checked(Sent("centres", name, write([site(1), site(2)])), desk)
    assert (faults(upload), upload.state) == ([], "READY")
    wanted = [{column: cell for column, cell in site(place).items() if cell} for place in (1, 2)]
    assert list(upload.rows.values_list("data", flat=True)) == wanted


@pytest.mark.parametrize("kind", list(KINDS))
def test_key_twice_in_one_file_is_a_fault_of_the_later_row(kind: str, desk: User) -> None:
    by = make_staff() if KINDS[kind].role == Role.HOLDER else desk
    rows = [dict(zip(KINDS[kind].columns, KINDS[kind].example, strict=True))] * 2
    sent = Sent(kind, "rows.json", json.dumps(rows).encode(), now().date(), "RIZIV-INAMI")
    found = {(row, code) for row, _column, code in faults(checked(sent, by)) if code == "duplicate"}
    assert found == {(3, "duplicate")}


@pytest.mark.parametrize("kind", list(KINDS))
def test_column_that_is_unknown_or_missing_is_a_fault_of_every_kind(kind: str, desk: User) -> None:
    by = make_staff() if KINDS[kind].role == Role.HOLDER else desk
    sent = Sent(kind, "rows.csv", b"colour\nred", now().date(), "RIZIV-INAMI")
    required = {name for name, field in KINDS[kind].row.model_fields.items() if field.is_required()}
    upload = checked(sent, by)
    assert (upload.state, upload.rows.count()) == ("REJECTED", 0)
    wanted = {(1, "colour", "unknown_column")} | {(1, name, "missing_column") for name in required}
    assert set(faults(upload)) == wanted


def test_upload_is_told_as_the_interface_says(client: Client, desk: User) -> None:
    answer = send(client, desk, as_csv([site(1)]), kind="centres")
    told: dict[str, Any] = answer.json()
    upload = Upload.objects.get()
    assert (answer.status_code, answer["Location"], answer["ETag"]) == (202, f"/api/v1/uploads/{upload.pk}", '"1"')
    none = dict.fromkeys(("total", "new", "changed", "unchanged", "faulty"), 0)
    assert told | {"created_at": None, "sha256": None} == {
        "id": str(upload.pk),
        "kind": "centres",
        "state": "RECEIVED",
        "sha256": None,
        "rows": none,
        "progress": {"done": 0, "total": 0},
        "problems_url": f"/api/v1/uploads/{upload.pk}/problems",
        "created_at": None,
        "committed_at": None,
        "earlier": None,
        "sandbox": False,
        "delivered_on": None,
        "source": "",
    }


def test_equal_bytes_under_a_new_key_link_the_earlier_upload(client: Client, desk: User) -> None:
    first, second = (
        send(client, desk, as_csv([site(1)]), kind="centres", **{"Idempotency-Key": key}).json() for key in ("a", "b")
    )
    other = send(client, desk, as_csv([site(2)]), kind="centres", **{"Idempotency-Key": "c"}).json()
    assert first["id"] != second["id"]
    assert (first["earlier"], second["earlier"], other["earlier"]) == (None, first["id"], None)


@pytest.mark.parametrize(("sandbox", "state", "sites"), [(False, "COMMITTED", 1), (True, "READY", 0)])
def test_upload_that_commits_when_ready_does_so_but_in_the_sandbox(
    desk: User, broker: list[tuple[str, ...]], sandbox: bool, state: str, sites: int
) -> None:
    sent = Sent("centres", "rows.csv", as_csv([site(1)]), on_ready_commit=True, sandbox=sandbox)
    upload, job = receive_upload(sent, key="one", by=desk, at=now())
    assert job is not None
    check_upload_task(str(job.pk))
    for ordered in Job.objects.filter(kind="applications.commit_upload"):
        commit_upload_task(str(ordered.pk))
    upload.refresh_from_db()
    assert (upload.state, upload.rows_new, Centre.objects.count()) == (state, 1, sites)


def test_upload_in_the_sandbox_is_never_committed(client: Client, desk: User) -> None:
    sent = send(client, desk, as_csv([site(1)]), kind="centres", **{"X-Sandbox": "true"})
    upload = check_upload(sent.json()["id"], at=now(), advance=lambda done, total: None)
    headers = {"Authorization": f"Bearer {make_token(desk, 'uploads:write')}", "If-Match": f'"{upload.version}"'}
    refused = client.post(f"/api/v1/uploads/{upload.pk}/commit", headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/v1/problems/upload-sandbox")
    assert (sent.json()["sandbox"], Centre.objects.count()) == (True, 0)


def test_commit_asks_for_the_version_that_was_read(client: Client, desk: User) -> None:
    upload = checked(Sent("centres", "rows.csv", as_csv([site(1)])), desk)
    authority = {"Authorization": f"Bearer {make_token(desk, 'uploads:write')}"}
    stale, right = f'"{upload.version - 1}"', f'"{upload.version}"'
    found = []
    for match in ({}, {"If-Match": stale}, {"If-Match": right}, {"If-Match": right}):
        found.append(client.post(f"/api/v1/uploads/{upload.pk}/commit", headers=authority | match).status_code)
    assert found == [428, 412, 202, 412]
    upload.refresh_from_db()
    assert order_commit(upload, by=desk, at=now()) == Job.objects.get(kind="applications.commit_upload")
