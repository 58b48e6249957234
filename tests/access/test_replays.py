"""A kept answer is given again to the client that asked, while it may ask: to no other, and not once it is shut out."""

from typing import Any

import pytest
from django.test import Client

from accounts.clock import now
from accounts.models import ApiClient, User
from accounts.services.clients import close_client, revoke_tokens
from accounts.services.scopes import change_scopes
from jobs.models import IdempotencyKey, WebhookEndpoint
from tests.accounts.builders import make_token
from tests.builders import make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine() -> User:
    return make_staff()


@pytest.fixture
def endpoint(machine: User) -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(
        owner=machine, url="https://a.example/", events=["upload.checked"], sealed_secret="-", created_at=now()
    )


def with_token(user: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {make_token(user, 'uploads:write')}"})


def ask(client: Client, endpoint: WebhookEndpoint) -> Any:
    path = f"/api/v1/webhooks/{endpoint.pk}/switch-on"
    return client.post(path, headers={"Idempotency-Key": "the same"})


def was_kept(answer: Any) -> tuple[int, bool]:
    return answer.status_code, "Idempotency-Replayed" in answer.headers


def test_same_client_gets_its_answer_again_with_any_of_its_tokens(machine: User, endpoint: WebhookEndpoint) -> None:
    first = ask(with_token(machine), endpoint)
    again = ask(with_token(machine), endpoint)
    assert (was_kept(first), was_kept(again), again.json()) == ((200, False), (200, True), first.json())


def test_another_client_with_the_same_key_is_a_stranger(machine: User, endpoint: WebhookEndpoint) -> None:
    ask(with_token(machine), endpoint)
    assert was_kept(ask(with_token(make_staff()), endpoint)) == (404, False)
    assert IdempotencyKey.objects.get().client_id == str(machine.pk)


def test_client_that_is_shut_out_gets_no_kept_answer(machine: User, endpoint: WebhookEndpoint) -> None:
    client = with_token(machine)
    ask(client, endpoint)
    owner = ApiClient.objects.get(user=machine)
    revoke_tokens(owner, by=None, at=now())
    assert was_kept(ask(client, endpoint)) == (401, False)
    client = with_token(machine)
    close_client(owner, by=None, at=now())
    assert was_kept(ask(client, endpoint)) == (401, False)


def test_token_that_lost_its_scope_gets_no_kept_answer(machine: User) -> None:
    client, path = with_token(machine), "/api/v1/uploads"
    client.post(path, headers={"Idempotency-Key": "the same"})
    owner = ApiClient.objects.get(user=machine)
    change_scopes(owner, scopes=["applications:read"], expected=owner.scopes, by=None, at=now())
    ended = client.post(path, headers={"Idempotency-Key": "the same"})
    other = Client(headers={"Authorization": f"Bearer {make_token(machine, 'applications:read')}"})
    assert (ended.status_code, was_kept(other.post(path, headers={"Idempotency-Key": "the same"}))) == (
        401,
        (403, False),
    )
