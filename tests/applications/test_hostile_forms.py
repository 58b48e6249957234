"""What the interface says of hostile files, in each of the three forms: comma, workbook and JSON."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openpyxl import Workbook

from accounts.clock import now
from accounts.enums import Role
from accounts.models import User
from applications.bulk.tables import read_table
from applications.models import Upload
from applications.services.uploads import check_upload
from tests.accounts.builders import make_token
from tests.applications.test_hostile_uploads import code_of, faults_of
from tests.applications.test_upload_faults import COLUMNS, as_csv, as_workbook, checked, site, told
from tests.applications.test_uploads import send
from tests.builders import make_user

FORMS = ["csv", "xlsx", "json"]
MARKS = ["=", "+", "-", "@"]
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def written(form: str, *rows: dict[str, Any]) -> bytes:
    if form == "json":
        return json.dumps(rows).encode()
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    if form == "xlsx":
        return as_workbook(*lines)
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()


def as_text(*rows: list[str]) -> bytes:
    """A workbook in which every cell is text, whatever it begins with."""
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for cells in book.active.iter_rows():
        for cell in cells:
            cell.data_type = "s"
    book.save(out)
    return out.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook, each of whose documents is changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return out.getvalue()


@pytest.fixture
def desk(db: None) -> User:
    return make_user(Role.SECRETARIAT)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("rows.csv", as_workbook(["a"], ["1"]), "file-type"),
        ("rows.json", as_workbook(["a"], ["1"]), "file-type"),
        ("rows.xlsx", OLD_WORKBOOK, "file-type"),
        ("rows.xls", OLD_WORKBOOK, "file-type"),
        ("rows.csv", OLD_WORKBOOK, "file-nul"),
        ("rows.json", OLD_WORKBOOK, "file-not-utf8"),
        ("rows.csv", PICTURE, "file-not-utf8"),
        ("rows.json", b"a,b\n1,2", "file-json"),
        ("rows.xlsx", b'[{"a": 1}]', "file-type"),
        ("rows.csv", "a,b\n1,2".encode("utf-16"), "file-not-utf8"),
        ("rows.csv", "a,b\n1,2".encode("utf-16-le"), "file-nul"),
        ("rows.json", "[]".encode("utf-16"), "file-not-utf8"),
        ("rows.csv", b"", "file-empty"),
        ("rows.xlsx", b"", "file-empty"),
        ("rows.json", b"\xef\xbb\xbf \n", "file-empty"),
        ("rows.xlsx", as_workbook(), "file-empty"),
        ("rows.csv", b"a,b\n\n , \n", "file-no-rows"),
        ("rows.xlsx", as_workbook(["a"], [None], [" "]), "file-no-rows"),
    ],
)
def test_file_of_another_type_or_without_rows_is_refused_by_name(name: str, content: bytes, code: str) -> None:
    assert code_of(content, name) == code


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("rows.csv", b"a,b\n1,2\n1,x\0y", (3, "b", "file-nul")),
        ("rows.json", b'[{"a": "1"}, {"a": "x\\u0000y"}]', (3, "a", "file-nul")),
        ("rows.json", b'[{"a": "1"}, {"a": ["x", "\\u0000"]}]', (3, "a", "file-nul")),
        ("rows.json", b'[{"a": "1"}, {"a": "x\0y"}]', (3, "", "file-nul")),
        ("rows.csv", b"a,b\n1,2\n1,x\xffy", (3, "b", "file-not-utf8")),
        ("rows.csv", b"a,b\n1,2\n1,\xed\xa0\x80", (3, "b", "file-not-utf8")),
        ("rows.json", b'[{"a": "1"}, {"a": "x\xffy"}]', (3, "a", "file-not-utf8")),
        ("rows.json", b'[{"a": "1"}, {"a": "\\udfff"}]', (3, "a", "file-not-utf8")),
        ("rows.csv", b"a,b,a,b,a\n1,2,3,4,5", (1, "a", "column-twice")),
        ("rows.xlsx", as_workbook(["a", "b", "a"], [1, 2, 3]), (1, "a", "column-twice")),
        ("rows.json", b'[{"a": 1}, {"a": 1, "a": 1}]', (3, "a", "column-twice")),
        ("rows.xlsx", as_workbook(["a", "b"], [1, 2], ["=1+1", 2]), (3, "a", "file-formula")),
        ("rows.xlsx", as_workbook(["a", None], [1, 2]), (2, "", "file-more-cells")),
    ],
)
def test_fault_of_a_cell_is_told_with_its_place(name: str, content: bytes, fault: tuple[int, str, str]) -> None:
    assert faults_of(content, name)[0] == fault


def test_workbook_that_spells_what_no_database_keeps_is_refused_or_read_as_it_stands() -> None:
    """The escape of a workbook for a NUL byte stays five characters and two bars, or is refused."""
    escaped = as_workbook(["a"], ["x_x0000_y"])
    assert set(faults_of(escaped, "rows.xlsx")) <= {(2, "a", "file-nul")}
    broken = repacked(as_workbook(["a"], ["Campus"]), lambda name, text: text.replace(b"Campus", b"Camp\xffs"))
    assert {code for _row, _column, code in faults_of(broken, "rows.xlsx")} <= {"file-xlsx", "file-not-utf8"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_formula_in_a_sheet_of_another_encoding_is_not_read_as_text(encoding: str) -> None:
    def encoded(name: str, text: bytes) -> bytes:
        return text.decode().replace("UTF-8", encoding).encode(encoding) if "worksheets/" in name else text

    content = repacked(as_workbook(["a", "b"], ["=1+1", "2"]), encoded)
    assert code_of(content, "rows.xlsx") in ("file-formula", "file-xlsx", "file-empty")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.csv", b"a," * 1_000_000 + b"\n1"),
        ("rows.csv", b"," * 400_000 + b"a\n1"),
        ("rows.csv", b"a\n" + b'"\n",' * 400_000),
        ("rows.json", b'[{"a": [' + b"1," * 2_000_000 + b"1]}]"),
        ("rows.json", json.dumps([{f"column {place}": 1} for place in range(1_001)]).encode()),
        ("rows.json", json.dumps([{f"column {place}": 1 for place in range(1_001)}]).encode()),
        ("rows.xlsx", as_workbook([f"column {place}" for place in range(1_001)], [1])),
    ],
    ids=["columns", "empty columns", "quoted lines", "list", "names", "one row of names", "workbook"],
)
def test_row_without_an_end_is_refused_in_bounded_memory(name: str, content: bytes) -> None:
    assert {code for _row, _column, code in faults_of(content, name)} == {"file-row-too-long"}


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": 1}',
        b'{"a": 1}\n{"a": 2}',
        b'"rows"',
        b"null",
        b"[1]",
        b"[[1]]",
        b"[null]",
    ],
)
def test_json_that_is_no_list_of_objects_is_refused(content: bytes) -> None:
    assert code_of(content, "rows.json") == "file-json-rows"


@pytest.mark.parametrize(
    "content",
    [
        b'[{"a": 1},]',
        b'[{"a": 1}',
        b'[{"a": 1}] x',
        b"[{'a': 1}]",
        b'[{"a": 01}]',
        b'[{"a": 1} {"a": 2}]',
        b"[,]",
        b'[{"a": ' + b"[" * 100_000,
        b'[{"a": ' + b'{"a": ' * 100_000,
    ],
)
def test_json_that_is_none_is_refused(content: bytes) -> None:
    assert code_of(content, "rows.json") == "file-json"


@pytest.mark.parametrize("size", [1, 1_000_000, 1_100_000, 2_200_000])
def test_json_is_read_to_the_end_wherever_its_parts_are_cut(size: int) -> None:
    rows = [{"a": "é" * 400, "b": place, "c": [str(place), None]} for place in range(size // 400 + 2)]
    content = json.dumps(rows, ensure_ascii=False).encode()
    table = read_table(content, "rows.json")
    assert (table.columns, table.faults) == (("a", "b", "c"), {})
    wanted = [(place + 2, {"a": "é" * 400, "b": str(place), "c": f"{place}|"}) for place in range(len(rows))]
    assert list(table.rows) == wanted


@pytest.mark.django_db
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mark", MARKS)
def test_text_that_would_run_is_kept_and_escaped_where_it_leaves(
    client: Client, desk: User, form: str, mark: str
) -> None:
    said = f"{mark}1+cmd|' /C calc'!A0"
    row = site(1, site_name=said, postal_code=said)
    content = as_text(COLUMNS, list(row.values())) if form == "xlsx" else written(form, row)
    sent = send(client, desk, content, kind="centres", name=f"rows.{form}")
    upload = check_upload(sent.json()["id"], at=now(), advance=lambda done, total: None)
    assert told(upload)[3] == [(2, "postal_code", "value", said)]
    assert upload.rows.get().data["site_name"] == said
    headers = {"Authorization": f"Bearer {make_token(desk, 'uploads:write')}", "Accept": "text/csv"}
    over_api = client.get(f"/api/v1/uploads/{upload.pk}/problems", headers=headers).content.decode("utf-8-sig")
    client.force_login(desk)
    on_screen = client.get(f"/uploads/{upload.pk}/problems.csv").content.decode("utf-8-sig")
    for exported in (over_api, on_screen):
        assert [line[3] for line in csv.reader(io.StringIO(exported))] == ["value", f"'{said}"]


@pytest.mark.django_db
@pytest.mark.parametrize("form", FORMS)
def test_column_that_would_run_is_escaped_in_the_list_of_faults(client: Client, desk: User, form: str) -> None:
    row = site(1) | {"=cmd": "1"}
    content = as_text(list(row), list(row.values())) if form == "xlsx" else written(form, row)
    upload = checked(desk, f"rows.{form}", content)
    assert told(upload)[3] == [(1, "=cmd", "unknown_column", "")]
    headers = {"Authorization": f"Bearer {make_token(desk, 'uploads:write')}", "Accept": "text/csv"}
    exported = client.get(f"/api/v1/uploads/{upload.pk}/problems", headers=headers).content.decode("utf-8-sig")
    assert [line[1] for line in csv.reader(io.StringIO(exported))] == ["column", "'=cmd"]
    assert Upload.objects.count() == 1


@pytest.mark.django_db
def test_file_with_carriage_returns_alone_is_read_line_by_line(desk: User) -> None:
    rows = [list(site(place).values()) for place in range(3)]
    content = as_csv(COLUMNS, *rows).replace(b"\n", b"\r") + b"\r"
    assert told(checked(desk, "rows.csv", content)) == ("READY", 3, 0, [])
