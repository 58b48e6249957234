from collections.abc import Sequence

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import URLPattern, URLResolver, include, path
from django.utils import translation

from accounts.enums import Role
from accounts.models import User
from accounts.navigation import navigation


def page(request: HttpRequest) -> HttpResponse:
    raise AssertionError("never opened here")


def pages(app: str, **addresses: str) -> tuple[Sequence[URLResolver | URLPattern], str | None, str | None]:
    return include(([path(address, page, name=name.replace("_", "-")) for name, address in addresses.items()], app))


urlpatterns = [
    path(
        "", pages("evaluation", today="", batches="batches/", list="list/", criteria="criteria/", meetings="meetings/")
    ),
    path("", pages("applications", list="applications/", uploads="applications/uploads/")),
    path("sign-in/", page, name="account_login"),
]


def shown(role: str | None, address: str) -> list[tuple[str, bool]]:
    request = RequestFactory().get(address)
    request.user = AnonymousUser() if role is None else User(role=role)
    with override_settings(ROOT_URLCONF=__name__), translation.override("en"):
        return [(str(item.label), item.active) for item in navigation(request)["nav_items"]]


@pytest.mark.parametrize(
    ("role", "address", "expected"),
    [
        (None, "/list/", [("Public list", True), ("Criteria", False), ("Sign in", False)]),
        (
            Role.HOLDER,
            "/applications/uploads/7/",
            [
                ("Today", False),
                ("My applications", False),
                ("Uploads", True),
                ("Public list", False),
                ("Criteria", False),
            ],
        ),
        (Role.ADMINISTRATOR, "/", [("Today", True), ("Public list", False)]),
        (
            Role.CHAIR,
            "/nowhere/",
            [("Today", False), ("Meetings", False), ("Public list", False), ("Criteria", False)],
        ),
    ],
)
def test_navigation_shows_the_pages_of_the_role(
    role: str | None, address: str, expected: list[tuple[str, bool]]
) -> None:
    assert shown(role, address) == expected
