import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.urls import path
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from oauth2_provider.models import AccessToken
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from accounts.api.authentication import ClientAuthentication, HasScope
from accounts.enums import Role, Scope
from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import ApiClient, AuditEvent, User
from accounts.services.clients import close_client, create_client, issue_token, revoke_tokens
from tests.accounts.conftest import AT

HOUR = timedelta(hours=1)


class Probe(APIView):
    authentication_classes = [ClientAuthentication]
    permission_classes = [IsAuthenticated, HasScope("applications:read", "applications:write")]  # type: ignore[list-item]  # callable

    def get(self, request: Request) -> Response:
        """Who calls."""
        return Response({"user": request.user.get_username()})

    def post(self, request: Request) -> Response:
        """Who calls, too."""
        return Response({"user": request.user.get_username()})


def call(token: str | None, method: str = "get") -> tuple[int, str | None]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = Probe.as_view()(getattr(APIRequestFactory(), method)("/probe", headers=headers))
    return answer.status_code, answer.data.get("user")


def token_of(client: ApiClient, *scopes: str) -> str:
    return issue_token(client, scopes=scopes or ["applications:read"], by=None, at=AT, expires_in=HOUR).token


def test_token_is_the_service_user(api_client: ApiClient) -> None:
    assert call(token_of(api_client)) == (200, "demo-holder1@clients.invalid")


def test_token_hashed_at_rest(api_client: ApiClient) -> None:
    token = token_of(api_client)
    row = AccessToken.objects.get()
    assert (row.token, row.token_checksum) == ("", hashlib.sha256(token.encode()).hexdigest())
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM oauth2_provider_accesstoken t")
        assert token not in cursor.fetchone()[0]
    assert token not in "".join(str(event.after) for event in AuditEvent.objects.all())


def test_token_without_the_scope(api_client: ApiClient) -> None:
    token = token_of(api_client, "applications:read")
    assert (call(token), call(token, "post")) == ((200, "demo-holder1@clients.invalid"), (403, None))


def test_token_missing_unknown_expired_revoked_or_of_a_closed_client(api_client: ApiClient) -> None:
    expired = token_of(api_client)
    AccessToken.objects.update(expires=Now() - HOUR)
    assert [call(None), call("unknown"), call(expired)] == [(401, None)] * 3
    token = token_of(api_client)
    assert revoke_tokens(api_client, by=None, at=AT) == 2
    assert call(token) == (401, None)
    token = token_of(api_client)
    User.objects.filter(pk=api_client.user.pk).update(is_active=False)
    assert call(token) == (401, None)


def test_person_in_the_browser_needs_no_scope(administrator: User) -> None:
    request = APIRequestFactory().get("/probe")
    force_authenticate(request, administrator)
    assert Probe.as_view()(request).data == {"user": administrator.email}


def test_openapi_names_the_scope_of_each_operation() -> None:
    generator = SchemaGenerator(patterns=[path("probe", Probe.as_view())])  # type: ignore[no-untyped-call]  # untyped
    schema = generator.get_schema(public=True)  # type: ignore[no-untyped-call]  # untyped
    security = {method: operation["security"] for method, operation in schema["paths"]["/probe"].items()}
    assert security == {"get": [{"oauth2": ["applications:read"]}], "post": [{"oauth2": ["applications:write"]}]}


def test_close_client_issues_no_token_any_more(api_client: ApiClient, administrator: User) -> None:
    token = token_of(api_client)
    close_client(api_client, by=administrator, at=AT)
    assert call(token) == (401, None)
    with pytest.raises(Conflict):
        token_of(api_client)


def test_issue_token_with_faults(api_client: ApiClient) -> None:
    with pytest.raises(Invalid) as caught:
        issue_token(api_client, scopes=["all"], by=None, at=AT, expires_in=timedelta())
    assert [problem.code for problem in caught.value.problems] == ["scope-unknown", "expiry-invalid"]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_client_services_refused_to_everyone_else(
    api_client: ApiClient, person: Callable[[Role], User], role: Role
) -> None:
    by = person(role)
    with pytest.raises(NotAllowed):
        issue_token(api_client, scopes=[Scope.UPLOADS_WRITE], by=by, at=AT, expires_in=HOUR)
    with pytest.raises(NotAllowed):
        revoke_tokens(api_client, by=by, at=AT)
    with pytest.raises(NotAllowed):
        create_client(client_id="x", name="x", role=Role.HOLDER, by=by, at=AT)


def test_create_client_of_a_role_that_sends_nothing(db: None) -> None:
    with pytest.raises(Invalid):
        create_client(client_id="x", name="x", role=Role.CHAIR, by=None, at=AT)


@pytest.mark.parametrize(
    "values", [{"authorization_grant_type": "password"}, {"client_type": "public"}, {"hash_client_secret": False}]
)
def test_database_refuses_a_client(api_client: ApiClient, values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiClient.objects.filter(pk=api_client.pk).update(**values)


def test_api_token_command_prints_a_token_that_works(api_client: ApiClient) -> None:
    out, err = StringIO(), StringIO()
    call_command("api_token", "demo-holder1", "--scope", "applications:read", stdout=out, stderr=err)
    token = out.getvalue().strip()
    assert (call(token)[0], call(token, "post")[0]) == (200, 403)
    assert re.fullmatch(r"demo-holder1: applications:read, until [-\d]+ [\d:]+ UTC\n", err.getvalue())


def test_api_token_command_for_an_unknown_client(db: None) -> None:
    with translation.override("en"), pytest.raises(CommandError, match=r"There is no API client named nobody\."):
        call_command("api_token", "nobody")
