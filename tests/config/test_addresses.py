"""Addresses that name nothing, or filters that no page knows, are answered as such and never break a page."""

from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from tests.builders import make_staff, make_user
from tests.evaluation.review import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.SECRETARIAT, "/centres/?q=a%00b"),
        (Role.SECRETARIAT, "/centres/%00/"),
        (Role.AUDITOR, "/audit/?verb=%00"),
        (Role.ADMINISTRATOR, "/users/?q=%00"),
    ],
)
def test_address_with_a_nul_names_nothing(role: Role, path: str) -> None:
    answer: Any = signed_in(make_user(role)).get(path)
    assert (answer.status_code, [each.name for each in answer.templates][:1]) == (404, ["404.html"])


def test_api_address_with_a_nul_is_a_problem() -> None:
    answer: Any = Client().get("/api/v1/applications?external_reference=%00")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize("query", ["q=²", "batch=²-²", "q=99999999999", "page=-1", "page=x", "state=NONE"])
def test_search_that_no_file_answers_to_shows_an_empty_list(query: str) -> None:
    client = signed_in(make_staff())
    assert client.get(f"/applications/?{query}").status_code == 200
    assert client.get(f"/applications/list.csv?{query}").status_code == 200
