"""The pages of API clients: only the administrator sees them, and what they do holds at once."""

import base64
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.clock import now, today
from accounts.enums import Role, Scope
from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import ApiClient, AuditEvent, User
from accounts.services.clients import close_client, draw_secret, issue_token, reopen_client
from centres.models import Holder
from centres.services.clients import register_client
from jobs.models import WebhookDelivery, WebhookEndpoint
from tests.builders import make_holder, make_user

pytestmark = pytest.mark.django_db
Form = dict[str, str | list[str]]
PAGES = ("client", "client-scopes", "client-revoke", "client-secret", "client-close", "client-reopen")
CELL = re.compile(r"<t[hd] (?:scope=.row.|data-label)[^>]*>(.*?)</t[hd]>", re.DOTALL)
SECRET = re.compile(r"<code>([\w-]{64})</code>")


@pytest.fixture
def administrator() -> User:
    return make_user(Role.ADMINISTRATOR)


@pytest.fixture
def desk(administrator: User) -> Client:
    browser = Client()
    browser.force_login(administrator)
    return browser


def make_client(client_id: str = "acme-erp", holder: Holder | None = None) -> ApiClient:
    return register_client(
        client_id=client_id, name=f"Machine {client_id}", holder=holder, valid_from=today(), by=None, at=now()
    )


def make_token(client: ApiClient) -> str:
    given = {"scopes": ["applications:read"], "by": None, "at": now(), "expires_in": timedelta(hours=1)}
    return issue_token(client, **given).token  # type: ignore[arg-type]  # one dict for all words


def draw(client_id: str, secret: str, **asked: str) -> tuple[int, dict[str, object]]:
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    body = {"grant_type": "client_credentials"} | asked
    answer = Client(headers={"Authorization": f"Basic {basic}"}).post("/api/v1/oauth/token", body)
    return answer.status_code, answer.json()


def own(token: object) -> tuple[int, dict[str, object]]:
    answer = Client(headers={"Authorization": f"Bearer {token}"}).get("/api/v1/client")
    return answer.status_code, answer.json()


def page(name: str, client: ApiClient) -> str:
    return reverse(f"centres:{name}", args=[client.user.pk])


def secret_on(html: str) -> str:
    found = SECRET.findall(html)
    assert len(found) == 1
    return str(found[0])


def verbs(client: ApiClient) -> list[str]:
    return list(AuditEvent.objects.filter(subject_id=str(client.pk)).order_by("seq").values_list("verb", flat=True))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_client_pages_refused_to_everyone_else(role: Role) -> None:
    client, browser = make_client(), Client()
    browser.force_login(make_user(role))
    pages = [page(name, client) for name in PAGES] + [reverse("centres:clients"), reverse("centres:client-new")]
    assert {browser.post(each).status_code for each in pages} <= {403, 405}
    assert {browser.get(each).status_code for each in pages} <= {403, 405}
    assert verbs(client) == ["create client"]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_client_services_refused_to_everyone_else(role: Role) -> None:
    client, by = make_client(), make_user(role)
    for act in (draw_secret, close_client, reopen_client):
        with pytest.raises(NotAllowed):
            act(client, by=by, at=now())


def test_client_added_for_a_holder_draws_tokens_with_its_scopes_only(desk: Client) -> None:
    holder = make_holder("Acme Pharma")
    form = {"client_id": "acme-erp", "name": "ERP", "owner": str(holder.pk), "scopes": ["applications:read"]}
    answer = desk.post(reverse("centres:client-new"), form)
    secret = secret_on(answer.content.decode())
    assert (answer.status_code, "no-store" in answer.headers["Cache-Control"]) == (200, True)
    status, drawn = draw("acme-erp", secret)
    assert (status, drawn["scope"]) == (200, "applications:read")
    assert draw("acme-erp", secret, scope="uploads:write") == (400, {"error": "invalid_scope"})
    status, told = own(drawn["access_token"])
    client = ApiClient.objects.get()
    expires = told.pop("expires_at")
    assert (status, told, bool(expires)) == (
        200,
        {
            "client_id": "acme-erp",
            "name": "ERP",
            "role": "HOLDER",
            "holder": "Acme Pharma",
            "scopes": ["applications:read"],
            "last_used_at": None,
        },
        True,
    )
    assert client.last_used_at is not None
    last_used_at = client.last_used_at.isoformat().replace("+00:00", "Z")
    assert own(drawn["access_token"])[1]["last_used_at"] == last_used_at
    assert secret not in desk.get(page("client", client)).content.decode()
    assert verbs(client) == ["create client", "draw secret"]


def test_client_added_for_the_secretariat(desk: Client) -> None:
    form = {"client_id": "desk-import", "name": "Figures", "owner": "SECRETARIAT", "scopes": ["counts:write"]}
    assert desk.post(reverse("centres:client-new"), form).status_code == 200
    client = ApiClient.objects.get()
    assert (client.user.role, client.scopes, client.user.memberships.count()) == ("SECRETARIAT", ["counts:write"], 0)


