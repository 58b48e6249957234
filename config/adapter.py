"""Nobody signs up: accounts are given by an administrator. Demo logins open nothing but a demo database."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.services.demo import is_demo_database

DEMO_DOMAIN = "@demo.example"


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Refused with the words of a wrong password, so that nothing tells which demo account exists."""
        user = super().authenticate(request, **credentials)
        if user is not None and user.email.endswith(DEMO_DOMAIN) and not is_demo_database():
            return None
        return user
