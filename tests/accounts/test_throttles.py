"""How often one client may call."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.api.throttles import PerClient
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