def test_client_form_tells_faults_beside_their_fields(desk: Client) -> None:
    make_client("taken")
    good: Form = {"client_id": "acme-erp", "name": "ERP", "owner": "SECRETARIAT", "scopes": ["counts:write"]}
    faults: list[Form] = [
        {"client_id": "taken"},
        {"client_id": "Acme ERP"},
        {"owner": ""},
        {"scopes": ["all"]},
        {"name": ""},
    ]
    answers = [desk.post(reverse("centres:client-new"), good | fault) for fault in faults]
    assert [(each.status_code, list(each.context["form"].errors)) for each in answers] == [
        (422, [next(iter(fault))]) for fault in faults
    ]
    assert ApiClient.objects.count() == 1


def test_token_is_refused_at_once_when_revoked(desk: Client) -> None:
    client = make_client()
    token = make_token(client)
    assert own(token)[0] == 200
    assert desk.get(page("client-revoke", client)).status_code == 200
    assert own(token)[0] == 200
    assert desk.post(page("client-revoke", client)).status_code == 302
    assert own(token)[0] == 401


def test_new_secret_makes_the_old_one_useless(desk: Client) -> None:
    client = make_client()
    old = draw_secret(client, by=None, at=now())
    assert draw("acme-erp", old)[0] == 200
    assert desk.get(page("client-secret", client)).status_code == 200
    new = secret_on(desk.post(page("client-secret", client)).content.decode())
    assert (draw("acme-erp", old)[0], draw("acme-erp", new)[0]) == (401, 200)


def test_closed_client_draws_no_token_until_it_is_open_again(desk: Client) -> None:
    client = make_client()
    secret, token = draw_secret(client, by=None, at=now()), make_token(client)
    assert desk.post(page("client-close", client)).status_code == 302
    assert (own(token)[0], draw("acme-erp", secret)[0]) == (401, 401)
    assert desk.post(page("client-secret", client)).status_code == 409
    assert desk.post(page("client-reopen", client)).status_code == 302
    assert (own(token)[0], draw("acme-erp", secret)[0]) == (401, 200)
    assert verbs(client)[-3:] == ["revoke tokens", "close client", "reopen client"]


def test_closed_client_is_given_no_secret() -> None:
    client = close_client(make_client(), by=None, at=now())
    with pytest.raises(Conflict):
        draw_secret(client, by=None, at=now())


def test_token_beyond_the_scopes_of_its_client() -> None:
    client = register_client(
        client_id="a", name="a", holder=None, scopes=["counts:write"], valid_from=today(), by=None, at=now()
    )
    with pytest.raises(Invalid) as caught:
        make_token(client)
    assert [(problem.pointer, problem.code) for problem in caught.value.problems] == [("scopes", "scope-not-granted")]


def test_page_of_a_client_shows_no_part_of_a_token(desk: Client) -> None:
    client = make_client(holder=make_holder("Acme Pharma"))
    token = make_token(client)
    row = client.accesstoken_set.get()
    unused = desk.get(page("client", client)).content.decode()
    own(token)
    html = desk.get(page("client", client)).content.decode()
    assert ("never" in unused, "never" in html, "Acme Pharma" in html) == (True, False, True)
    assert [part for part in (token, token[:8], row.token_checksum[:8]) if part in html] == []


def test_page_of_a_client_tells_where_it_is_told_of_events(desk: Client) -> None:
    client = make_client()
    address = page("client", client)
    assert "This client is told of no events." in desk.get(address).content.decode()
    by = {"owner": client.user, "events": ["upload.checked"], "sealed_secret": "sealed!", "created_at": now()}
    silent = WebhookEndpoint.objects.create(url="https://a.example/in?password=hush", switched_off_at=now(), **by)
    WebhookEndpoint.objects.create(url="https://b.example/", closed_at=now(), **by)
    for state in ("DEAD", "DEAD", "QUEUED"):
        WebhookDelivery.objects.create(
            endpoint=silent, event_id=uuid4(), event_type="upload.checked", body="{}", state=state, created_at=now()
        )
    html = desk.get(address).content.decode()
    rows = [
        [" ".join(cell.split()) for cell in CELL.findall(row)] for row in html.split("Webhooks</h2>")[1].split("<tr>")
    ]
    assert [[cell.partition(" since")[0] for cell in row] for row in rows if row] == [
        ["https://a.example/in?…", "upload.checked", "never", "1", "2", "switched off"],
        ["https://b.example/", "upload.checked", "never", "0", "0", "closed"],
    ]
    assert [word for word in ("hush", "sealed!") if word in html] == []


def test_clients_page_searches_and_says_when_nothing_is_there(desk: Client) -> None:
    address = reverse("centres:clients")
    assert "No API client yet" in desk.get(address).content.decode()
    make_client("acme-erp", make_holder("Acme Pharma"))
    make_client("desk-import")
    asked = {words: desk.get(address, {"q": words}).content.decode() for words in ("pharma", "IMPORT", "nothing")}
    found = {words: [name for name in ("acme-erp", "desk-import") if name in html] for words, html in asked.items()}
    assert found == {"pharma": ["acme-erp"], "IMPORT": ["desk-import"], "nothing": []}
    assert "No client found" in asked["nothing"]


@pytest.mark.parametrize("number", [1, 7])
def test_client_pages_number_of_queries(
    number: int, desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for place in range(number):
        client = make_client(f"machine{place}", make_holder())
        for _token in range(number):
            own(make_token(client))
    with django_assert_num_queries(4):
        desk.get(reverse("centres:clients"))
    with django_assert_num_queries(5):
        desk.get(page("client", client))


def test_every_scope_may_be_granted() -> None:
    assert make_client().scopes == sorted(Scope.values)
