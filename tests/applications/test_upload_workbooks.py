"""What people and programs put into the cells of a workbook, and what is read of it."""

import io
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from applications.bulk.tables import read_table
from tests.applications.test_hostile_forms import repacked

Change = Callable[[Workbook], None]


def read(*rows: list[Any], change: Change = lambda book: None) -> list[tuple[int, dict[str, str]]]:
    book, out = Workbook(), io.BytesIO()
    change(book)
    for row in rows:
        book.active.append(row)
    book.save(out)
    table = read_table(out.getvalue(), "rows.xlsx")
    assert table.faults == {}
    return list(table.rows)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (28, "28"),
        (28.0, "28"),
        (28.5, "28.5"),
        (8_000_000_071, "8000000071"),
        (-1, "-1"),
        (1e20, "100000000000000000000"),
        (True, "true"),
        (date(2024, 5, 1), "2024-05-01"),
        (datetime(2024, 5, 1), "2024-05-01"),  # noqa: DTZ001  # a workbook knows no time zones
        (datetime(2024, 5, 1, 13, 30), "2024-05-01T13:30:00"),  # noqa: DTZ001  # likewise
        (date(9999, 12, 31), "9999-12-31"),
        (time(13, 30), "13:30:00"),
        (timedelta(days=3), "3 days, 0:00:00"),
        (" Campus\u00a0", "Campus"),
        ("8.000.000 071", "8.000.000 071"),
        (CellRichText("Cam", TextBlock(InlineFont(b=True), "pus")), "Campus"),
        ("0071", "0071"),
        ("#N/A is text here", "#N/A is text here"),
    ],
)
def test_cell_of_a_workbook_is_read_as_the_text_that_a_csv_would_hold(value: Any, text: str) -> None:
    assert read(["a"], [value]) == [(2, {"a": text})]


def of_1904(book: Workbook) -> None:
    book.epoch = CALENDAR_MAC_1904


def hidden_before_another(book: Workbook) -> None:
    book.active.sheet_state = "hidden"
    book.create_sheet("other").append(["b", "b"])


def formatted_below(book: Workbook) -> None:
    for place in range(3, 2_000):
        book.active.cell(place, 1).number_format = "@"
    book.active.cell(5_000, 60).number_format = "@"
    book.active._current_row = 0


@pytest.mark.parametrize("change", [of_1904, hidden_before_another, formatted_below])
def test_first_sheet_is_read_whatever_the_workbook_is_like(change: Change) -> None:
    assert read(["a", "b"], [date(2024, 5, 1), 28], change=change) == [(2, {"a": "2024-05-01", "b": "28"})]


def test_merged_cells_hold_their_text_once() -> None:
    book, out = Workbook(), io.BytesIO()
    for row in (["a", "b"], ["one", 1], [None, 2]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.save(out)
    assert list(read_table(out.getvalue(), "rows.xlsx").rows) == [(2, {"a": "one", "b": "1"}), (3, {"b": "2"})]


def test_text_that_stands_in_its_cell_is_read_as_shared_text_is() -> None:
    def inline(name: str, text: bytes) -> bytes:
        return (
            text.replace(b' t="n"><v>7</v>', b' t="inlineStr"><is><t>seven</t></is>') if "worksheets" in name else text
        )

    out = io.BytesIO()
    book = Workbook()
    for row in (["a"], [7]):
        book.active.append(row)
    book.save(out)
    table = read_table(repacked(out.getvalue(), inline), "rows.xlsx")
    assert list(table.rows) == [(2, {"a": "seven"})]
