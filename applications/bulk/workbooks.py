"""The template of a kind as a workbook: a sheet to fill in, then what each column asks, in three languages."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from applications.bulk.columns import LANGUAGES, column_help
from applications.bulk.kinds import KINDS, Kind

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT: Final = "@"
BOLD: Final = Font(bold=True)
WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
WIDTHS: Final = (24, 12, 90, 24)
HEADS: Final[Mapping[str, Sequence[str]]] = {
    "nl": ("kolom", "verplicht", "wat hier komt", "voorbeeld"),
    "fr": ("colonne", "obligatoire", "ce qui s'y écrit", "exemple"),
    "en": ("column", "required", "what goes here", "example"),
}
YES: Final[Mapping[str, str]] = {"nl": "ja", "fr": "oui", "en": "yes"}


def template_workbook(kind: str) -> bytes:
    """The first sheet is read back as it is; every cell is text, so that no number loses a zero and nothing runs."""
    book = Workbook(write_only=True)
    _fill_in(book, kind, KINDS[kind])
    for language in LANGUAGES:
        _explain(book, kind, KINDS[kind], language)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _fill_in(book: Workbook, name: str, kind: Kind) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for place in range(1, len(kind.columns) + 1):
        column = sheet.column_dimensions[get_column_letter(place)]
        column.number_format, column.width = TEXT, WIDTHS[0]
    sheet.append(_texts(sheet, kind.columns, font=BOLD))
    sheet.append(_texts(sheet, kind.example))


def _explain(book: Workbook, name: str, kind: Kind, language: str) -> None:
    sheet = book.create_sheet(language)
    sheet.freeze_panes = "A2"
    for place, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append(_texts(sheet, HEADS[language], font=BOLD))
    for column, example in zip(kind.columns, kind.example, strict=True):
        required = YES[language] if kind.row.model_fields[column].is_required() else ""
        sheet.append(_texts(sheet, (column, required, column_help(name, column, language), example), alignment=WRAPPED))


def _texts(sheet: Any, texts: Iterable[str], **styles: Any) -> list[Any]:
    cells = []
    for text in texts:
        cell = WriteOnlyCell(sheet, value=text or None)
        if text:
            cell.data_type = "s"
        cell.number_format = TEXT
        for name, style in styles.items():
            setattr(cell, name, style)
        cells.append(cell)
    return cells
