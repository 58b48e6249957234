import re
import secrets
from collections.abc import Collection, Iterable
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
CLIENT_ID = re.compile(r"[a-z][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token as it is shown once; only its SHA-256 is kept."""

    token: str
    scopes: tuple[str, ...]
    expires_at: datetime


@transaction.atomic
def create_client(
    *, client_id: str, name: str, role: str, scopes: Iterable[str] = Scope.values, by: User | None, at: datetime
) -> ApiClient:
    """Register a machine of a holder or of the secretariat, with a service user of that role.

    Its tokens have the scopes given here at most. Nobody knows its secret before `draw_secret` tells one.

    Which holder it belongs to is said of its `user`, as for a person. Raises NotAllowed, Invalid, Conflict.
    """
    require_administrator(by)
    granted = sorted(set(scopes))
    _require_client(client_id, role, granted)
    if ApiClient.objects.filter(client_id=client_id).exists():
        raise Conflict("client-taken", client=client_id)
    user = create_service_user(client_id=client_id, name=name, role=role, by=by, at=at)
    client: ApiClient = ApiClient.objects.create(
        client_id=client_id,
        name=name,
        user=user,
        scopes=granted,
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
    )
    record_event(
        client, by=by, at=at, verb="create client", after={"client_id": client_id, "role": role, "scopes": granted}
    )
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
    client = _locked(client)
    wanted = tuple(sorted(set(scopes)))
    _require_scopes(wanted, client.scopes, expires_in)
    require_open(client)
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
    tokens = get_access_token_model().objects.filter(application=client)
    _all, rows = tokens.delete()
    ended = rows.get(tokens.model._meta.label, 0)
    record_event(client, by=by, at=at, verb="revoke tokens", before={"tokens": ended}, after={"tokens": 0})
    return int(ended)


@transaction.atomic
def draw_secret(client: ApiClient, *, by: User | None, at: datetime) -> str:
    """Give a client a new secret and tell it this once; the old one draws no token any more, tokens drawn live on.

    Raises NotAllowed, Conflict.
    """
    require_administrator(by)
    require_open(client)
    secret = secrets.token_urlsafe(48)
    client.client_secret = secret
    client.save(update_fields=["client_secret", "updated"])
    record_event(client, by=by, at=at, verb="draw secret")
    return secret


@transaction.atomic
def close_client(client: ApiClient, *, by: User | None, at: datetime) -> ApiClient:
    """Close a client: its tokens end and none is issued any more. Raises NotAllowed."""
    require_administrator(by)
    if not client.user.is_active:
        return client
    revoke_tokens(client, by=by, at=at)
    User.objects.filter(pk=client.user.pk).update(is_active=False)
    client.user.is_active = False
    record_event(client, by=by, at=at, verb="close client", before={"is_active": True}, after={"is_active": False})
    return client


@transaction.atomic
def reopen_client(client: ApiClient, *, by: User | None, at: datetime) -> ApiClient:
    """Open a closed client again with the secret it had; tokens from before stay ended. Raises NotAllowed."""
    require_administrator(by)
    if client.user.is_active:
        return client
    User.objects.filter(pk=client.user.pk).update(is_active=True)
    client.user.is_active = True
    record_event(client, by=by, at=at, verb="reopen client", before={"is_active": False}, after={"is_active": True})
    return client


def require_open(client: ApiClient) -> None:
    if not client.user.is_active:
        raise Conflict("client-closed", client=client.client_id)


def require_known_scopes(scopes: Collection[str]) -> None:
    """Raises Invalid for a scope that there is not, and for none at all: a client that may do nothing is closed."""
    if problems := _faults_of(scopes):
        raise Invalid(problems=problems)


def _locked(client: ApiClient) -> ApiClient:
    """As it stands, and held until the transaction ends: its scopes do not change under a token that is issued."""
    locked: ApiClient = ApiClient.objects.select_for_update(of=("self",)).select_related("user").get(pk=client.pk)
    return locked


def _require_client(client_id: str, role: str, scopes: list[str]) -> None:
    problems = _faults_of(scopes)
    if CLIENT_ID.fullmatch(client_id) is None:
        problems.append(Problem("client_id", "client-id-invalid", sentence("client-id-invalid", {})))
    if role not in CLIENT_ROLES:
        problems.append(Problem("role", "role-unknown", sentence("role-unknown", {"role": role})))
    if problems:
        raise Invalid(problems=problems)


def _faults_of(scopes: Collection[str]) -> list[Problem]:
    none = [] if scopes else [Problem("scopes", "client-scopes-missing", sentence("client-scopes-missing", {}))]
    return none + _unknown(scopes)


def _unknown(scopes: Iterable[str]) -> list[Problem]:
    unknown = [scope for scope in scopes if scope not in Scope.values]
    return [Problem("scopes", "scope-unknown", sentence("scope-unknown", {"scope": each})) for each in unknown]


def _require_scopes(scopes: tuple[str, ...], granted: Iterable[str], expires_in: timedelta) -> None:
    problems = _unknown(scopes)
    beyond = [scope for scope in scopes if scope in Scope.values and scope not in granted]
    problems += [
        Problem("scopes", "scope-not-granted", sentence("scope-not-granted", {"scope": each})) for each in beyond
    ]
    if expires_in <= timedelta():
        problems.append(Problem("expires_in", "expiry-invalid", sentence("expiry-invalid", {})))
    if problems:
        raise Invalid(problems=problems)
