"""Short lines of text put on the pages of a bound file, in the typeface of the dossiers."""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Final, Literal

import pikepdf
from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]  # has no types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # has no types
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from evaluation.dossiers.press import FONTS

FACE: Final = FONTS / "SourceSans3-Regular.ttf"
ENCODING: Final = "cp1252"
FIRST, LAST = 32, 255
FONT: Final = "/CartStamp"
GREY: Final = "0.35 0.39 0.43 rg"


@dataclass(frozen=True, slots=True)
class Face:
    """The part of the typeface that stamps use; widths in thousandths of its size, by code."""

    data: bytes
    widths: tuple[int, ...]
    ascent: int
    descent: int
    box: tuple[int, int, int, int]

    def width(self, text: str, size: float) -> float:
        return sum(self.widths[code - FIRST] for code in encoded(text)) * size / 1000


@dataclass(frozen=True, slots=True)
class Line:
    """Text at a place in points from the lower left corner; `side` says which end of it stands there."""

    text: str
    x: float
    y: float
    side: Literal["left", "middle", "right"] = "left"
    size: float = 7.5


def encoded(text: str) -> bytes:
    """What the encoding of the stamps lacks becomes a question mark; a name on a cover is never the only place."""
    return text.encode(ENCODING, "replace")


@cache
def face() -> Face:
    """The typeface of the stamps, cut down to the signs that its encoding knows."""
    with TTFont(FACE, recalcTimestamp=False) as font:
        names, metrics, unit = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
        signs = [bytes([code]).decode(ENCODING, "replace") for code in range(FIRST, LAST + 1)]
        widths = tuple(metrics[names[ord(sign)]][0] * 1000 // unit if ord(sign) in names else 0 for sign in signs)
        head, hhea = font["head"], font["hhea"]
        box = tuple(side * 1000 // unit for side in (head.xMin, head.yMin, head.xMax, head.yMax))
        subsetter = Subsetter(Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[]))
        subsetter.populate(text="".join(signs))
        subsetter.subset(font)
        kept = BytesIO()
        font.save(kept, reorderTables=True)
        return Face(kept.getvalue(), widths, hhea.ascent * 1000 // unit, hhea.descent * 1000 // unit, box)


def add_font(pdf: Pdf) -> pikepdf.Object:
    """The typeface as an object of a file, to be put there once."""
    part = face()
    program = Stream(pdf, part.data)
    program.Length1 = len(part.data)
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/CARTST+SourceSans3-Regular"),
        Flags=32,
        FontBBox=Array(part.box),
        ItalicAngle=0,
        Ascent=part.ascent,
        Descent=part.descent,
        CapHeight=660,
        StemV=84,
        FontFile2=program,
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.TrueType,
            BaseFont=Name("/CARTST+SourceSans3-Regular"),
            FirstChar=FIRST,
            LastChar=LAST,
            Widths=Array(part.widths),
            Encoding=Name.WinAnsiEncoding,
            FontDescriptor=pdf.make_indirect(descriptor),
        )
    )


def drawing(lines: tuple[Line, ...]) -> bytes:
    """The lines as instructions of a page whose resources name the typeface `FONT`."""
    parts = [b"q", GREY.encode()]
    for line in lines:
        width = face().width(line.text, line.size)
        x = line.x - {"left": 0.0, "middle": width / 2, "right": width}[line.side]
        text = encoded(line.text).hex()
        parts.append(f"BT {FONT} {line.size:g} Tf {x:.2f} {line.y:.2f} Td <{text}> Tj ET".encode())
    return b"\n".join([*parts, b"Q"])


def stamp(pdf: Pdf, page: pikepdf.Page, font: pikepdf.Object, lines: tuple[Line, ...]) -> None:
    """Put lines on a page that stands upright, over what it shows."""
    if "/Resources" not in page.obj:
        page.obj.Resources = Dictionary()
    resources = page.obj.Resources
    if "/Font" not in resources:
        resources.Font = Dictionary()
    resources.Font[FONT] = font
    page.contents_add(b"q", prepend=True)
    page.contents_add(b"Q\n" + drawing(lines))
