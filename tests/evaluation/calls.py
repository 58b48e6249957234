"""A client of the interface as the tests of its calls use one."""

from typing import Any

from django.test import Client

from accounts.enums import Scope
from accounts.models import User
from tests.api_client import api_client

API = "/api/v1"


def client_of(user: User, *scopes: str) -> Client:
    """A client that acts as this user, with these scopes or all."""
    return api_client(user, *(scopes or Scope.values))


def send(client: Client, path: str, body: object = None, *, method: str = "post", **headers: str) -> Any:
    """A JSON call; underscores in the names of headers are hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return getattr(client, method)(f"{API}/{path}", body or {}, content_type="application/json", headers=named)


def etag_of(client: Client, path: str) -> str:
    """The version of what is there now."""
    answer = client.get(f"{API}/{path}")
    assert answer.status_code == 200, answer.content
    return str(answer["ETag"])


def results(client: Client, path: str) -> Any:
    answer = client.get(f"{API}/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def faults(answer: Any) -> list[tuple[str, str]]:
    """Pointer and code of every fault of a 422."""
    assert answer.status_code == 422, answer.content
    return [(each["pointer"], each["code"]) for each in answer.json()["problems"]]
