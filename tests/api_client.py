"""A client of the interface as a careful author writes one: every call that posts has a key of its own."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.test import Client

from accounts.models import User
from tests.accounts.builders import make_token


class ApiClient(Client):
    def post(self, path: str, *args: Any, headers: Mapping[str, Any] | None = None, **named: Any) -> Any:  # type: ignore[override]  # what else Django takes goes through
        return super().post(path, *args, headers={"Idempotency-Key": str(uuid.uuid4()), **(headers or {})}, **named)


def api_client(user: User, *scopes: str) -> ApiClient:
    """A client with a token of this user."""
    return ApiClient(headers={"Authorization": f"Bearer {make_token(user, *scopes)}"})
