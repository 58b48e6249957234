"""Other scopes for a client: what is taken away leaves its tokens at once, what is added goes to later ones only."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from oauth2_provider.models import AccessToken

from accounts.enums import Role, Scope
from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import ApiClient, AuditEvent, User
from accounts.services.clients import close_client, issue_token
from accounts.services.scopes import ScopeChange, change_scopes, effect_of_scopes
from tests.accounts.conftest import AT

READ, WRITE, UPLOADS = "applications:read", "applications:write", "uploads:write"
EVERY = [scope.value for scope in Scope]


def token_of(client: ApiClient, *scopes: str) -> str:
    return issue_token(client, scopes=scopes, by=None, at=AT, expires_in=timedelta(hours=1)).token


def change(client: ApiClient, *scopes: str, expected: list[str] | None = None, by: User | None = None) -> ScopeChange:
    held = ApiClient.objects.get(pk=client.pk).scopes if expected is None else expected
    return change_scopes(client, scopes=scopes, expected=held, by=by, at=AT)


def scopes_of(token: str) -> list[str] | int:
    answer = Client(headers={"Authorization": f"Bearer {token}"}).get("/api/v1/client")
    return answer.json()["scopes"] if answer.status_code == 200 else answer.status_code


def verbs(client: ApiClient) -> list[str]:
    return list(AuditEvent.objects.filter(subject_id=str(client.pk)).order_by("seq").values_list("verb", flat=True))


def test_scope_taken_away_leaves_live_tokens_at_once(api_client: ApiClient) -> None:
    both, one, other = token_of(api_client, READ, WRITE), token_of(api_client, WRITE), token_of(api_client, UPLOADS)
    assert change(api_client, READ, UPLOADS) == ScopeChange(added=(), removed=(WRITE, *EVERY[3:]), narrowed=2, ended=1)
    assert [scopes_of(each) for each in (both, one, other)] == [[READ], 401, [UPLOADS]]
    assert sorted(AccessToken.objects.values_list("scope", flat=True)) == [READ, UPLOADS]


def test_scope_given_back_makes_no_token_grow(api_client: ApiClient) -> None:
    token = token_of(api_client, READ, WRITE)
    change(api_client, READ)
    assert change(api_client, READ, WRITE) == ScopeChange(added=(WRITE,), removed=(), narrowed=0, ended=0)
    assert scopes_of(token) == [READ]
    assert scopes_of(token_of(api_client, READ, WRITE)) == [READ, WRITE]


def test_token_has_never_more_than_its_client_however_it_was_issued(api_client: ApiClient) -> None:
    token = token_of(api_client, READ, WRITE)
    ApiClient.objects.update(scopes=[READ])
    answer = Client(headers={"Authorization": f"Bearer {token}"}).post("/api/v1/applications")
    assert (answer.status_code, answer.json()["code"], scopes_of(token)) == (403, "permission-denied", [READ])


def test_change_leaves_one_audit_line_without_any_token(api_client: ApiClient, administrator: User) -> None:
    token = token_of(api_client, READ, WRITE)
    change(api_client, READ, by=administrator)
    line = AuditEvent.objects.get(verb="change scopes")
    assert (line.by, line.before, line.after) == (
        administrator,
        {"scopes": sorted(EVERY)},
        {"scopes": [READ], "tokens_narrowed": 1, "tokens_ended": 0},
    )
    assert token not in str(line.after)


def test_same_scopes_leave_no_trace(api_client: ApiClient) -> None:
    assert change(api_client, *EVERY).is_none
    assert verbs(api_client) == ["create client"]


def test_effect_is_told_without_writing(api_client: ApiClient) -> None:
    token = token_of(api_client, READ)
    assert effect_of_scopes(api_client, scopes=[WRITE]) == ScopeChange(
        added=(), removed=(UPLOADS, READ, *EVERY[3:]), narrowed=1, ended=1
    )
    assert (scopes_of(token), verbs(api_client)) == ([READ], ["create client", "issue token"])


def test_token_that_has_expired_counts_for_nothing(api_client: ApiClient) -> None:
    token_of(api_client, READ)
    AccessToken.objects.update(expires=Now() - timedelta(seconds=1))
    assert (change(api_client, WRITE).narrowed, AccessToken.objects.count()) == (0, 1)


def test_change_of_what_another_changed_meanwhile_is_a_conflict(api_client: ApiClient) -> None:
    change(api_client, READ)
    with pytest.raises(Conflict) as caught:
        change(api_client, WRITE, expected=EVERY)
    assert caught.value.code == "client-scopes-changed"
    api_client.refresh_from_db()
    assert api_client.scopes == [READ]


@pytest.mark.parametrize(("scopes", "code"), [(["all"], "scope-unknown"), ([], "client-scopes-missing")])
def test_scopes_that_are_none_are_refused(api_client: ApiClient, scopes: list[str], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        change(api_client, *scopes)
    assert [(each.pointer, each.code) for each in caught.value.problems] == [("scopes", code)]


def test_closed_client_keeps_its_scopes(api_client: ApiClient) -> None:
    close_client(api_client, by=None, at=AT)
    with pytest.raises(Conflict):
        change(api_client, READ)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_scopes_are_changed_by_administrators_only(
    api_client: ApiClient, person: Callable[[Role], User], role: Role
) -> None:
    with pytest.raises(NotAllowed):
        change(api_client, READ, by=person(role))
    assert scopes_of(token_of(api_client, WRITE)) == [WRITE]
