from typing import TYPE_CHECKING, Any, Self

from django.http import HttpRequest
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework.exceptions import Throttled
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.api.throttles import RefusedTooOften
from accounts.enums import Scope
from accounts.errors import NotAllowed, sentence
from accounts.models import User
from accounts.services.token_use import note_use

if TYPE_CHECKING:
    from rest_framework.views import APIView

READING = ("GET", "HEAD", "OPTIONS")


class ClientAuthentication(OAuth2Authentication):  # type: ignore[misc]  # no types in django-oauth-toolkit
    """A bearer token makes `request.user` the client's service user and `request.auth` the token with its scopes.

    It is read from the header only. A token whose user is closed is no token: 401. A token never has more than its
    client, whatever it was issued with. When a token was last used is kept.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        asked = _only_the_head(request)
        found = super().authenticate(asked)
        user, token = found or (None, None)
        client = getattr(token, "application", None)
        user = user or getattr(client, "user", None)
        if token is None or client is None or user is None or not user.is_active:
            _refuse(request, getattr(asked, "oauth2_error", {}) or ({"error": "invalid_token"} if found else {}))
            return None
        token.scope = " ".join(scope for scope in token.scope.split() if scope in client.scopes)
        note_use(token)
        return user, token


def _refuse(request: Request, error: dict[str, str]) -> None:
    """Nobody; the challenge of the 401 says what was wrong with a token. Raises Throttled for too many of those."""
    request.oauth2_error = error  # type: ignore[attr-defined]  # where the challenge looks
    limit = RefusedTooOften()
    if error and not limit.allow_request(request, None):  # type: ignore[arg-type]  # asks only whence the call comes
        raise Throttled(limit.wait())


def _only_the_head(request: Request) -> HttpRequest:
    """The call without query and body: no token is looked for there, and nothing is read of a stranger's upload."""
    bare = HttpRequest()
    bare.method, bare.path, bare.path_info = request.method, request.path, request.path_info
    bare.META = {name: value for name, value in request.META.items() if name != "QUERY_STRING"}
    return bare


def user_of(request: Request) -> User:
    """The service user behind a call. Raises NotAllowed for nobody."""
    if not isinstance(request.user, User):
        raise NotAllowed
    return request.user


class HasScope(BasePermission):
    """Ask for a token with a scope, as an entry of `permission_classes`: `HasScope("uploads:write")`.

    With two scopes the second is for methods that write. A person signed in through the browser has no token and needs
    no scope; the policies decide in either case.
    """

    def __init__(self, scope: str, write: str | None = None) -> None:
        self.read_scope = Scope(scope).value
        self.write_scope = Scope(write or scope).value

    def __call__(self) -> Self:
        return self

    def scope_for(self, method: str | None) -> str:
        return self.read_scope if method in READING else self.write_scope

    def has_permission(self, request: Request, view: "APIView") -> bool:
        scope = self.scope_for(request.method)
        self.message = sentence("scope-missing", {"scope": scope})
        if not (request.user and request.user.is_authenticated):
            return False
        token: Any = request.auth
        return token is None or token.allow_scopes([scope]) is True
