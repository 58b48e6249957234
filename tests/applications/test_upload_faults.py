"""All faults of a file at once: of its header, of cells that cannot be read, and of the rows beside, in every form."""

import io
import json
from typing import Any

import pytest
from openpyxl import Workbook

from accounts.clock import now
from accounts.enums import Role
from accounts.models import User
from applications.bulk.rows import LONGEST_EMAIL
from applications.models import Application, Upload
from applications.services.uploads import Sent, check_upload, commit_upload, order_commit, receive_upload
from centres.models import Centre
from tests.applications.test_statement_uploads import CERTIFICATE
from tests.applications.test_uploads import HEADER, line
from tests.builders import (
    holder_of,
    make_application,
    make_centre,
    make_paragraph,
    make_product,
    make_staff,
    make_user,
    site_number,
)

pytestmark = pytest.mark.django_db
COLUMNS = ["site_number", "site_name", "street", "postal_code", "municipality", "hospital_name", "hospital_number"]
Cells = list[Any]


@pytest.fixture
def desk() -> User:
    return make_user(Role.SECRETARIAT)


def site(place: int, **changes: Any) -> dict[str, Any]:
    cells = (site_number(810_000 + place), "Campus", "", "1000", "Testville", "General", "81")
    return dict(zip(COLUMNS, cells, strict=True)) | changes


def as_csv(*rows: Cells) -> bytes:
    return "\n".join(",".join(map(str, row)) for row in rows).encode()


def as_workbook(*rows: Cells, **errors: str) -> bytes:
    """``errors`` stand in their cells as a formula leaves them behind."""
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for place, text in errors.items():
        book.active[place] = text
        book.active[place].data_type = "e"
    book.save(out)
    return out.getvalue()


def checked(by: User, name: str, content: bytes, kind: str = "centres") -> Upload:
    received = receive_upload(Sent(kind, name, content), key=str(Upload.objects.count()), by=by, at=now())[0]
    return check_upload(received.pk, at=now(), advance=lambda done, total: None)


def told(upload: Upload) -> tuple[str, int, int, list[tuple[int, str, str, str]]]:
    """State, rows kept, rows at fault, and every fault."""
    faults = list(upload.problems.values_list("row", "column", "code", "value"))
    return upload.state, upload.rows.count(), upload.rows_faulty, faults


def test_json_tells_every_cell_of_another_type_and_what_is_wrong_beside(desk: User) -> None:
    rows = [
        site(1, hospital_number=1.5, street=True),
        site(2),
        site(3, postal_code="10", site_name={"nl": "Campus"}, municipality=None),
        site(2, hospital_number=[[81]]),
    ]
    assert told(checked(desk, "rows.json", json.dumps(rows).encode())) == (
        "REJECTED",
        4,
        3,
        [
            (2, "hospital_number", "cell-type", "1.5"),
            (2, "street", "cell-type", "true"),
            (4, "municipality", "required", ""),
            (4, "postal_code", "value", "10"),
            (4, "site_name", "cell-type", ""),
            (5, "hospital_number", "cell-type", ""),
            (5, "site_number", "duplicate", site(2)["site_number"]),
        ],
    )


def test_json_tells_every_name_that_stands_twice_in_a_row_and_every_row_that_is_none(desk: User) -> None:
    whole = json.dumps(site(1))
    twice = whole.replace('"street": ""', '"street": "", "street": "Street 1", "site_name": "Other"')
    upload = checked(
        desk, "rows.json", f'[{whole}, {twice}, "row", 7, {json.dumps(site(3, postal_code="10"))}]'.encode()
    )
    assert told(upload) == (
        "REJECTED",
        0,
        0,
        [
            (3, "site_name", "column-twice", "Other"),
            (3, "site_number", "duplicate", site(1)["site_number"]),
            (3, "street", "column-twice", "Street 1"),
            (4, "", "file-json-rows", ""),
            (5, "", "file-json-rows", ""),
            (6, "postal_code", "value", "10"),
        ],
    )


