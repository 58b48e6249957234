"""What is no token: 401 with a challenge that says why, and nothing read of what came with it."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from oauth2_provider.models import AccessToken
from structlog.stdlib import ProcessorFormatter

from accounts.models import ApiClient, AuditEvent, User
from accounts.services.clients import close_client, issue_token, revoke_tokens
from tests.accounts.conftest import AT

BARE = 'Bearer realm="api"'
REFUSED = f'{BARE},error="invalid_token"'


def token_of(client: ApiClient, *scopes: str) -> str:
    given = scopes or ("applications:read", "applications:write", "uploads:write")
    return issue_token(client, scopes=given, by=None, at=AT, expires_in=timedelta(hours=1)).token


def expire(client: ApiClient) -> None:
    AccessToken.objects.filter(application=client).update(expires=Now() - timedelta(seconds=1))


def revoke(client: ApiClient) -> None:
    revoke_tokens(client, by=None, at=AT)


def close(client: ApiClient) -> None:
    close_client(client, by=None, at=AT)


def close_only_the_user(client: ApiClient) -> None:
    User.objects.filter(pk=client.user.pk).update(is_active=False)


def as_written(record: logging.LogRecord) -> str:
    """The line as the desk's own handler writes it."""
    ours = (handler.formatter for handler in logging.getLogger().handlers)
    return next(each for each in ours if isinstance(each, ProcessorFormatter)).format(record)


def refused(answer: Any) -> tuple[int, str, str, str]:
    challenge = answer.headers["WWW-Authenticate"].partition(",error_description")[0]
    return answer.status_code, answer.headers["Content-Type"], answer.json()["code"], challenge


@pytest.mark.parametrize("act", [expire, revoke, close, close_only_the_user])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_token_that_no_longer_holds(api_client: ApiClient, act: Callable[[ApiClient], None], method: str) -> None:
    browser = Client(headers={"Authorization": f"Bearer {token_of(api_client)}"})
    assert browser.get("/api/v1/client").status_code == 200
    act(api_client)
    answer = getattr(browser, method)("/api/v1/applications")
    assert refused(answer) == (401, "application/problem+json", "not-authenticated", REFUSED)


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        ("", BARE),
        ("Basic ZGVtbzpkZW1v", BARE),
        ("Bearer", BARE),
        ("Bearer nonsense", REFUSED),
        ("Bearer é", REFUSED),
        ("Bearer a b", BARE),
    ],
)
def test_header_that_names_no_token(db: None, header: str, challenge: str) -> None:
    answer = Client(headers={"Authorization": header} if header else {}).get("/api/v1/applications")
    assert refused(answer) == (401, "application/problem+json", "not-authenticated", challenge)


def test_token_is_taken_from_the_header_only(api_client: ApiClient) -> None:
    token, browser = token_of(api_client), Client()
    answers = [
        browser.get(f"/api/v1/client?access_token={token}"),
        browser.get(f"/api/v1/client?token={token}"),
        browser.post("/api/v1/applications", {"access_token": token}),
        browser.post("/api/v1/applications", f"access_token={token}", content_type="application/x-www-form-urlencoded"),
        browser.post("/api/v1/uploads", {"access_token": token}),
        Client(headers={"Cookie": f"access_token={token}"}).get("/api/v1/client"),
    ]
    assert {refused(each) for each in answers} == {(401, "application/problem+json", "not-authenticated", BARE)}


def test_body_of_a_stranger_is_not_read(db: None) -> None:
    broken = Client().post("/api/v1/applications", b"{" * 100_000, content_type="application/json")
    strange = Client().post("/api/v1/applications", b"x", content_type="text/strange")
    assert [broken.status_code, strange.status_code] == [401, 401]


def test_session_of_a_person_is_no_token(administrator: User) -> None:
    browser = Client()
    browser.force_login(administrator)
    assert refused(browser.get("/api/v1/applications"))[0] == 401


def test_token_stands_in_no_log_and_no_audit_line(api_client: ApiClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = token_of(api_client)
    browser = Client(headers={"Authorization": f"Bearer {token}"})
    browser.get("/api/v1/client")
    browser.get("/api/v1/jobs")
    browser.post("/api/v1/applications", {"product": "x"}, content_type="application/json")
    browser.get(f"/api/v1/client?access_token={token}")
    Client().get(f"/api/v1/client?access_token={token}")
    revoke(api_client)
    browser.get("/api/v1/client")
    written = "".join(as_written(record) for record in caplog.records)
    assert ("request_finished" in written, "oauthlib" in written, token in written) == (True, True, False)
    assert [line for line in AuditEvent.objects.values_list("before", "after", "reason") if token in str(line)] == []
