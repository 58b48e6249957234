"""The evidence of one application bound into one file: contents, then each piece on numbered A4 pages.

The file serves reading; it is untagged and claims no standard. Each piece as filed stays stored under its own sha256.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from io import BytesIO
from tempfile import TemporaryFile
from typing import BinaryIO, Final
from unicodedata import category

import pikepdf
from pikepdf import Dictionary, Name, OutlineItem, Pdf

from evaluation.dossiers.canonical import inputs_sha256
from evaluation.dossiers.evidence import EvidenceUnreadable, evidence_apart
from evaluation.dossiers.glyphs import spelled
from evaluation.dossiers.model import Language
from evaluation.dossiers.render import render_page
from evaluation.dossiers.stamps import FONT, Line, add_font, drawing

VERSION: Final = "2"
A4: Final = (595.28, 841.89)
STRIP: Final = 28.0
"""Points at the foot of a page that belong to the stamp; the evidence stands above it."""
EDGE: Final = 57.0

Opener = Callable[[str], BinaryIO]


@dataclass(frozen=True, slots=True)
class Piece:
    """One annex as it is bound; `fault` says why it cannot be, `first` is its first page in the volume."""

    number: int
    title: str
    file_name: str
    sha256: str
    pages: int
    fault: str = ""
    first: int = 0


@dataclass(frozen=True, slots=True)
class VolumeInputs:
    """Everything a volume is made of; the same inputs give the same bytes."""

    language: Language
    reference: str
    subject: str
    pieces: tuple[Piece, ...]

    @property
    def sha256(self) -> str:
        return inputs_sha256(self, form=VERSION)


@dataclass(frozen=True, slots=True)
class BuiltVolume:
    content: bytes
    pages: int
    unreadable: int


def build_volume(inputs: VolumeInputs, *, open_file: Opener) -> BuiltVolume:
    """Bind the annexes. Raises `FileNotFoundError` for one that is not stored; one that cannot be read is named."""
    with ExitStack() as files:
        bound = [_read(piece, open_file(piece.sha256), files.enter_context(TemporaryFile())) for piece in inputs.pieces]
        front, pieces = _front(inputs, [piece for piece, _ in bound])
        volume = Pdf.new()
        volume.pages.extend(front.pages)
        font = add_font(volume)
        total = len(front.pages) + sum(piece.pages for piece in pieces)
        for piece, (_, source) in zip(pieces, bound, strict=True):
            _bind(volume, font, inputs, piece, source or _notice(inputs, piece), total)
        _outline(volume, inputs, pieces)
        content = BytesIO()
        volume.save(content, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return BuiltVolume(content.getvalue(), total, sum(bool(piece.fault) for piece in pieces))


def _read(piece: Piece, file: BinaryIO, kept: BinaryIO) -> tuple[Piece, Pdf | None]:
    try:
        with file:
            source = evidence_apart(file, kept)
    except EvidenceUnreadable as unreadable:
        return replace(piece, fault=unreadable.code, pages=1), None
    return replace(piece, pages=len(source.pages)), source


def _front(inputs: VolumeInputs, pieces: Sequence[Piece]) -> tuple[Pdf, tuple[Piece, ...]]:
    """The contents with page numbers; they count the pages of the contents themselves."""
    length = 1
    while True:
        numbered, first = [], length + 1
        for piece in pieces:
            numbered.append(replace(piece, first=first))
            first += piece.pages
        content = render_page(
            "dossiers/annexes.html", inputs.language, {"volume": inputs, "pieces": numbered, "total": first - 1}
        )
        front = pikepdf.open(BytesIO(content))
        if len(front.pages) == length:
            return front, tuple(numbered)
        length = len(front.pages)


def _notice(inputs: VolumeInputs, piece: Piece) -> Pdf:
    """The page that stands in the place of a piece that cannot be read."""
    content = render_page("dossiers/annex_unreadable.html", inputs.language, {"volume": inputs, "piece": piece})
    return pikepdf.open(BytesIO(content))


def _bind(volume: Pdf, font: pikepdf.Object, inputs: VolumeInputs, piece: Piece, source: Pdf, total: int) -> None:
    names = {"nl": "bijlage", "fr": "annexe"}
    for number, page in enumerate(source.pages, 1):
        width, height = _sheet(page)
        place = piece.first + number - 1
        lines = (
            Line(f"{inputs.reference} · {names[inputs.language]} {piece.number} · {number} / {piece.pages}", EDGE, 15),
            Line(f"{place} / {total}", width - EDGE, 15, side="right"),
        )
        _add_sheet(volume, font, page, (width, height), lines)


def _sheet(page: pikepdf.Page) -> tuple[float, float]:
    """A4, upright or on its side as the page is seen."""
    box = [float(side) for side in page.cropbox]
    wide = abs(box[2] - box[0]) > abs(box[3] - box[1])
    if int(page.obj.get("/Rotate", 0)) % 180:
        wide = not wide
    return (A4[1], A4[0]) if wide else A4


def _add_sheet(
    volume: Pdf, font: pikepdf.Object, page: pikepdf.Page, size: tuple[float, float], lines: tuple[Line, ...]
) -> None:
    """A fresh sheet with the page drawn on it, as large as fits above the strip, and the stamp below."""
    volume.add_blank_page(page_size=size)
    sheet = volume.pages[-1]
    drawn = volume.copy_foreign(page.as_form_xobject())
    room = pikepdf.Rectangle(0, STRIP, size[0], size[1])
    name = Name("/Evidence")
    placed = sheet.calc_form_xobject_placement(
        drawn, name, room, invert_transformations=True, allow_shrink=True, allow_expand=False
    )
    sheet.obj.Resources = Dictionary(XObject=Dictionary({"/Evidence": drawn}), Font=Dictionary({FONT: font}))
    sheet.obj.Contents = volume.make_stream(placed + b"\n" + drawing(lines))


def _outline(volume: Pdf, inputs: VolumeInputs, pieces: Sequence[Piece]) -> None:
    volume.docinfo["/Title"] = f"{inputs.reference}: {inputs.subject}"
    volume.Root.Lang = pikepdf.String(f"{inputs.language}-BE")
    volume.Root.PageMode = Name.UseOutlines
    with volume.open_outline() as outline:
        for piece in pieces:
            outline.root.append(OutlineItem(f"{piece.number}. {_seen(piece.title)}", piece.first - 1))


def _seen(title: str) -> str:
    """A title in which what turns or hides a text stands by its code point, as on the contents page."""
    return "".join(spelled(char) if category(char) in {"Cc", "Cf"} else char for char in title)