def test_csv_tells_every_row_with_cells_too_many_and_what_is_wrong_in_the_others(desk: User) -> None:
    rows = [list(site(place).values()) for place in range(4)]
    rows[0] += ["more"]
    rows[1] += ["", " "]
    rows[2][3] = "10"
    rows[3] += ["", "more"]
    assert told(checked(desk, "rows.csv", as_csv(COLUMNS, *rows))) == (
        "REJECTED",
        4,
        3,
        [(2, "", "file-more-cells", ""), (4, "postal_code", "value", "10"), (5, "", "file-more-cells", "")],
    )


def test_csv_tells_every_stray_quote_every_lost_byte_and_what_is_wrong_beside(desk: User) -> None:
    good, bad = list(site(1).values()), list(site(2, postal_code="10").values())
    content = as_csv(COLUMNS, ['"Cam"pus'], good, bad) + b"\n8,\xffA,B\0C,1000,T,G,1\n" + b'"x" y,1\n'
    stray = "',' expected after '\"'"
    assert told(checked(desk, "rows.csv", content)) == (
        "REJECTED",
        0,
        0,
        [
            (2, "", "file-csv", stray),
            (4, "postal_code", "value", "10"),
            (5, "site_name", "file-not-utf8", "?A"),
            (5, "site_number", "value", "8"),
            (5, "street", "file-nul", "B\ufffdC"),
            (6, "", "file-csv", stray),
        ],
    )


def test_workbook_tells_every_error_that_a_formula_left_behind(desk: User) -> None:
    rows = [list(site(place).values()) for place in range(3)]
    rows[2][3] = "10"
    upload = checked(desk, "rows.xlsx", as_workbook(COLUMNS, *rows, C2="#N/A", G4="#DIV/0!"))
    assert told(upload) == (
        "REJECTED",
        3,
        2,
        [
            (2, "street", "cell-type", "#N/A"),
            (4, "hospital_number", "cell-type", "#DIV/0!"),
            (4, "postal_code", "value", "10"),
        ],
    )


def test_workbook_tells_every_formula_by_its_row_and_column(desk: User) -> None:
    rows = [list(site(place).values()) for place in range(3)]
    rows[0][1], rows[2][1], rows[2][3] = "=B3", "=1+1", "10"
    upload = checked(desk, "rows.xlsx", as_workbook(COLUMNS, *rows))
    assert told(upload) == (
        "REJECTED",
        0,
        0,
        [
            (2, "site_name", "file-formula", "=B3"),
            (4, "postal_code", "value", "10"),
            (4, "site_name", "file-formula", "=1+1"),
        ],
    )


@pytest.mark.parametrize("name", ["rows.csv", "rows.json", "rows.xlsx"])
def test_faults_of_the_header_are_told_with_those_of_the_rows(desk: User, name: str) -> None:
    header = [{"street": "colour", "municipality": "town"}.get(column, column) for column in COLUMNS]
    rows = [list(site(1).values()), list(site(2, postal_code="10").values()), list(site(1).values())]
    write = {"rows.csv": as_csv, "rows.xlsx": as_workbook}.get(name)
    objects = [dict(zip(header, row, strict=True)) for row in rows]
    content = write(header, *rows) if write else json.dumps(objects).encode()
    assert told(checked(desk, name, content)) == (
        "REJECTED",
        0,
        0,
        [
            (1, "colour", "unknown_column", ""),
            (1, "municipality", "missing_column", ""),
            (1, "town", "unknown_column", ""),
            (3, "postal_code", "value", "10"),
            (4, "site_number", "duplicate", site(1)["site_number"]),
        ],
    )


def test_rows_count_as_in_the_file_whatever_their_cells_hold(desk: User) -> None:
    rows = [list(site(place).values()) for place in range(2)]
    rows[0][1] = '"Cam\npus"'
    rows[1][3] = "10"
    content = as_csv(COLUMNS, rows[0]) + b"\n\n,,,,,,\n" + as_csv(rows[1])
    assert told(checked(desk, "rows.csv", content))[3] == [(5, "postal_code", "value", "10")]


