"""The list of applications over the API: pages, filters, chosen fields, what is written out."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from applications.models import Application
from tests.accounts.builders import make_token
from tests.builders import IN_JULY, make_application, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> User:
    return make_staff()


def client_of(staff: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {make_token(staff, 'applications:read')}"})


def made_at(staff: User, minute: int) -> Application:
    at = IN_JULY + timedelta(minutes=minute)
    return make_application(staff=staff, external_reference=f"A-{minute}", at=at)


def asked(client: Client, query: str = "") -> Any:
    return client.get(f"/api/v1/applications{query}").json()


def test_list_is_paged_by_cursor_newest_first(staff: User) -> None:
    made = [made_at(staff, index) for index in range(5)]
    client, seen = client_of(staff), []
    page = asked(client, "?limit=2&fields=external_reference")
    seen += page["results"]
    while page["next"]:
        page = client.get(page["next"]).json()
        seen += page["results"]
    assert seen == [{"external_reference": each.external_reference} for each in reversed(made)]


def test_row_made_while_paging_disturbs_no_page(staff: User) -> None:
    made = [made_at(staff, index) for index in range(3)]
    client = client_of(staff)
    first = asked(client, "?limit=2")
    made_at(staff, 9)
    rest = client.get(first["next"]).json()
    assert [row["external_reference"] for row in rest["results"]] == [made[0].external_reference]


def test_linked_things_are_written_out_on_request(staff: User) -> None:
    application = make_application(staff=staff)
    (row,) = asked(client_of(staff), "?expand=site_number,product_code,batch&fields=site_number,product_code")[
        "results"
    ]
    assert row == {
        "product_code": {"code": application.product.code, "name": application.product.name},
        "site_number": {
            "site_number": application.centre.site_number,
            "name": application.centre.name,
            "hospital": application.centre.hospital.name,
        },
    }


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        ("?colour=red&state=NO", [("/colour", "unknown_field"), ("/state", "value")]),
        ("?fields=id,colour", [("/fields", "value")]),
        ("?expand=holder", [("/expand", "value")]),
        ("?limit=0", [("/limit", "value")]),
        ("?limit=1000", [("/limit", "value")]),
        ("?limit=x", [("/limit", "value")]),
    ],
)
def test_what_is_unknown_is_refused_with_what_is_allowed(
    staff: User, query: str, pointers: list[tuple[str, str]]
) -> None:
    make_application(staff=staff)
    answer = asked(client_of(staff), query)
    assert answer["status"] == 422
    assert [(row["pointer"], row["code"]) for row in answer["problems"]] == pointers


def test_damaged_cursor_is_a_problem(staff: User) -> None:
    assert asked(client_of(staff), "?cursor=%00%ff")["status"] in (400, 404)


@pytest.mark.parametrize("expand", ["", "?expand=batch,site_number,product_code"])
def test_queries_do_not_grow_with_the_rows(staff: User, expand: str) -> None:
    client, counts = client_of(staff), []
    for made in (1, 29):
        for _ in range(made):
            make_application(staff=staff)
        with CaptureQueriesContext(connection) as queries:
            asked(client, expand)
        counts.append(len(queries))
    assert counts[0] == counts[1]
