from typing import TYPE_CHECKING, Any, Self

from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.enums import Scope
from accounts.errors import NotAllowed, sentence
from accounts.models import User
from accounts.services.token_use import note_use

if TYPE_CHECKING:
    from rest_framework.views import APIView

READING = ("GET", "HEAD", "OPTIONS")


class ClientAuthentication(OAuth2Authentication):  # type: ignore[misc]  # no types in django-oauth-toolkit
    """A bearer token makes `request.user` the client's service user and `request.auth` the token with its scopes.

    A token whose user is closed is no token: 401. When a token was last used is kept.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        user, token = found
        user = user or getattr(token.application, "user", None)
        if user is None or not user.is_active:
            return None
        note_use(token)
        return user, token


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
