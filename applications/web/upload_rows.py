"""What the rows of a checked upload do, on screen: page by page, by what they do, with what each one replaces."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from applications.bulk.exports import told_rows
from applications.bulk.kinds import KINDS
from applications.enums import RowState
from applications.models import Upload, UploadRow

PER_PAGE = 50
SHOWN = (RowState.NEW, RowState.CHANGED, RowState.UNCHANGED)


@dataclass(frozen=True, slots=True)
class Cell:
    """``was`` is what stands there today, None in a column that the row does not change."""

    column: str
    value: str
    was: str | None


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row; one of an application has its outcome as the rules would give it, and what is not met of it."""

    row: UploadRow
    cells: tuple[Cell, ...]
    would_be: dict[str, Any] | None
    would_be_reason: dict[str, Any] | None
    not_met: tuple[str, ...]


def row_page(upload: Upload, *, state: str, number: str | None) -> tuple[Page[UploadRow], list[ShownRow]]:
    """The page that was asked for, of all rows or of those in one state."""
    rows = upload.rows.filter(state=state) if state in SHOWN else upload.rows.all()
    page = Paginator(rows, PER_PAGE).get_page(number)
    return page, _shown(upload, list(page))


def state_chips(upload: Upload, *, state: str) -> list[dict[str, Any]]:
    """Everything, and each thing that rows of this file do; nothing to choose where all do the same."""
    counts = {each: getattr(upload, f"rows_{each.lower()}") for each in SHOWN}
    present = {each: count for each, count in counts.items() if count}
    if len(present) < 2:
        return []
    every = {"label": _("All"), "href": "?", "count": upload.rows_total, "active": state not in SHOWN}
    chips = [
        {"label": each.label, "href": f"?state={each}", "count": count, "active": state == each}
        for each, count in present.items()
    ]
    return [every, *chips]


def _shown(upload: Upload, rows: Sequence[UploadRow]) -> list[ShownRow]:
    return [
        ShownRow(
            row=row,
            cells=_cells(row, KINDS[upload.kind].columns),
            would_be=told.get("would_be"),
            would_be_reason=told.get("would_be_reason"),
            not_met=_not_met(told.get("would_be")),
        )
        for told, row in zip(told_rows(upload, rows), rows, strict=True)
    ]


def _cells(row: UploadRow, columns: Sequence[str]) -> tuple[Cell, ...]:
    """The cells of the file, and those that it leaves out and thereby empties."""
    replaces = row.replaces or {}
    told = (column for column in columns if column in row.data or column in replaces)
    return tuple(Cell(column, row.data.get(column, ""), replaces.get(column)) for column in told)


def _not_met(would_be: dict[str, Any] | None) -> tuple[str, ...]:
    verdicts = would_be["verdicts"] if would_be else {}
    return tuple(criterion for criterion, verdict in verdicts.items() if verdict == "NOT_MET")
