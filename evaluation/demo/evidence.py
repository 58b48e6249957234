"""The evidence of the demo: small PDFs of invented content, the same bytes whenever they are made."""

from io import BytesIO
from typing import Any

import pikepdf

from evaluation.demo.tables import table

MARK = {"nl": "DEMO, verzonnen inhoud", "fr": "DÉMO, contenu inventé"}
PAGE = {"nl": "bladzijde {number} van {total}", "fr": "page {number} sur {total}"}
A4 = (595, 842)


def evidence_title(slot: str, language: str) -> str:
    return str(table("evidence")[slot][language]["title"])


def cited_page(slot: str) -> int:
    return int(table("evidence")[slot]["page"])


def evidence_pdf(slot: str, language: str, facts: dict[str, Any]) -> bytes:
    """The document of a slot, its words filled in, each page numbered and marked as a demo."""
    words = table("evidence")[slot][language]
    pages = [f"{facts['site']}\n{text.format(**facts)}" for text in words["pages"]]
    return text_pdf(words["title"], pages, language=language)


def text_pdf(title: str, pages: list[str], *, language: str) -> bytes:
    """A PDF of plain lines; equal words give equal bytes."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
    )
    for number, text in enumerate(pages, start=1):
        foot = PAGE[language].format(number=number, total=len(pages))
        pdf.add_blank_page(page_size=A4)
        page = pdf.pages[-1]
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = pdf.make_stream(_drawn(title, text.split("\n"), f"{MARK[language]} - {foot}"))
    pdf.Root.Lang = pikepdf.String(language)
    pdf.docinfo["/Title"] = f"{title} ({MARK[language]})"
    content = BytesIO()
    pdf.save(content, deterministic_id=True)
    return content.getvalue()


def _drawn(title: str, lines: list[str], foot: str) -> bytes:
    shown = [_line(title, size=16, y=770), _line(foot, size=9, y=40)]
    shown += [_line(line, size=11, y=720 - 20 * place) for place, line in enumerate(lines)]
    return b"\n".join(shown)


def _line(text: str, *, size: int, y: int) -> bytes:
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /F1 {size} Tf 60 {y} Td (".encode() + escaped.encode("cp1252", "replace") + b") Tj ET"
