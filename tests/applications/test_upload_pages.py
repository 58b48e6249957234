"""Uploads in the browser."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.clock import now
from accounts.enums import Role
from accounts.words import STATES
from applications.enums import UploadState
from applications.models import Upload
from applications.services.uploads import check_upload
from tests.builders import make_staff, make_user

pytestmark = pytest.mark.django_db


def send(client: Client, key: str = "k") -> Upload:
    file = SimpleUploadedFile("rows.csv", b"colour\nred")
    client.post("/uploads/", {"kind": "applications", "file": file, "key": key})
    return Upload.objects.get(idempotency_key=key)


def test_upload_page_names_the_faults_of_the_file(client: Client) -> None:
    client.force_login(make_staff())
    upload = send(client)
    check_upload(upload.pk, at=now(), advance=lambda done, total: None)
    page = client.get(f"/uploads/{upload.pk}/")
    assert page.status_code == 200
    assert "There is no such column" in page.content.decode()


def test_upload_sent_twice_by_a_double_click_is_one(client: Client) -> None:
    client.force_login(make_staff())
    assert send(client).pk == send(client).pk


def test_upload_pages_of_another_company_are_unknown(client: Client) -> None:
    client.force_login(make_staff())
    upload = send(client)
    client.force_login(make_staff())
    found = [client.get(f"/uploads/{upload.pk}/{path}").status_code for path in ("", "problems.csv")]
    assert (*found, client.post(f"/uploads/{upload.pk}/commit/").status_code) == (404, 404, 404)


@pytest.mark.parametrize("count", [1, 30])
def test_uploads_page_asks_as_many_queries_for_many_as_for_one(
    client: Client, django_assert_num_queries: object, count: int
) -> None:
    client.force_login(make_staff())
    for place in range(count):
        send(client, key=str(place))
    with django_assert_num_queries(4):  # type: ignore[operator]  # the fixture has no exported type
        assert client.get("/uploads/").status_code == 200


def test_uploads_of_the_desk_are_read_by_the_auditor_who_sends_none(client: Client) -> None:
    client.force_login(make_user(Role.AUDITOR))
    assert client.get("/uploads/").status_code == 200
    assert client.post("/uploads/", {}).status_code == 403


@pytest.mark.parametrize("state", UploadState)
def test_every_state_of_an_upload_has_a_word_and_a_tone(state: UploadState) -> None:
    assert state.value in STATES


def test_upload_sent_to_try_says_that_it_is_never_written(client: Client) -> None:
    client.force_login(make_staff())
    upload = send(client)
    Upload.objects.filter(pk=upload.pk).update(sandbox=True)
    assert "never written" in client.get(f"/uploads/{upload.pk}/").content.decode()
    assert "sent to try" in client.get("/uploads/").content.decode()
