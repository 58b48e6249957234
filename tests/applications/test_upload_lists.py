"""Rows and faults of an upload, page by page as every list: to the end, by known filters, with chosen fields."""

from typing import Any

import pytest
from django.test import Client

from accounts.clock import now
from accounts.enums import Role
from accounts.models import User
from applications.models import Upload
from applications.services.uploads import Sent, check_upload, receive_upload
from tests.accounts.builders import make_token
from tests.applications.test_register_uploads import CENTRES
from tests.builders import make_user, site_number

pytestmark = pytest.mark.django_db
ROWS = 45


@pytest.fixture
def desk() -> User:
    return make_user(Role.SECRETARIAT)


@pytest.fixture
def headers(desk: User) -> dict[str, str]:
    return {"Authorization": f"Bearer {make_token(desk, 'uploads:write')}"}


@pytest.fixture
def upload(desk: User) -> Upload:
    """Every third row has two faults."""
    rows = [
        f"{site_number(400_000 + place)},Site,,{'1000' if place % 3 else '0'},Testville,General,{9 if place % 3 else 0}"
        for place in range(ROWS)
    ]
    sent = Sent("centres", "rows.csv", "\n".join([CENTRES, *rows]).encode())
    received = receive_upload(sent, key="lists", by=desk, at=now())[0]
    return check_upload(received.pk, at=now(), advance=lambda done, total: None)


def all_pages(client: Client, address: str, headers: dict[str, str]) -> tuple[list[dict[str, Any]], int]:
    """The results of every page, and how many pages there were."""
    found: list[dict[str, Any]] = []
    pages = 0
    following: str | None = address
    while following:
        page = client.get(following, headers=headers).json()
        found, pages, following = found + page["results"], pages + 1, page["next"]
    return found, pages


@pytest.mark.parametrize(("limit", "pages"), [(7, 5), (30, 1), (200, 1)])
def test_problems_of_an_upload_are_listed_to_the_end(
    client: Client, headers: dict[str, str], upload: Upload, limit: int, pages: int
) -> None:
    found = all_pages(client, f"/api/v1/uploads/{upload.pk}/problems?limit={limit}", headers)
    faulty = [place + 2 for place in range(0, ROWS, 3)]
    told = [(row, column) for row in faulty for column in ("hospital_number", "postal_code")]
    assert ([(each["row"], each["column"]) for each in found[0]], found[1]) == (told, pages)
    assert found[0][0] == {
        "row": 2,
        "column": "hospital_number",
        "code": "value",
        "value": "0",
        "message": "This value is not allowed here. See the example in the template.",
    }


@pytest.mark.parametrize(("limit", "pages"), [(10, 5), (45, 1)])
def test_rows_of_an_upload_are_listed_to_the_end(
    client: Client, headers: dict[str, str], upload: Upload, limit: int, pages: int
) -> None:
    found = all_pages(client, f"/api/v1/uploads/{upload.pk}/rows?limit={limit}", headers)
    states = ["NEW" if place % 3 else "FAULTY" for place in range(ROWS)]
    assert [(each["row"], each["state"]) for each in found[0]] == list(zip(range(2, ROWS + 2), states, strict=True))
    assert (found[1], set(found[0][1])) == (pages, {"row", "state", "data", "replaces"})


def test_lists_of_an_upload_are_filtered_by_what_is_known(
    client: Client, headers: dict[str, str], upload: Upload
) -> None:
    path = f"/api/v1/uploads/{upload.pk}"
    faulty, _pages = all_pages(client, f"{path}/rows?state=FAULTY&fields=row&limit=4", headers)
    assert faulty == [{"row": place + 2} for place in range(0, ROWS, 3)]
    codes, _pages = all_pages(client, f"{path}/problems?column=postal_code&fields=row,code", headers)
    assert codes == [{"row": place + 2, "code": "value"} for place in range(0, ROWS, 3)]


@pytest.mark.parametrize(
    "asked", ["rows?after=0", "problems?after=0", "rows?state=BLUE", "rows?limit=0", "problems?limit=201", "rows?x=1"]
)
def test_lists_of_an_upload_refuse_what_they_do_not_know(
    client: Client, headers: dict[str, str], upload: Upload, asked: str
) -> None:
    answer = client.get(f"/api/v1/uploads/{upload.pk}/{asked}", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, "/api/v1/problems/filter-invalid")
    assert [problem["pointer"] for problem in answer.json()["problems"]] == [f"/{asked.split('?')[1].split('=')[0]}"]
