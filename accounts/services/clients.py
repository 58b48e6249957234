import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now
from oauth2_provider.models import get_access_token_model, set_token_value

from accounts.enums import Role, Scope
from accounts.errors import Conflict, Invalid, NotFound, Problem, sentence
from accounts.models import ApiClient, User
from accounts.services.audit import record_event
from accounts.services.users import create_service_user, require_administrator

CLIENT_ROLES = (Role.HOLDER, Role.SECRETARIAT)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token as it is shown once; only its SHA-256 is kept."""

    token: str
    scopes: tuple[str, ...]
    expires_at: datetime


@transaction.atomic
def create_client(*, client_id: str, name: str, role: str, by: User | None, at: datetime) -> ApiClient:
    """Register a machine of a holder or of the secretariat, with a service user of that role.

    Which holder it belongs to is said of its `user`, as for a person. Raises NotAllowed, Invalid, Conflict.
    """
    require_administrator(by)
    if role not in CLIENT_ROLES:
        raise Invalid(problems=[Problem("role", "role-unknown", sentence("role-unknown", {"role": role}))])
    if ApiClient.objects.filter(client_id=client_id).exists():
        raise Conflict("client-taken", client=client_id)
    user = create_service_user(client_id=client_id, name=name, role=role, by=by, at=at)
    client: ApiClient = ApiClient.objects.create(
        client_id=client_id,
        name=name,
        user=user,
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
    )
    record_event(client, by=by, at=at, verb="create client", after={"client_id": client_id, "role": role})
    return client


def find_client(client_id: str) -> ApiClient:
    """Give the client of that name. Raises NotFound."""
    client: ApiClient | None = ApiClient.objects.select_related("user").filter(client_id=client_id).first()
    if client is None:
        raise NotFound("client-unknown", client=client_id)
    return client


@transaction.atomic
def issue_token(
    client: ApiClient, *, scopes: Iterable[str], by: User | None, at: datetime, expires_in: timedelta
) -> IssuedToken:
    """Make a token for a client and give it this once; the database keeps its hash.

    The lifetime counts from the database's present moment, whatever day the desk plays on.
    Raises NotAllowed, Invalid, Conflict.
    """
    require_administrator(by)
    wanted = tuple(sorted(set(scopes)))
    _require_scopes(wanted, expires_in)
    if not client.user.is_active:
        raise Conflict("client-closed", client=client.client_id)
    raw = secrets.token_urlsafe(32)
    row = get_access_token_model()(
        user=client.user, application=client, scope=" ".join(wanted), expires=Now() + expires_in
    )
    set_token_value(row, raw)
    row.save()
    row.refresh_from_db(fields=["expires"])
    after = {"token": row.pk, "scopes": wanted, "expires_at": row.expires}
    record_event(client, by=by, at=at, verb="issue token", after=after)
    return IssuedToken(raw, wanted, row.expires)


@transaction.atomic
def revoke_tokens(client: ApiClient, *, by: User | None, at: datetime) -> int:
    """End every token of a client; gives how many there were. Raises NotAllowed."""
    require_administrator(by)
    ended, _rows = get_access_token_model().objects.filter(application=client).delete()
    record_event(client, by=by, at=at, verb="revoke tokens", before={"tokens": ended}, after={"tokens": 0})
    return int(ended)


@transaction.atomic
def close_client(client: ApiClient, *, by: User | None, at: datetime) -> ApiClient:
    """Close a client for good: its tokens end and none is issued any more. Raises NotAllowed."""
    revoke_tokens(client, by=by, at=at)
    User.objects.filter(pk=client.user.pk).update(is_active=False)
    client.user.is_active = False
    record_event(client, by=by, at=at, verb="close client", before={"is_active": True}, after={"is_active": False})
    return client


def _require_scopes(scopes: tuple[str, ...], expires_in: timedelta) -> None:
    unknown = [scope for scope in scopes if scope not in Scope.values]
    problems = [Problem("scopes", "scope-unknown", sentence("scope-unknown", {"scope": each})) for each in unknown]
    if expires_in <= timedelta():
        problems.append(Problem("expires_in", "expiry-invalid", sentence("expiry-invalid", {})))
    if problems:
        raise Invalid(problems=problems)
