"""Who sees, sends and commits an upload, and what its headers may say."""

from typing import Any

import pytest
from django.test import Client

from accounts.clock import now
from accounts.enums import Role
from accounts.models import User
from applications.models import Application, Upload
from applications.services.uploads import check_upload, order_commit
from applications.tasks import commit_upload_task
from centres.models import HolderMembership, Paragraph
from jobs.models import Job
from tests.accounts.builders import make_token
from tests.applications.test_register_uploads import CENTRES
from tests.applications.test_uploads import HEADER, faults, line, send
from tests.builders import holder_of, make_centre, make_paragraph, make_product, make_staff, make_user, site_number
from tests.jobs.conftest import broker

__all__ = ["broker"]
pytestmark = pytest.mark.django_db
SITE = f"{CENTRES}\n{site_number(820_001)},Campus,,1000,Testville,General,82"
PLACES = (("get", ""), ("get", "/problems"), ("get", "/rows"), ("post", "/commit"))


@pytest.fixture
def desk() -> User:
    return make_user(Role.SECRETARIAT)


@pytest.fixture
def staff() -> User:
    return make_staff()


@pytest.fixture
def paragraph(staff: User) -> Paragraph:
    return make_paragraph(make_product(holder=holder_of(staff)), includes_children=True)


def ready(answer: Any) -> Upload:
    upload = check_upload(answer.json()["id"], at=now(), advance=lambda done, total: None)
    assert (faults(upload), upload.state) == ([], "READY")
    return upload


def ask(client: Client, user: User, method: str, path: str, **headers: str) -> Any:
    authority = {"Authorization": f"Bearer {make_token(user, 'uploads:write')}"}
    return getattr(client, method)(f"/api/v1/uploads{path}", headers=authority | headers)


@pytest.mark.parametrize("other", [Role.HOLDER, Role.SECRETARIAT, Role.AUDITOR, Role.MEMBER])
def test_upload_of_a_holder_exists_for_nobody_else(
    client: Client, staff: User, paragraph: Paragraph, other: str
) -> None:
    upload = ready(send(client, staff, f"{HEADER}\n{line(paragraph, make_centre().site_number)}"))
    stranger = make_staff() if other == Role.HOLDER else make_user(other)
    never = "00000000-0000-4000-8000-000000000000"
    match = {"If-Match": f'"{upload.version}"'}
    for method, place in PLACES:
        theirs, none = (ask(client, stranger, method, f"/{each}{place}", **match) for each in (upload.pk, never))
        assert (theirs.status_code, none.status_code) == (404, 404)
        assert theirs.json() | {"instance": ""} == none.json() | {"instance": ""}
    csv = ask(client, stranger, "get", f"/{upload.pk}/problems", Accept="text/csv")
    assert (csv.status_code, csv["Content-Type"]) == (404, "application/problem+json")
    assert ask(client, stranger, "get", "").json()["results"] == []
    upload.refresh_from_db()
    assert upload.state == "READY"


def test_upload_of_the_desk_is_read_by_the_auditor_and_committed_by_the_secretariat(client: Client, desk: User) -> None:
    upload = ready(send(client, desk, SITE, kind="centres"))
    auditor, match = make_user(Role.AUDITOR), {"If-Match": f'"{upload.version}"'}
    assert ask(client, auditor, "get", f"/{upload.pk}").status_code == 200
    refused = ask(client, auditor, "post", f"/{upload.pk}/commit", **match)
    assert (refused.status_code, refused.json()["code"]) == (403, "upload-not-yours")
    assert send(client, auditor, SITE, kind="centres").status_code == 403
    assert ask(client, make_user(Role.SECRETARIAT), "post", f"/{upload.pk}/commit", **match).status_code == 202


def test_who_files_for_no_company_any_more_sends_and_commits_nothing(
    client: Client, staff: User, paragraph: Paragraph, broker: list[tuple[str, ...]]
) -> None:
    content = f"{HEADER}\n{line(paragraph, make_centre().site_number)}"
    upload = ready(send(client, staff, content))
    ordered = order_commit(upload, by=staff, at=now())
    HolderMembership.objects.filter(user=staff).update(valid_to=now().date())
    refused = send(client, staff, content, **{"Idempotency-Key": "two"})
    assert (refused.status_code, refused.json()["code"]) == (403, "no-company")
    commit_upload_task(str(ordered.pk))
    upload.refresh_from_db()
    assert (upload.state, Application.objects.count(), Upload.objects.count()) == ("FAILED", 0, 1)
    assert Job.objects.get(pk=ordered.pk).state == "FAILED"


@pytest.mark.parametrize(("said", "sandbox"), [("true", True), ("TRUE", True), (" true ", True), ("false", False)])
def test_sandbox_is_asked_for_by_its_header(client: Client, desk: User, said: str, sandbox: bool) -> None:
    assert send(client, desk, SITE, kind="centres", **{"X-Sandbox": said}).json()["sandbox"] is sandbox


@pytest.mark.parametrize("said", ["yes", "1", "", "ture"])
def test_sandbox_that_is_misspelt_is_refused_before_anything_is_kept(client: Client, desk: User, said: str) -> None:
    answer = send(client, desk, SITE, kind="centres", **{"X-Sandbox": said})
    assert (answer.status_code, answer.json()["code"]) == (422, "sandbox-unclear")
    assert [problem["pointer"] for problem in answer.json()["problems"]] == ["/X-Sandbox"]
    assert Upload.objects.count() == 0


@pytest.mark.parametrize("kind", ["centres", "applications"])
def test_upload_in_the_sandbox_is_checked_and_previewed_whatever_its_kind(
    client: Client, desk: User, staff: User, paragraph: Paragraph, kind: str
) -> None:
    content = SITE if kind == "centres" else f"{HEADER}\n{line(paragraph, make_centre().site_number)}"
    by = desk if kind == "centres" else staff
    sent = send(client, by, content, kind=kind, **{"X-Sandbox": "true"})
    upload = ready(sent)
    rows = ask(client, by, "get", f"/{upload.pk}/rows").json()["results"]
    assert [(row["row"], row["state"]) for row in rows] == [(2, "NEW")]
    refused = ask(client, by, "post", f"/{upload.pk}/commit", **{"If-Match": "*"})
    assert (refused.status_code, refused.json()["code"]) == (409, "upload-sandbox")
    assert Job.objects.filter(kind="evaluation.preview_outcomes").count() == (kind == "applications")
    again = send(client, by, content, kind=kind, **{"X-Sandbox": "false"})
    assert (again.status_code, again.json()["code"]) == (422, "idempotency-key-reused")


def test_same_key_is_the_same_upload_whatever_the_file_is_called(client: Client, desk: User) -> None:
    first = send(client, desk, SITE, kind="centres", name="rows.csv").json()
    again = send(client, desk, SITE, kind="centres", name="tmp1234.CSV")
    assert (again.status_code, again.json()["id"]) == (202, first["id"])
    for changed in ({"name": "rows.json"}, {"kind": "certificates"}):
        answer = send(client, desk, SITE, **({"kind": "centres"} | changed))
        assert (answer.status_code, answer.json()["type"]) == (422, "/api/v1/problems/idempotency-key-reused")
    other = make_user(Role.SECRETARIAT)
    assert send(client, other, SITE, kind="centres").json()["id"] != first["id"]
    assert Upload.objects.count() == 2
