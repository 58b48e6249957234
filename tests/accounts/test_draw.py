"""Drawing and ending tokens with a client's secret: what is refused is refused as OAuth says, and nothing breaks."""

import base64
from typing import Any

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken

from accounts.enums import Role
from accounts.models import ApiClient
from accounts.services.clients import create_client, draw_secret
from tests.accounts.conftest import AT

ASKED = {"grant_type": "client_credentials"}


@pytest.fixture
def secret(api_client: ApiClient) -> str:
    return draw_secret(api_client, by=None, at=AT)


def basic(name: str | bytes, secret: str = "") -> dict[str, str]:
    named = name.encode() if isinstance(name, str) else name
    return {"Authorization": "Basic " + base64.b64encode(named + b":" + secret.encode()).decode()}


def post(address: str, body: dict[str, Any] | None = None, *, headers: dict[str, str] | None = None) -> Any:
    return Client(headers=headers or {}).post(f"/api/v1/oauth/{address}", ASKED if body is None else body)


def own(token: str) -> int:
    return Client(headers={"Authorization": f"Bearer {token}"}).get("/api/v1/client").status_code


def test_drawn_token_is_short_and_kept_by_no_cache(secret: str) -> None:
    answer = post("token", headers=basic("demo-holder1", secret))
    drawn = answer.json()
    assert (answer.status_code, answer["Cache-Control"], drawn["expires_in"], drawn["token_type"]) == (
        200,
        "no-store",
        900,
        "Bearer",
    )
    assert ("refresh_token" in drawn, own(drawn["access_token"])) == (False, 200)
    assert AccessToken.objects.get().token == ""


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, ASKED),
        (basic("nobody"), ASKED),
        (basic("demo-holder1", "wrong"), ASKED),
        (basic(b"\xff\xfe"), ASKED),
        ({"Authorization": "Basic !!!"}, ASKED),
        ({}, ASKED | {"client_id": "demo-holder1", "client_secret": "wrong"}),
    ],
)
def test_who_does_not_know_the_secret_draws_nothing(secret: str, headers: dict[str, str], body: dict[str, str]) -> None:
    answer = post("token", body, headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize("address", ["token", "revoke"])
@pytest.mark.parametrize("where", ["name", "secret", "field", "quoted", "letters"])
def test_what_no_name_can_be_is_refused_as_unreadable(secret: str, address: str, where: str) -> None:
    headers = {
        "name": basic("demo\0"),
        "secret": basic("demo-holder1", "\0"),
        "quoted": basic("demo%00"),
        "letters": {"Authorization": "Basic é"},
        "field": {},
    }[where]
    body = ASKED | ({"client_id": "\0", "token": "\0"} if where == "field" else {})
    answer = post(address, body, headers=headers)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


@pytest.mark.parametrize(
    "grant", ["password", "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]
)
def test_other_grants_are_not_supported(secret: str, grant: str) -> None:
    body = {"grant_type": grant, "username": "a", "password": "b", "code": "c", "refresh_token": "d"}
    answer = post("token", body, headers=basic("demo-holder1", secret))
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_secret_in_the_address_is_refused(secret: str) -> None:
    answer = Client().post(f"/api/v1/oauth/token?client_id=demo-holder1&client_secret={secret}", ASKED)
    assert (answer.status_code, AccessToken.objects.exists()) == (400, False)


def test_client_ends_its_own_tokens_only(secret: str) -> None:
    other = create_client(client_id="other", name="Other", role=Role.HOLDER, by=None, at=AT)
    token = post("token", headers=basic("demo-holder1", secret)).json()["access_token"]
    strange = basic("other", draw_secret(other, by=None, at=AT))
    assert (post("revoke", {"token": token}, headers=strange).status_code, own(token)) == (200, 200)
    assert (post("revoke", {"token": token}, headers=basic("demo-holder1", secret)).status_code, own(token)) == (
        200,
        401,
    )
