"""Who calls the API: the service user of the client whose token was sent."""

from typing import Any

from drf_spectacular.contrib.django_oauth_toolkit import DjangoOAuthToolkitScheme
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework.request import Request


class ClientAuthentication(OAuth2Authentication):  # type: ignore[misc]  # django-oauth-toolkit ships no types
    """A token of the client-credentials grant has no user of its own; its client has one, whose role decides.

    A client without an active user is nobody.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        user, token = found
        user = user or token.application.user
        return (user, token) if user is not None and user.is_active else None


class ClientAuthenticationScheme(DjangoOAuthToolkitScheme):  # type: ignore[no-untyped-call]  # registers itself by being declared
    target_class = "config.authentication.ClientAuthentication"
