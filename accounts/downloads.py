"""What leaves the desk as a file to keep: above all CSV, that must not run in the reader's spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

RUNS = ("=", "+", "-", "@", "\t", "\r")


def escaped_cell(text: str) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{text}" if text.startswith(RUNS) else text


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV with a byte-order mark, so that a spreadsheet reads accents; None is an empty cell."""
    lines = io.StringIO()
    lines.write("\ufeff")
    writer = csv.writer(lines)
    for row in rows:
        writer.writerow(["" if cell is None else escaped_cell(str(cell)) for cell in row])
    return lines.getvalue()


def csv_response(rows: Iterable[Sequence[object]], *, file_name: str) -> HttpResponse:
    """A CSV to keep, not to show; `file_name` is ours, never a person's."""
    return file_response(csv_text(rows).encode(), media_type="text/csv; charset=utf-8", file_name=file_name)


def file_response(content: bytes, *, media_type: str, file_name: str) -> HttpResponse:
    """Any other file to keep, not to show; `file_name` is ours, never a person's."""
    answered = HttpResponse(content, content_type=media_type)
    answered["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answered
