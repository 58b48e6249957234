"""A call sent twice with one Idempotency-Key has one effect and one answer."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from accounts.models import AuditEvent, User
from applications.models import Annex, Application
from jobs.models import IdempotencyKey
from tests.accounts.builders import make_token
from tests.builders import make_application, make_staff, pdf_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> User:
    return make_staff()


@pytest.fixture
def application(staff: User) -> Application:
    return make_application(staff=staff)


def client_of(staff: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {make_token(staff, 'applications:write')}"})


def add(client: Client, application: Application, key: str, *, pages: int = 1, slot: str = "LABORATORY") -> Any:
    file = SimpleUploadedFile("lab.pdf", pdf_bytes(pages), content_type="application/pdf")
    path = f"/api/v1/applications/{application.pk}/annexes"
    body = {"slot": slot, "title": "Laboratory", "file": file}
    return client.post(path, body, headers={"Idempotency-Key": key})


def test_second_call_gets_the_first_answer_and_writes_nothing(staff: User, application: Application) -> None:
    client = client_of(staff)
    first, second = add(client, application, "k-1"), add(client, application, "k-1")
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert Annex.objects.count() == 1
    assert AuditEvent.objects.filter(verb="add annex").count() == 1


def test_same_key_with_another_file_is_refused(staff: User, application: Application) -> None:
    client = client_of(staff)
    add(client, application, "k-1")
    answer = add(client, application, "k-1", pages=2)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert Annex.objects.count() == 1


def test_refused_call_leaves_its_key_free(staff: User, application: Application) -> None:
    client = client_of(staff)
    assert add(client, application, "k-1", slot="NOTHING").status_code == 422
    assert not IdempotencyKey.objects.exists()
    assert add(client, application, "k-1").status_code == 201


def test_key_of_another_client_is_another_key(application: Application, staff: User) -> None:
    other = make_staff()
    add(client_of(staff), application, "k-1")
    assert add(client_of(other), application, "k-1").status_code == 404


def test_posting_without_a_key_is_refused_and_writes_nothing(staff: User, application: Application) -> None:
    path = f"/api/v1/applications/{application.pk}"
    answer = client_of(staff).post(f"{path}/withdraw", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-missing")
    assert AuditEvent.objects.filter(verb__startswith="withdraw").count() == 0


@pytest.mark.parametrize("key", [" ", "k" * 256])
def test_key_that_is_blank_or_too_long_is_named(staff: User, application: Application, key: str) -> None:
    answer = add(client_of(staff), application, key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-missing")


@pytest.mark.django_db(transaction=True)
def test_twenty_equal_calls_at_once_have_one_effect(staff: User, application: Application) -> None:
    token = make_token(staff, "applications:write")

    def call(_: int) -> tuple[int, Any]:
        try:
            client = Client(headers={"Authorization": f"Bearer {token}"})
            answer = add(client, application, "k-1")
            return answer.status_code, answer.json()["id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(call, range(20)))
    annex = Annex.objects.get()
    assert answers == [(201, str(annex.pk))] * 20
