from typing import Any

from oauth2_provider.scopes import SettingsScopes


class ClientScopes(SettingsScopes):  # type: ignore[misc]  # no types in django-oauth-toolkit
    """A client draws tokens with its own scopes at most, and with all of them when it asks for none."""

    def get_available_scopes(self, application: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        return list(super().get_available_scopes() if application is None else application.scopes)

    def get_default_scopes(self, application: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        return list(super().get_default_scopes() if application is None else application.scopes)
