"""Context to HTML to PDF. The only module that knows WeasyPrint.

The same context gives the same bytes: nothing outside the bundle is read, and every date, identifier and font is fixed.
"""

import hashlib
import logging
import re
import warnings
from datetime import datetime
from functools import cache
from pathlib import Path

from django.template import Context, Engine
from django.utils import translation
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # has no types
from pydyf import PDF, Stream  # type: ignore[import-untyped]  # has no types
from weasyprint import HTML, Attachment
from weasyprint.document import Document
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from evaluation.dossiers.codes import scan_code
from evaluation.dossiers.model import DossierContext, Language, Reading
from evaluation.dossiers.summary import site_summary
from evaluation.dossiers.tags import applicable, stamp

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
FONTS = ROOT / "static" / "fonts"
TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".ttf": "font/ttf"}
INK = re.compile("(?:[0-9a-f]{6})?")
LOGGER = logging.getLogger("weasyprint")
PDF_UA = (Path(__file__).parent / "pdfua.xml").read_bytes()


class OutsideBundleError(FatalURLFetchingError):  # type: ignore[misc]  # WeasyPrint has no types
    """Something asked for a file that is not part of the bundle; `code` says whether a font is what is missing."""

    @property
    def code(self) -> str:
        return "font-missing" if "bundle:/fonts/" in str(self) else "outside-bundle"


class RenderFault(Exception):  # noqa: N818  # named for what happened
    """Something of the bundle could not be used, so the file would not look as it should; `code` says what."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class _Complaints(logging.Handler):
    """What WeasyPrint only notes down while it leaves a font or an image out."""

    CODES = (("font", "font-broken"), ("image", "image-broken"), ("svg", "image-broken"))

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        if record.levelno >= logging.ERROR or said.startswith("Font-face"):
            self.found.append(said)

    def raise_first(self) -> None:
        for said in self.found:
            code = next((code for word, code in self.CODES if word in said.lower()), "render-fault")
            raise RenderFault(code, said)


class BundleFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Serves the style sheet, the fonts and the signs by name and refuses every other address.

    `?1a6a4b` behind a sign gives its ink.
    """

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        address, _, ink = url.partition("?")
        path = bundle().get(address)
        if path is None or not INK.fullmatch(ink):
            raise OutsideBundleError(f"not in the bundle: {url}")
        content = path.read_bytes().replace(b"currentColor", f"#{ink}".encode()) if ink else path.read_bytes()
        return URLFetcherResponse(url, content, {"Content-Type": TYPES[path.suffix]})


@cache
def bundle() -> dict[str, Path]:
    """Every address a dossier may use, with its file."""
    folder = TEMPLATES / "dossiers"
    addresses = {f"bundle:/{path.name}": path for path in sorted(folder.glob("*.css"))}
    signs = [*folder.glob("signs/*.svg"), *TEMPLATES.glob("components/signs/*.svg")]
    addresses |= {f"bundle:/signs/{path.name}": path for path in sorted(signs)}
    return addresses | {f"bundle:/fonts/{path.name}": path for path in sorted(FONTS.glob("*.ttf"))}


@cache
def engine() -> Engine:
    """The template engine of dossiers: escaping on, no context of a page, only these templates."""
    libraries = {"i18n": "django.templatetags.i18n", "dossier": "evaluation.dossiers.tags"}
    return Engine(dirs=[str(TEMPLATES)], libraries=libraries, autoescape=True)


@cache
def covered() -> frozenset[int]:
    """The code points that the upright sans has; every text falls back on it."""
    with TTFont(FONTS / "SourceSans3-Regular.ttf") as font:
        return frozenset(font.getBestCmap())


def render_html(context: DossierContext) -> str:
    """The dossier as HTML in its own language; a character without glyph is shown by its code point and named."""
    html = _fill(context, replaced="")
    if not (missing := lacking(html)):
        return html
    html = _fill(context, replaced=", ".join(f"U+{ord(char):04X}" for char in missing))
    return html.translate({ord(char): f"[U+{ord(char):04X}]" for char in missing})


def lacking(html: str) -> list[str]:
    """The characters that no bundled typeface has, in order."""
    return sorted({char for char in html if ord(char) not in covered() and char not in "\n\t"})


