"""Files that are no files of rows: refused with a clear problem, and nothing of them is kept as a row."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl import Workbook

from accounts.clock import now
from accounts.enums import Role
from accounts.models import User
from applications.bulk.faults import Faults, UnreadableFile
from applications.bulk.kinds import KINDS
from applications.bulk.tables import MOST_ROWS, read_table
from applications.bulk.workbooks import template_workbook
from applications.models import Upload
from applications.services.uploads import Sent, check_upload, receive_upload
from tests.applications.test_uploads import HEADER, faults, line, send
from tests.builders import holder_of, make_centre, make_paragraph, make_product, make_staff, make_user

DELIVERED = now().date()


def workbook(*rows: list[Any], place: str = "") -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if place:
        book.active[place] = "far away"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def shared_strings(length: int, cells: int) -> bytes:
    """A small archive: one long text that many cells refer to."""
    book = io.BytesIO(workbook(["a"]))
    out = io.BytesIO()
    row = "".join(f'<c r="A{place}" t="s"><v>0</v></c>' for place in range(1, 2))
    sheet = "".join(f'<row r="{number}">{row.replace("A1", f"A{number}")}</row>' for number in range(1, cells))
    strings = f"<si><t>{'x' * length}</t></si>"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for entry in old.infolist():
            text = old.read(entry).decode()
            if entry.filename == "xl/sharedStrings.xml":
                text = text[: text.index("<si>")] + strings + "</sst>"
            if entry.filename.startswith("xl/worksheets/"):
                text = text[: text.index("<sheetData>")] + f"<sheetData>{sheet}</sheetData></worksheet>"
            new.writestr(entry.filename, text)
    return out.getvalue()


def faults_of(content: bytes, name: str, *, most_rows: int = MOST_ROWS) -> list[tuple[int, str, str]]:
    """Row, column and code of everything that reading a file finds."""
    try:
        found: Faults = read_table(content, name, most_rows=most_rows).faults
    except UnreadableFile as refused:
        found = refused.faults
    return [(row, fault.column, fault.code) for row, faults in sorted(found.items()) for fault in faults]


def code_of(content: bytes, name: str) -> str:
    [(_row, _column, code)] = faults_of(content, name)
    return code


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("rows.csv", b"\xef\xbb\xbf", "file-empty"),
        ("rows.csv", b"\x1c\x1d", "file-empty"),
        ("rows.json", b"[]", "file-no-rows"),
        ("rows.json", b'[{"a": "\\u0000"}]', "file-nul"),
        ("rows.json", b'[{"a\\u0000": "1"}]', "file-nul"),
        ("rows.json", b'[{"a": "\\ud800"}]', "file-not-utf8"),
        ("rows.json", b'[{"\\ud800": "1"}]', "file-not-utf8"),
        ("rows.json", b'[{"a": 1, "a": 2}]', "column-twice"),
        ("rows.json", b'[{"a": [1.5]}]', "cell-type"),
        ("rows.json", b'[{"a": [[1]]}]', "cell-type"),
        ("rows.json", b'[{"a": true}]', "cell-type"),
        ("rows.json", b'[{"a": NaN}]', "cell-type"),
        ("rows.json", b"[" * 100_000, "file-json"),
        ("rows.json", b"1" * 5_000, "file-json-rows"),
        ("rows.csv", b"%PDF-1.7\n1", "file-type"),
        ("rows.xlsx", b"a,b\n1,2", "file-type"),
        ("rows.xlsx", b"PK\x03\x04 and then nothing", "file-xlsx"),
        ("rows.csv", b"a\n" + b"x" * 200_000, "file-csv"),
        ("rows", b"a\n1", "file-type"),
        ("rows.csv.exe", b"a\n1", "file-type"),
    ],
)
def test_file_that_is_no_table_is_refused_by_name(name: str, content: bytes, code: str) -> None:
    assert code_of(content, name) == code


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_workbook_that_was_cut_off_is_refused(share: float) -> None:
    whole = template_workbook("centres")
    assert code_of(whole[: int(len(whole) * share)], "rows.xlsx") == "file-xlsx"


def test_workbook_with_one_cell_at_the_end_of_the_world_is_refused_in_bounded_memory() -> None:
    assert code_of(workbook(["a"], ["1"], place="XFD1048576"), "rows.xlsx") in ("file-bomb", "file-xlsx")


def test_workbook_with_one_text_a_hundred_thousand_times_is_refused() -> None:
    assert code_of(shared_strings(200_000, 20_000), "rows.xlsx") in ("file-bomb", "file-xlsx")


def test_workbook_that_is_another_archive_is_refused() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("document.txt", "hello")
    assert code_of(content.getvalue(), "rows.xlsx") == "file-xlsx"


def other_sheet(change: Callable[[str, str], tuple[str, str]]) -> bytes:
    """A workbook with one formula, each of its documents changed in name and text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["a"], ["=1+1"]))) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(*change(entry.filename, old.read(entry).decode()))
    return out.getvalue()


def prefixed(name: str, text: str) -> tuple[str, str]:
    if "<sheetData>" in text:
        text = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text).replace("xmlns=", "xmlns:x=")
    return name, text


def moved(name: str, text: str) -> tuple[str, str]:
    return name.replace("worksheets/", "elsewhere/"), text.replace("worksheets/sheet", "elsewhere/sheet")


@pytest.mark.parametrize(
    "change",
    [
        lambda name, text: (name, text),
        lambda name, text: (name, text.replace("<f>", "<f\n>")),
        lambda name, text: (name, text.replace("<f>", '<f\tt="normal">')),
        prefixed,
        moved,
        lambda name, text: (name.replace("worksheets", "Worksheets"), text),
    ],
    ids=["plain", "line end", "tab", "prefix", "elsewhere", "upper case"],
)
def test_workbook_with_a_formula_in_disguise_is_refused(change: Callable[[str, str], tuple[str, str]]) -> None:
    assert code_of(other_sheet(change), "rows.xlsx") == "file-formula"


