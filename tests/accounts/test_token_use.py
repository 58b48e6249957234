"""When a token was last used is kept to the minute, and keeping it never fails a call."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from oauth2_provider.models import AccessToken
from pytest_django import DjangoAssertNumQueries

from accounts.models import ApiClient, TokenUse
from accounts.services.clients import issue_token, revoke_tokens
from accounts.services.token_use import note_use
from tests.accounts.conftest import AT


def token_of(client: ApiClient) -> str:
    return issue_token(client, scopes=["applications:read"], by=None, at=AT, expires_in=timedelta(hours=1)).token


def call(token: str) -> int:
    return Client(headers={"Authorization": f"Bearer {token}"}).get("/api/v1/client").status_code


def kept(client: ApiClient) -> tuple[list[datetime], datetime | None]:
    client.refresh_from_db()
    return list(TokenUse.objects.values_list("last_used_at", flat=True)), client.last_used_at


def aged(seconds: int) -> datetime:
    TokenUse.objects.update(last_used_at=Now() - timedelta(seconds=seconds))
    moment = TokenUse.objects.get().last_used_at
    ApiClient.objects.update(last_used_at=moment)
    return moment


def test_a_use_is_kept_on_the_token_and_its_client(api_client: ApiClient) -> None:
    token = token_of(api_client)
    assert kept(api_client) == ([], None)
    assert call(token) == 200
    uses, of_client = kept(api_client)
    assert uses == [of_client]


def test_a_use_is_written_once_a_minute(api_client: ApiClient) -> None:
    token = token_of(api_client)
    call(token)
    before = aged(50)
    call(token)
    assert kept(api_client) == ([before], before)
    before = aged(61)
    call(token)
    uses, of_client = kept(api_client)
    assert (len(uses), uses[0] > before, of_client) == (1, True, uses[0])


def test_each_token_has_its_own_use(api_client: ApiClient) -> None:
    first, second = token_of(api_client), token_of(api_client)
    call(first)
    before = aged(30)
    call(second)
    uses, of_client = kept(api_client)
    assert (sorted(uses), of_client) == ([before, max(uses)], max(uses))


def test_a_use_is_one_statement(api_client: ApiClient, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    token_of(api_client)
    row = AccessToken.objects.get()
    with django_assert_num_queries(1):
        note_use(row)


def test_a_token_refused_is_not_used(api_client: ApiClient) -> None:
    token = token_of(api_client)
    AccessToken.objects.update(expires=Now() - timedelta(hours=1))
    assert (call(token), kept(api_client)) == (401, ([], None))


def test_revoked_tokens_take_their_use_along(api_client: ApiClient) -> None:
    token = token_of(api_client)
    call(token)
    row = AccessToken.objects.get()
    assert (revoke_tokens(api_client, by=None, at=AT), call(token), TokenUse.objects.count()) == (1, 401, 0)
    note_use(row)
    assert TokenUse.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_call_goes_on_when_its_use_cannot_be_kept(api_client: ApiClient) -> None:
    token = token_of(api_client)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_tokenuse RENAME TO elsewhere")
        try:
            assert call(token) == 200
        finally:
            cursor.execute("ALTER TABLE elsewhere RENAME TO accounts_tokenuse")
    assert kept(api_client) == ([], None)