def html_to_pdf(html: str, *, identifier: bytes, receipt: bytes, at: datetime) -> bytes:
    """A tagged PDF, PDF/UA-1 and PDF/A-3a, with the receipt attached.

    `identifier` is 16 bytes, the same for the same dossier; `at` dates the attachment.
    Raises `OutsideBundleError` when the HTML refers to anything but the bundle.
    """
    attachment = Attachment(
        string=receipt, name="receipt.json", description="receipt.json", relationship="Data", created=at, modified=at
    )
    return _write(html, pdf_variant="pdf/a-3a", finisher=_finish, pdf_identifier=identifier, attachments=[attachment])


def tagged_pdf(html: str) -> bytes:
    """A paper other than a dossier: PDF/UA-1 and PDF/A-3a, nothing attached; its dates stand in the HTML."""
    return _write(
        html,
        pdf_variant="pdf/a-3a",
        finisher=_finish,
        pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
    )


def render_page(template: str, language: Language, values: dict[str, object]) -> bytes:
    """Pages of a bound file in the style of a dossier: untagged, no standard claimed, the same bytes every time."""
    html = page_html(template, language, values)
    return _write(html, pdf_identifier=hashlib.sha256(html.encode()).digest()[:16])


def page_html(template: str, language: Language, values: dict[str, object]) -> str:
    """Such pages as HTML; a character without glyph is shown by its code point."""
    with translation.override(language):
        html = (
            engine()
            .get_template(template)
            .render(Context(values | {"language": language}, use_l10n=False, use_tz=False))
        )
    return html.translate({ord(char): f"[U+{ord(char):04X}]" for char in lacking(html)})


def _write(html: str, **options: object) -> bytes:
    """Raises `OutsideBundleError`, and `RenderFault` where WeasyPrint would go on without a font or an image."""
    complaints = _Complaints()
    LOGGER.addHandler(complaints)
    try:
        document = HTML(string=html, base_url="bundle:/", url_fetcher=BundleFetcher())
        with warnings.catch_warnings():
            # WeasyPrint leaves the file of its colour profile to the garbage collector.
            warnings.filterwarnings("ignore", message="unclosed file .*icc", category=ResourceWarning)
            pdf = document.write_pdf(**options)
    finally:
        LOGGER.removeHandler(complaints)
    complaints.raise_first()
    return bytes(pdf)


def _fill(context: DossierContext, *, replaced: str) -> str:
    readings = _readings(context)
    values = {
        "context": context,
        "summary": site_summary(context),
        "readings": readings,
        **_chosen(readings),
        "replaced": replaced,
        "code": scan_code(context.verify_url) if context.verify_url else None,
        "stamp": stamp(context.identification.evaluated_at),
    }
    with translation.override(context.language):
        template = engine().get_template("dossiers/dossier.html")
        return template.render(Context(values, use_l10n=False, use_tz=False))


def _readings(context: DossierContext) -> tuple[Reading, ...]:
    found = {reading.id: reading for criterion in applicable(context.criteria) for reading in criterion.readings}
    return tuple(sorted(found.values(), key=lambda reading: (len(reading.id), reading.id)))


def _chosen(readings: tuple[Reading, ...]) -> dict[str, object]:
    """Who chose and when, where that is one and the same for all readings."""
    found = {(reading.by, reading.on) for reading in readings}
    by, on = found.pop() if len(found) == 1 else ("", None)
    return {"chosen_by": by, "chosen_on": on}


def _finish(document: Document, pdf: PDF) -> None:
    _claim_pdf_ua(pdf)
    _end_streams_clearly(pdf)


def _claim_pdf_ua(pdf: PDF) -> None:
    metadata: Stream = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    data = b"".join(part if isinstance(part, bytes) else part.encode() for part in metadata.stream)
    head, _, tail = data.rpartition(b"</rdf:RDF>")
    metadata.stream = [head, PDF_UA, b"</rdf:RDF>", tail]
    metadata.compress = False


def _end_streams_clearly(pdf: PDF) -> None:
    """A compressed stream that ends in a line end is read one byte short by strict readers: store it plain."""
    for item in pdf.objects:
        if isinstance(item, Stream) and item.compress and item.data.endswith((b"\r\nendstream", b"\n\nendstream")):
            item.compress = False
