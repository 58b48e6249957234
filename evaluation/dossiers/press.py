"""HTML to PDF. The only module that knows WeasyPrint.

The same HTML gives the same bytes: nothing outside the bundle is read, and every date, identifier and font is fixed.
"""

import gc
import hashlib
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import local
from typing import Final

from pydyf import PDF, Array, Dictionary, Stream  # type: ignore[import-untyped]  # has no types
from weasyprint import CSS, HTML, Attachment
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
FONTS = ROOT / "static" / "fonts"
TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".ttf": "font/ttf"}
INK = re.compile("(?:[0-9a-f]{6})?")
SHEET = re.compile(r'<link rel="stylesheet" href="(bundle:/[\w-]+\.css)">\n?')
RARELY: Final = 1_000_000
LOGGER = logging.getLogger("weasyprint")
PDF_UA = (Path(__file__).parent / "pdfua.xml").read_bytes()
STANDING = local()


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


@dataclass(slots=True)
class Press:
    """The style sheets, fonts and signs of a bundle as WeasyPrint reads them: alike for every file, so read once."""

    bundle: dict[str, Path]
    fonts: FontConfiguration = field(default_factory=FontConfiguration)
    sheets: dict[str, CSS] = field(default_factory=dict)
    images: dict[str, object] = field(default_factory=dict)

    def sheet(self, address: str) -> CSS:
        if address not in self.sheets:
            self.sheets[address] = CSS(url=address, url_fetcher=BundleFetcher(), font_config=self.fonts)
        return self.sheets[address]


@contextmanager
def _press() -> Iterator[Press]:
    """The press of this thread; one that met a fault is given up, for it may lack a font or an image."""
    press = getattr(STANDING, "press", None)
    if press is None or press.bundle != bundle():
        press = Press(bundle())
    STANDING.press = None
    yield press
    STANDING.press = press


@contextmanager
def collecting_afterwards() -> Iterator[None]:
    """What rendering makes lives to its end: looking for rubbish among it takes a third of the time.

    Inside another such block it leaves the rubbish to that one.
    """
    usual = gc.get_threshold()
    if usual[0] == RARELY:
        yield
        return
    gc.set_threshold(RARELY, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.collect(1)


def html_to_pdf(html: str, *, identifier: bytes, receipt: bytes, at: datetime) -> bytes:
    """A tagged PDF, PDF/UA-1 and PDF/A-3a, with the receipt attached.

    `identifier` is 16 bytes, the same for the same dossier; `at` dates the attachment.
    Raises `OutsideBundleError` when the HTML refers to anything but the bundle.
    """
    attachment = Attachment(
        string=receipt, name="receipt.json", description="receipt.json", relationship="Data", created=at, modified=at
    )
    return write_pdf(
        html, pdf_variant="pdf/a-3a", finisher=_finish, pdf_identifier=identifier, attachments=[attachment]
    )


def tagged_pdf(html: str) -> bytes:
    """A paper other than a dossier: PDF/UA-1 and PDF/A-3a, nothing attached; its dates stand in the HTML."""
    return write_pdf(
        html,
        pdf_variant="pdf/a-3a",
        finisher=_finish,
        pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
    )


def write_pdf(html: str, **options: object) -> bytes:
    """Raises `OutsideBundleError`, and `RenderFault` where WeasyPrint would go on without a font or an image."""
    complaints = _Complaints()
    LOGGER.addHandler(complaints)
    try:
        with collecting_afterwards(), _press() as press:
            content = _written(html, press, options)
            complaints.raise_first()
            return content
    finally:
        LOGGER.removeHandler(complaints)


def _written(html: str, press: Press, options: dict[str, object]) -> bytes:
    sheets = [press.sheet(address) for address in SHEET.findall(html)]
    document = HTML(string=SHEET.sub("", html), base_url="bundle:/", url_fetcher=BundleFetcher())
    given = {"stylesheets": sheets, "font_config": press.fonts, "cache": press.images, "uncompressed_pdf": True}
    with warnings.catch_warnings():
        # WeasyPrint leaves the file of its colour profile to the garbage collector.
        warnings.filterwarnings("ignore", message="unclosed file .*icc", category=ResourceWarning)
        return bytes(document.write_pdf(**given, **{"finisher": _compress, **options}))


def _finish(document: Document, pdf: PDF) -> None:
    _compress(document, pdf)
    _say_what_heads_are_of(pdf)
    _name_files_once(pdf)
    _claim_pdf_ua(pdf)
    _end_streams_clearly(pdf)


def _compress(document: Document, pdf: PDF) -> None:
    """Streams are packed, objects are not: a pack reads a few objects of each dossier, not its whole tree of tags."""
    for item in pdf.objects:
        if isinstance(item, Stream):
            item.compress = True


def _say_what_heads_are_of(pdf: PDF) -> None:
    """A head of a table is of its column in the table's head, else of its row."""
    for item in pdf.objects:
        if isinstance(item, Dictionary) and item.get("S") == "/TH":
            row = pdf.objects[int(item["P"].split()[0])]
            group = pdf.objects[int(row["P"].split()[0])]
            item["A"]["Scope"] = "/Column" if group.get("S") == "/THead" else "/Row"


def _name_files_once(pdf: PDF) -> None:
    """The library names an attached file twice."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = Array(dict.fromkeys(pdf.catalog["AF"]))


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
