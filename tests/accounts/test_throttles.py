"""How often one client may call."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.api.throttles import DrawnTooOften, PerClient, RefusedTooOften
from accounts.models import User
from tests.accounts.builders import make_token
from tests.builders import make_staff

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {make_token(user, 'applications:read')}"})


def ask(client: Client) -> Any:
    return client.get("/api/v1/applications")


def test_client_that_calls_too_often_is_told_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PerClient, "rate", "2/min", raising=False)
    cache.clear()
    busy, other = make_staff(), make_staff()
    first = client_of(busy)
    assert [ask(first).status_code for _ in range(3)] == [200, 200, 429]
    refused = ask(client_of(busy))
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert ask(client_of(other)).status_code == 200


def draw(**headers: str) -> Any:
    return Client(headers=headers).post("/api/v1/oauth/token", {"grant_type": "client_credentials"})


def test_address_that_tries_secrets_too_often_is_told_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DrawnTooOften, "rate", "2/min", raising=False)
    assert [draw().status_code for _ in range(3)] == [401, 401, 429]
    refused = Client().post("/api/v1/oauth/revoke", {"token": "x"})
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert 1 <= int(refused["Retry-After"]) <= 60


def test_address_is_not_what_a_caller_says_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DrawnTooOften, "rate", "2/min", raising=False)
    statuses = [draw(**{"X-Forwarded-For": f"192.0.2.{number}"}).status_code for number in range(3)]
    assert statuses == [401, 401, 429]


def test_address_that_shows_bad_tokens_too_often_is_told_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RefusedTooOften, "rate", "2/min", raising=False)
    guesses = [ask(Client(headers={"Authorization": f"Bearer guess{number}"})) for number in range(4)]
    assert [each.status_code for each in guesses] == [401, 401, 429, 429]
    assert 1 <= int(guesses[-1]["Retry-After"]) <= 60
    assert [ask(client_of(make_staff())).status_code, ask(Client()).status_code] == [200, 401]