def test_workbook_with_empty_rows_between_loses_none_of_the_others(desk: User, settings: Any) -> None:
    settings.CART_UPLOAD_ROWS = 3
    rows: list[Cells] = [list(site(place).values()) for place in range(4)]
    empty: Cells = [None] * len(COLUMNS)
    upload = checked(desk, "rows.xlsx", as_workbook(COLUMNS, rows[0], *[empty] * 5, rows[1], *[empty] * 5, rows[2]))
    assert list(upload.rows.values_list("row", flat=True)) == [2, 8, 14]
    above = checked(desk, "rows.xlsx", as_workbook(COLUMNS, *rows[:2], empty, *rows[2:]))
    assert told(above)[3] == [(6, "", "file-too-many-rows", "")]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"forecast_year_2": "100001"}, ("forecast_year_2", "value")),
        ({"external_reference": "85073003328"}, ("external_reference", "national_number")),
        ({"motivation": "Patient 85.07.30-033.28"}, ("motivation", "national_number")),
        (
            {"contact_email": f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 6}.be"},
            ("contact_email", "too_long"),
        ),
    ],
)
def test_row_that_the_form_would_refuse_is_at_fault(changes: dict[str, str], fault: tuple[str, str]) -> None:
    assert len(changes.get("contact_email", "")) in (0, LONGEST_EMAIL + 1)
    staff = make_staff()
    paragraph = make_paragraph(make_product(holder=holder_of(staff)), includes_children=True)
    row = line(paragraph, make_centre().site_number, language="de", **changes)
    upload = checked(staff, "rows.csv", f"{HEADER}\n{row}".encode(), "applications")
    assert [each[1:3] for each in told(upload)[3]] == sorted([fault, ("language", "value")])


@pytest.mark.parametrize("day", ["2026-W01-1", "2026-001", "20260131", "2026-1-31", "2026-02-30", "\uff12026-01-31"])
def test_day_that_is_written_otherwise_is_at_fault(desk: User, day: str) -> None:
    columns = "body,certificate_number,programme_name,programme_sites,valid_from,valid_to,scopes"
    row = f"JACIE,T-1,Programme,{make_centre().site_number},{day},9999-12-31,ADULT:IEC"
    upload = checked(desk, "rows.csv", f"{columns}\n{row}".encode(), "certificates")
    assert told(upload)[3] == [(2, "valid_from", "value", day)]


@pytest.mark.parametrize(
    "change",
    [
        ("{", '{"number": "T-2", '),
        ("{", '{"colour": "red", '),
        ("null", '[{"role": "CLINICAL", "site": "8000000071", "far": 1e999}]'),
        ("2024-05-01", "2024-W01-1"),
        ('"T-1"', "NaN"),
        ('"T-1"', "{" * 4_000),
    ],
    ids=["twice", "unknown", "infinite", "week", "no number", "nested"],
)
def test_certificate_in_a_cell_is_read_as_strictly_as_a_row(change: tuple[str, str]) -> None:
    staff = make_staff()
    draft: Application = make_application(staff=staff, external_reference="A-1")
    value = json.dumps(CERTIFICATE).replace(*change, 1)
    row = {"external_reference": "A-1", "site_number": draft.centre.site_number, "field": "certificate", "value": value}
    upload = checked(staff, "rows.json", json.dumps([row]).encode(), "site-statements")
    assert told(upload) == ("REJECTED", 1, 1, [(2, "value", "value", value[:200])])


def test_text_that_a_database_reads_otherwise_is_kept_to_the_letter(desk: User) -> None:
    said = "\\N \\. \\t 'x' \"y\" a\tb \x01\x7f\u2028\ufffe \U0001f3e5 {} %s"
    rows = [site(1, site_name=said, street="\\.")]
    upload = checked(desk, "rows.json", json.dumps(rows).encode())
    order_commit(upload, by=desk, at=now())
    assert commit_upload(upload.pk, at=now()).state == "COMMITTED"
    assert Centre.objects.values_list("name", "street").get(site_number=rows[0]["site_number"]) == (said, "\\.")
