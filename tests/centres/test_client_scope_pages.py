"""Changing the scopes of a client on screen: chosen, shown, confirmed; no script is needed for any of it."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.clock import now
from accounts.enums import Role
from accounts.models import ApiClient, AuditEvent
from accounts.services.clients import close_client
from accounts.services.scopes import change_scopes
from tests.builders import make_user
from tests.centres.test_client_pages import draw, make_client, make_token, own, page

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
LINES = re.compile(r"<li>([^<]*)</li>")


@pytest.fixture
def desk() -> Client:
    browser = Client()
    browser.force_login(make_user(Role.ADMINISTRATOR, language="en"))
    return browser


def with_scopes(*scopes: str) -> ApiClient:
    client = make_client()
    change_scopes(client, scopes=scopes, expected=client.scopes, by=None, at=now())
    client.refresh_from_db()
    return client


def hidden(html: str) -> dict[str, list[str]]:
    """What the confirmation sends along when its button is pressed."""
    found: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(html):
        found.setdefault(name, []).append(value)
    return found


def test_scopes_are_chosen_shown_and_then_confirmed(desk: Client) -> None:
    client = with_scopes("applications:read", "applications:write")
    token = make_token(client)
    address = page("client-scopes", client)
    assert desk.get(address).content.decode().count(" checked") == 2
    shown = desk.post(address, {"scopes": ["applications:write", "uploads:write"]})
    html = shown.content.decode()
    assert [unescape(line) for line in LINES.findall(html) if "scope" in line or "token" in line or ":" in line] == [
        "Taken away: Read applications (applications:read).",
        "1 live token loses scopes at once.",
        "1 token has no scope left and ends.",
        "Added: Upload files (uploads:write).",
        "Only tokens drawn from now on have what is added; no token grows.",
    ]
    assert (own(token)[0], ApiClient.objects.get().scopes) == (200, ["applications:read", "applications:write"])
    answer = desk.post(address, hidden(html))
    assert (answer.status_code, answer.headers["Location"]) == (302, page("client", client))
    assert (own(token)[0], ApiClient.objects.get().scopes) == (401, ["applications:write", "uploads:write"])
    assert AuditEvent.objects.order_by("seq").last().verb == "change scopes"  # type: ignore[union-attr]  # it is there


def test_client_draws_tokens_with_its_new_scopes(desk: Client) -> None:
    client = with_scopes("applications:read")
    secret = re.findall(r"<code>([\w-]{64})</code>", desk.post(page("client-secret", client)).content.decode())[0]
    assert draw(client.client_id, secret, scope="uploads:write")[0] == 400
    desk.post(page("client-scopes", client), {"confirmed": "1", "scopes": "uploads:write", "held": "applications:read"})
    assert draw(client.client_id, secret)[1]["scope"] == "uploads:write"


def test_nothing_chosen_is_told_beside_the_choice(desk: Client) -> None:
    client = with_scopes("applications:read")
    answer = desk.post(page("client-scopes", client), {"scopes": []})
    assert (answer.status_code, dict(answer.context["form"].errors)) == (
        422,
        {"scopes": ["Choose at least one scope; a client that may do nothing is closed instead."]},
    )


def test_same_scopes_are_told_and_change_nothing(desk: Client) -> None:
    client = with_scopes("applications:read")
    lines = AuditEvent.objects.count()
    answer = desk.post(page("client-scopes", client), {"scopes": "applications:read"}, follow=True)
    assert "The client has these scopes already." in answer.content.decode()
    assert AuditEvent.objects.count() == lines


@pytest.mark.parametrize(
    "sent",
    [
        {"scopes": "uploads:write", "held": "counts:write"},
        {"scopes": "all", "held": "applications:read"},
        {"held": "applications:read"},
    ],
)
def test_confirmation_of_what_no_longer_holds_is_a_conflict(desk: Client, sent: dict[str, str]) -> None:
    client = with_scopes("applications:read")
    answer = desk.post(page("client-scopes", client), {"confirmed": "1"} | sent)
    assert (answer.status_code, ApiClient.objects.get().scopes) == (409, ["applications:read"])


def test_closed_client_is_offered_no_other_scopes(desk: Client) -> None:
    client = close_client(with_scopes("applications:read"), by=None, at=now())
    address = page("client-scopes", client)
    assert [desk.get(address).status_code, desk.post(address, {"scopes": "uploads:write"}).status_code] == [409, 409]
    assert address not in desk.get(page("client", client)).content.decode()


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_scope_pages_speak_the_language_of_the_reader(desk: Client, language: str) -> None:
    client = with_scopes("applications:read")
    desk.post(reverse("accounts:language"), {"language": language})
    html = desk.get(page("client-scopes", client)).content.decode()
    with translation.override(language):
        told = translation.gettext("What this does to its tokens is shown before anything changes.")
    assert told in unescape(html)
