"""Uploads over the API, with the checks and commits that the worker runs."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from accounts.clock import now
from accounts.enums import Role
from accounts.models import User
from applications.models import Application, Upload
from applications.services.uploads import check_upload, commit_upload, order_commit
from centres.models import Listing, Paragraph
from tests.accounts.builders import make_token
from tests.builders import holder_of, make_centre, make_paragraph, make_product, make_staff, make_user, site_number

pytestmark = pytest.mark.django_db

HEADER = (
    "external_reference,product_code,paragraph,site_number,populations,language,apheresis_site,laboratory_site,"
    "contact_email,forecast_year_1,forecast_year_2,forecast_year_3,motivation"
)


@pytest.fixture
def staff() -> User:
    return make_staff()


@pytest.fixture
def paragraph(staff: User) -> Paragraph:
    return make_paragraph(make_product(holder=holder_of(staff)), includes_children=True)


def line(under: Paragraph, site: str, **changes: str) -> str:
    cells = {
        "external_reference": "A-1",
        "product_code": str(under.product.code),
        "paragraph": under.number,
        "site_number": site,
        "populations": "ADULT|PAED",
        "language": "nl",
        "apheresis_site": site,
        "laboratory_site": site,
        "contact_email": "dossier@holder.example",
        "forecast_year_1": "12",
        "forecast_year_2": "",
        "forecast_year_3": "",
        "motivation": "",
    } | changes
    return ",".join(cells.values())


def send(client: Client, user: User, content: str | bytes, *, kind: str = "applications", **more: Any) -> Any:
    body = content.encode() if isinstance(content, str) else content
    name = more.pop("name", "rows.csv")
    headers = {"Authorization": f"Bearer {make_token(user, 'uploads:write')}", "Idempotency-Key": "one"} | more
    file = SimpleUploadedFile(name, body)
    return client.post("/api/v1/uploads", {"kind": kind, "file": file}, headers=headers)


def checked(answer: Any) -> Upload:
    return check_upload(answer.json()["id"], at=now(), advance=lambda done, total: None)


def faults(upload: Upload) -> list[tuple[int, str, str]]:
    return list(upload.problems.values_list("row", "column", "code"))


def test_upload_of_applications_becomes_drafts_of_the_holder(client: Client, staff: User, paragraph: Paragraph) -> None:
    site = make_centre().site_number
    upload = checked(send(client, staff, f"{HEADER}\n{line(paragraph, site)}\n"))
    assert (upload.state, upload.rows_new, upload.rows_faulty) == ("READY", 1, 0)

    token = make_token(staff, "uploads:write")
    answer = client.post(
        f"/api/v1/uploads/{upload.pk}/commit",
        headers={"Authorization": f"Bearer {token}", "If-Match": f'"{upload.version}"'},
    )
    assert (answer.status_code, answer.json()["state"]) == (202, "COMMITTING")
    assert commit_upload(upload.pk, at=now()).state == "COMMITTED"
    assert commit_upload(upload.pk, at=now()).state == "COMMITTED"
    drafts = Application.objects.filter(holder=holder_of(staff)).values_list(
        "external_reference", "state", "populations", "forecast_year_1", "forecast_year_2"
    )
    assert list(drafts) == [("A-1", "DRAFT", ["ADULT", "PAED"], 12, None)]


def test_upload_names_every_fault_of_every_row(client: Client, staff: User, paragraph: Paragraph) -> None:
    site = make_centre().site_number
    rows = [
        line(paragraph, site),
        line(paragraph, site),
        line(paragraph, "8000000072", external_reference="A-3", language="de", contact_email="nobody"),
        line(paragraph, site, external_reference="A-4", forecast_year_1="many", populations="ADULT|ADULT"),
        line(paragraph, site, external_reference="A-5", product_code="9999999"),
        line(paragraph, site, external_reference="", paragraph="12"),
    ]
    upload = checked(send(client, staff, "\n".join([HEADER, *rows])))
    assert (upload.state, upload.rows_new, upload.rows_faulty) == ("REJECTED", 1, 5)
    assert faults(upload) == [
        (3, "external_reference", "duplicate"),
        (4, "apheresis_site", "check_digit"),
        (4, "contact_email", "value"),
        (4, "laboratory_site", "check_digit"),
        (4, "language", "value"),
        (4, "site_number", "check_digit"),
        (5, "forecast_year_1", "value"),
        (5, "populations", "duplicate"),
        (6, "product_code", "unknown_product"),
        (7, "external_reference", "required"),
        (7, "paragraph", "value"),
    ]
    assert Application.objects.count() == 0


def test_upload_refuses_the_product_of_another_company(client: Client, staff: User) -> None:
    foreign = make_paragraph()
    upload = checked(send(client, staff, f"{HEADER}\n{line(foreign, make_centre().site_number, populations='ADULT')}"))
    assert faults(upload) == [(2, "product_code", "product_of_another")]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("rows.csv", b"   ", "file-empty"),
        ("rows.csv", HEADER.encode(), "file-no-rows"),
        ("rows.csv", b"PK\x03\x04rest", "file-type"),
        ("rows.xlsx", HEADER.encode(), "file-type"),
        ("rows.pdf", b"%PDF-1.7", "file-type"),
        ("rows.json", b"{", "file-json"),
        ("rows.json", b"[1]", "file-json-rows"),
        ("rows.csv", HEADER.encode() + b'\n"open', "file-csv"),
    ],
)
def test_upload_of_a_hostile_file_is_rejected_whole(
    client: Client, staff: User, name: str, content: bytes, code: str
) -> None:
    answer = send(client, staff, content, name=name)
    assert answer.status_code == 202
    upload = checked(answer)
    assert (upload.state, [row[2] for row in faults(upload)], upload.rows.count()) == ("REJECTED", [code], 0)


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_upload_names_every_column_that_is_unknown_missing_or_twice(
    client: Client, staff: User, paragraph: Paragraph
) -> None:
    header = HEADER.replace("paragraph", "colour").replace("language", "size")
    row = line(paragraph, make_centre().site_number)
    upload = checked(send(client, staff, f"{header}\n{row}"))
    assert (upload.state, faults(upload)) == (
        "REJECTED",
        [
            (1, "colour", "unknown_column"),
            (1, "language", "missing_column"),
            (1, "paragraph", "missing_column"),
            (1, "size", "unknown_column"),
        ],
    )
    twice = checked(send(client, staff, f"{HEADER},paragraph,language\n{row},1,2", **{"Idempotency-Key": "two"}))
    assert faults(twice) == [(1, "language", "column-twice"), (1, "paragraph", "column-twice")]


def test_upload_names_also_what_is_wrong_beside_a_cell_that_cannot_be_read(
    client: Client, staff: User, paragraph: Paragraph
) -> None:
    site = make_centre().site_number
    rows = [
        line(paragraph, site_number(777_001), language="de", product_code="9999999", apheresis_site=site),
        line(paragraph, site, contact_email="nobody"),
        line(paragraph, site, product_code="1"),
    ]
    upload = checked(send(client, staff, "\n".join([HEADER, *rows])))
    assert faults(upload) == [
        (2, "language", "value"),
        (2, "product_code", "unknown_product"),
        (2, "site_number", "unknown_site"),
        (3, "contact_email", "value"),
        (3, "external_reference", "duplicate"),
        (4, "external_reference", "duplicate"),
        (4, "product_code", "value"),
    ]
    assert upload.rows_faulty == 3


def test_upload_of_a_workbook_reads_numbers_as_text(client: Client, staff: User, paragraph: Paragraph) -> None:
    site = make_centre().site_number
    cells: list[Any] = line(paragraph, site).split(",")
    cells[1], cells[9] = int(cells[1]), 12
    upload = checked(send(client, staff, workbook(HEADER.split(","), cells), name="rows.xlsx"))
    assert (upload.state, faults(upload)) == ("READY", [])


def test_upload_of_a_workbook_with_a_formula_is_rejected(client: Client, staff: User) -> None:
    upload = checked(send(client, staff, workbook(HEADER.split(","), ["=1+1"]), name="rows.xlsx"))
    assert faults(upload) == [(2, "external_reference", "file-formula")]


def test_upload_of_a_zip_bomb_is_rejected_unopened(client: Client, staff: User) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 250_000_000)
    upload = checked(send(client, staff, content.getvalue(), name="rows.xlsx"))
    assert faults(upload) == [(1, "", "file-bomb")]


def test_upload_with_the_same_key_is_the_same_upload(client: Client, staff: User) -> None:
    first, again = send(client, staff, "a\n1"), send(client, staff, "a\n1")
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    other = send(client, staff, "a\n2")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert Upload.objects.count() == 1


def test_upload_without_key_or_precondition_is_refused(client: Client, staff: User, paragraph: Paragraph) -> None:
    token = {"Authorization": f"Bearer {make_token(staff, 'uploads:write')}"}
    file = SimpleUploadedFile("rows.csv", b"a\n1")
    assert client.post("/api/v1/uploads", {"kind": "applications", "file": file}, headers=token).status_code == 400
    upload = checked(send(client, staff, f"{HEADER}\n{line(paragraph, make_centre().site_number)}"))
    commit = f"/api/v1/uploads/{upload.pk}/commit"
    assert client.post(commit, headers=token).status_code == 428
    assert client.post(commit, headers=token | {"If-Match": '"99"'}).status_code == 412


def test_upload_is_unknown_to_another_holder(client: Client, staff: User) -> None:
    upload_id = send(client, staff, "a\n1").json()["id"]
    other = {"Authorization": f"Bearer {make_token(make_staff(), 'uploads:write')}"}
    for path in ("", "/problems", "/rows"):
        assert client.get(f"/api/v1/uploads/{upload_id}{path}", headers=other).status_code == 404


def test_upload_of_the_list_is_the_secretariats(client: Client, staff: User) -> None:
    assert send(client, staff, "a\n1", kind="listings").status_code == 403


def test_upload_of_listings_puts_sites_on_the_list_once(client: Client, paragraph: Paragraph) -> None:
    desk, site = make_user(Role.SECRETARIAT), make_centre().site_number
    header = "site_number;product_code;paragraph;population;listed_from;listed_to;decision_reference"
    row = f"{site};{paragraph.product.code};{paragraph.number};ADULT;2024-06-01;;MB 2024/05"
    for key, state in (("one", "NEW"), ("two", "UNCHANGED")):
        upload = checked(send(client, desk, f"{header}\n{row}", kind="listings", **{"Idempotency-Key": key}))
        assert list(upload.rows.values_list("state", flat=True)) == [state]
        Upload.objects.filter(pk=upload.pk).update(state="COMMITTING", committed_by=desk)
        assert commit_upload(upload.pk, at=now()).state == "COMMITTED"
    assert list(Listing.objects.values_list("population", "decision_reference")) == [("ADULT", "MB 2024/05")]


def test_problems_as_csv_do_not_run_in_a_spreadsheet(client: Client, staff: User, paragraph: Paragraph) -> None:
    row = line(paragraph, make_centre().site_number, language="=1+1")
    upload = checked(send(client, staff, f"{HEADER}\n{row}"))
    token = make_token(staff, "uploads:write")
    answer = client.get(
        f"/api/v1/uploads/{upload.pk}/problems", headers={"Authorization": f"Bearer {token}", "Accept": "text/csv"}
    )
    assert answer.content.decode().splitlines()[1].startswith("2,language,value,'=1+1,")


def test_upload_of_listings_names_a_listing_twice_and_one_that_overlaps(client: Client, paragraph: Paragraph) -> None:
    desk, site, other = make_user(Role.SECRETARIAT), make_centre(), make_centre()
    header = "site_number,product_code,paragraph,population,listed_from,listed_to,decision_reference"
    named = f"{paragraph.product.code},{paragraph.number},ADULT"
    rows = [
        f"{site.site_number},{named},2024-01-01,2024-12-31,MB 1",
        f"{site.site_number},{named},2025-01-01,,MB 2",
        f"{other.site_number},{named},2024-01-01,,MB 1",
    ]
    upload = checked(send(client, desk, "\n".join([header, *rows]), kind="listings"))
    assert faults(upload) == [(3, "site_number", "duplicate")]
    for place, row in enumerate((rows[1], rows[0], rows[0].replace("2024-12-31", "2025-12-31"))):
        sent = send(client, desk, f"{header}\n{row}", kind="listings", **{"Idempotency-Key": f"more {place}"})
        upload = checked(sent)
        if upload.state == "READY":
            order_commit(upload, by=desk, at=now())
            assert commit_upload(upload.pk, at=now()).state == "COMMITTED"
    assert faults(upload) == [(2, "listed_to", "listing_ended")]
    found = Listing.objects.filter(centre=site).order_by("listed_from").values_list("listed_from", "listed_to")
    assert list(found) == [(date(2024, 1, 1), date(2024, 12, 31)), (date(2025, 1, 1), None)]