@pytest.mark.parametrize("name", ["xl/workbook.bin", "content.xml"])
def test_workbook_that_may_be_read_as_another_kind_is_refused(name: str) -> None:
    out = io.BytesIO(workbook(["a"], ["1"]))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, "")
    assert code_of(out.getvalue(), "rows.xlsx") == "file-xlsx"


def test_workbook_whose_rows_begin_lower_keeps_their_numbers() -> None:
    book = Workbook()
    book.active["B1"], book.active["B4"] = "a", "1"
    content = io.BytesIO()
    book.save(content)
    table = read_table(content.getvalue(), "rows.xlsx")
    assert (table.columns, table.rows) == (("a",), ((4, {"a": "1"}),))


def test_file_with_one_row_too_many_is_refused_and_the_last_row_allowed_is_read() -> None:
    rows = "a\n" + "1\n" * MOST_ROWS
    assert len(read_table(rows.encode(), "rows.csv").rows) == MOST_ROWS
    assert code_of(f"{rows}1\n".encode(), "rows.csv") == "file-too-many-rows"
    assert code_of(json.dumps([{"a": "1"}] * (MOST_ROWS + 1)).encode(), "rows.json") == "file-too-many-rows"


@pytest.mark.django_db
def test_file_with_more_rows_than_the_setting_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CART_UPLOAD_ROWS", 2)
    staff, found = make_staff(), []
    for count in (2, 3):
        sent = Sent("applications", "rows.csv", "\n".join([HEADER, *["A"] * count]).encode())
        received = receive_upload(sent, key=str(count), by=staff, at=now())[0]
        upload = check_upload(received.pk, at=now(), advance=lambda done, total: None)
        found.append((upload.rows_total, {fault[2] for fault in faults(upload)} & {"file-too-many-rows"}))
    assert found == [(2, set()), (0, {"file-too-many-rows"})]


@pytest.mark.django_db
def test_file_above_the_limit_is_refused_before_it_is_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CART_UPLOAD_BYTES", 1_000)
    staff = make_staff()
    assert send(client, staff, b"a\n" + b"1" * 998).status_code == 202
    answer = send(client, staff, b"a\n" + b"1" * 999, **{"Idempotency-Key": "two"})
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert Upload.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("mark", ["=", "+", "-", "@"])
def test_text_that_would_run_in_a_spreadsheet_is_kept_as_text(client: Client, mark: str) -> None:
    staff = make_staff()
    paragraph = make_paragraph(make_product(holder=holder_of(staff)), includes_children=True)
    said = f"{mark}cmd|' /C calc'!A0 \\ \t tab"
    row = line(paragraph, make_centre().site_number, motivation=said)
    answer = send(client, staff, f"{HEADER}\n{row}")
    upload = check_upload(answer.json()["id"], at=now(), advance=lambda done, total: None)
    assert (upload.state, faults(upload)) == ("READY", [])
    assert upload.rows.get().data["motivation"] == said


KEYS = st.sampled_from([column for kind in KINDS.values() for column in kind.columns])
CELLS = st.one_of(
    st.text(max_size=12), st.integers(), st.booleans(), st.none(), st.floats(), st.lists(st.text(max_size=3))
)
JSONS = st.lists(st.dictionaries(st.one_of(KEYS, st.text(max_size=5)), CELLS, max_size=8), max_size=4)


TEMPLATES = [template_workbook(kind) for kind in sorted(KINDS)]


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A header that may be right, and cells that seldom are."""
    kind = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    cells = st.one_of(st.sampled_from(kind.example), st.text(max_size=15))
    rows = draw(st.lists(st.lists(cells, min_size=len(kind.columns), max_size=len(kind.columns)), max_size=4))
    separator = draw(st.sampled_from(",;"))
    return "\n".join([separator.join(kind.columns), *(separator.join(row) for row in rows)]).encode("utf-8", "replace")


@st.composite
def broken_workbooks(draw: st.DrawFn) -> bytes:
    """A template in which some bytes are others, or are missing."""
    content = bytearray(draw(st.sampled_from(TEMPLATES)))
    for _ in range(draw(st.integers(0, 4))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(content[: draw(st.integers(0, len(content)))])


ANY_FILE = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=100).map(lambda rest: b"PK\x03\x04" + rest),
    JSONS.map(lambda rows: json.dumps(rows).encode()),
    tables(),
    broken_workbooks(),
)


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(content=ANY_FILE, ending=st.sampled_from(["csv", "xlsx", "json"]), kind=st.sampled_from(sorted(KINDS)))
def test_any_bytes_end_ready_or_rejected_and_write_no_row(
    people: dict[str, User], content: bytes, ending: str, kind: str
) -> None:
    sent = Sent(kind, f"rows.{ending}", content, DELIVERED, "RIZIV-INAMI")
    key = str(Upload.objects.count())
    upload, _job = receive_upload(sent, key=key, by=people[KINDS[kind].role], at=now())
    found = check_upload(upload.pk, at=now(), advance=lambda done, total: None)
    assert found.state in ("READY", "REJECTED")
    assert (found.state == "READY") == (found.rows_total > 0 and not found.problems.exists())
    assert found.rows.filter(state="FAULTY").count() == found.rows_faulty


@pytest.fixture
def people(db: None) -> dict[str, User]:
    return {Role.HOLDER: make_staff(), Role.SECRETARIAT: make_user(Role.SECRETARIAT)}
