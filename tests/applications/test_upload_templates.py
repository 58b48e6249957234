"""Templates: the header, an example, and in the workbook what each column asks, in three languages."""

import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from accounts.enums import Role
from accounts.models import User
from applications.bulk.columns import LANGUAGES, column_texts
from applications.bulk.kinds import KINDS
from applications.bulk.tables import read_table
from applications.bulk.workbooks import MEDIA_TYPE, template_workbook
from tests.accounts.builders import make_token
from tests.builders import make_staff, make_user


@pytest.fixture
def desk() -> User:
    return make_user(Role.SECRETARIAT)


def ask(user: User, name: str, accept: str = "*/*") -> Any:
    token = make_token(user, "uploads:write")
    headers = {"Authorization": f"Bearer {token}", "Accept": accept}
    return Client().get(f"/api/v1/upload-templates/{name}", headers=headers)


def cells(sheet: Worksheet) -> list[tuple[Any, ...]]:
    return list(sheet.iter_rows(values_only=True))


def test_help_is_there_for_every_column_of_every_kind_in_every_language() -> None:
    told = {kind: {column: set(texts) for column, texts in about.items()} for kind, about in column_texts().items()}
    assert told == {kind: {column: set(LANGUAGES) for column in about.columns} for kind, about in KINDS.items()}
    assert all(text.strip() for about in column_texts().values() for each in about.values() for text in each.values())


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_workbook_reads_back_as_the_header_and_its_example(kind: str) -> None:
    about = KINDS[kind]
    table = read_table(template_workbook(kind), "template.xlsx")
    example = {name: cell for name, cell in zip(about.columns, about.example, strict=True) if cell}
    assert (table.columns, table.rows) == (about.columns, ((2, example),))
    assert about.row.model_validate(example).model_fields_set == set(example)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_workbook_is_text_and_says_what_each_column_asks(kind: str) -> None:
    book = load_workbook(io.BytesIO(template_workbook(kind)))
    assert book.sheetnames == [kind, *LANGUAGES]
    filled = [cell for row in book[kind].iter_rows() for cell in row if cell.value is not None]
    assert {(cell.data_type, cell.number_format) for cell in filled} == {("s", "@")}
    for language in LANGUAGES:
        rows = cells(book[language])[1:]
        assert [row[0] for row in rows] == list(KINDS[kind].columns)
        assert [row[2] for row in rows] == [column_texts()[kind][column][language] for column in KINDS[kind].columns]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "accept", "media_type"),
    [
        ("centres", "*/*", "text/csv"),
        ("centres", "text/csv", "text/csv"),
        ("centres.csv", MEDIA_TYPE, "text/csv"),
        ("centres", MEDIA_TYPE, MEDIA_TYPE),
        ("centres?format=xlsx", "*/*", MEDIA_TYPE),
        ("centres.xlsx", "*/*", MEDIA_TYPE),
    ],
)
def test_template_comes_as_the_file_that_is_asked_for(desk: User, name: str, accept: str, media_type: str) -> None:
    answer = ask(desk, name, accept)
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, media_type)
    ending = "xlsx" if media_type == MEDIA_TYPE else "csv"
    assert answer["Content-Disposition"] == f'attachment; filename="centres.{ending}"'


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["colours.csv", "centres.pdf", "centres.csv.xlsx"])
def test_template_that_does_not_exist_is_told_as_a_problem(desk: User, name: str) -> None:
    answer = ask(desk, name, "text/csv")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "upload-unknown-kind"


@pytest.mark.django_db
def test_template_of_the_page_is_for_those_who_send_the_kind(client: Client) -> None:
    client.force_login(make_staff())
    page = client.get("/uploads/").content.decode()
    assert "/uploads/templates/applications.xlsx" in page
    answer = client.get("/uploads/templates/applications.xlsx")
    assert (answer.status_code, answer["Content-Type"]) == (200, MEDIA_TYPE)
    assert client.get("/uploads/templates/centres.xlsx").status_code == 404
