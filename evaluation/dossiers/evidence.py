"""What a third party filed, rewritten so that only its pages remain: nothing that acts, nothing from outside.

A page keeps what it draws. Scripts, actions, forms, embedded files and references to other files go; what a form or a
note showed on the page is drawn into it first.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

ENCRYPTED: Final = "encrypted"
BROKEN: Final = "broken"

KEPT_OF_A_PAGE: Final = frozenset(
    {"/Type", "/Parent", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group"}
)
"""Of a page only what draws it; its actions, annotations, thumbnail and application data are not on this list."""

ACTING: Final = frozenset(
    {
        "/A",
        "/AA",
        "/AF",
        "/AcroForm",
        "/Alternates",
        "/Annots",
        "/Collection",
        "/EF",
        "/EmbeddedFiles",
        "/JS",
        "/JavaScript",
        "/Metadata",
        "/Next",
        "/OPI",
        "/OpenAction",
        "/PieceInfo",
        "/Ref",
        "/RichMediaContent",
        "/StructParent",
        "/StructParents",
        "/URI",
        "/XFA",
    }
)
OF_STREAMS: Final = frozenset({"/F", "/FFilter", "/FDecodeParms"})
"""The keys by which a stream takes its bytes from another file."""

NAMES_OF_RESOURCES: Final = frozenset(
    {"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties", "/CharProcs"}
)
"""Dictionaries whose keys are names of the producer's own choice."""

ACTIONS: Final = frozenset(
    {
        "/GoTo3DView",
        "/GoToE",
        "/GoToR",
        "/Hide",
        "/ImportData",
        "/JavaScript",
        "/Launch",
        "/Movie",
        "/Named",
        "/Rendition",
        "/ResetForm",
        "/RichMediaExecute",
        "/SetOCGState",
        "/Sound",
        "/SubmitForm",
        "/Thread",
        "/Trans",
        "/URI",
    }
)


class EvidenceUnreadable(Exception):  # noqa: N818  # named for what was found
    """A piece of evidence that cannot be bound; `code` is `encrypted` or `broken`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def cleaned_evidence(file: BinaryIO) -> Pdf:
    """The pages of a PDF as a document of their own that does nothing but show them.

    `file` stays open as long as the result is used. Raises `EvidenceUnreadable`.
    """
    try:
        source = pikepdf.open(file)
        if source.is_encrypted:
            raise EvidenceUnreadable(ENCRYPTED)
        return _pages_only(source)
    except pikepdf.PasswordError as error:
        raise EvidenceUnreadable(ENCRYPTED) from error
    except (pikepdf.PdfError, pikepdf.DataDecodingError, RuntimeError, ValueError, TypeError, KeyError) as error:
        raise EvidenceUnreadable(BROKEN) from error


def _pages_only(source: Pdf) -> Pdf:
    if not source.pages:
        raise EvidenceUnreadable(BROKEN)
    _draw_annotations(source)
    for page in source.pages:
        if not isinstance(page.obj.get("/Type"), Name) or page.obj.Type != Name.Page:
            raise EvidenceUnreadable(BROKEN)
        box = [float(side) for side in page.mediabox]
        if len(box) != 4 or box[2] == box[0] or box[3] == box[1]:
            raise EvidenceUnreadable(BROKEN)
        for key in set(page.obj.keys()) - KEPT_OF_A_PAGE:
            del page.obj[key]
    for key in set(source.Root.keys()) - {"/Type", "/Pages"}:
        del source.Root[key]
    cleaned = Pdf.new()
    cleaned.pages.extend(source.pages)
    for page in cleaned.pages:
        _clean(page.obj)
    return cleaned


def _draw_annotations(source: Pdf) -> None:
    """Filled-in fields, stamps and notes become part of the page as it is seen on screen."""
    if "/AcroForm" in source.Root:
        source.generate_appearance_streams()
    source.flatten_annotations("screen")


def _clean(page: Object) -> None:
    """Walk everything the page reaches, each object once, and take out what acts or points outside."""
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[Object, bool]] = [(page, False)]
    while waiting:
        item, of_names = waiting.pop()
        if item.is_indirect:
            if item.objgen in seen:
                continue
            seen.add(item.objgen)
        if isinstance(item, Dictionary | Stream):
            _take_out(item, frozenset() if of_names else ACTING)
        waiting += _below(item)


def _take_out(item: Dictionary | Stream, doomed: frozenset[str]) -> None:
    doomed = doomed | OF_STREAMS if isinstance(item, Stream) else doomed
    for key in list(item.keys()):
        if key in doomed or _is_action(item[key]) or _is_program(item[key]):
            del item[key]


def _is_action(value: Object) -> bool:
    return isinstance(value, Dictionary) and str(value.get("/S", "")) in ACTIONS


def _is_program(value: Object) -> bool:
    """A PostScript XObject would be sent to a printer as it is."""
    return isinstance(value, Stream) and value.get("/Subtype") == Name.PS


def _below(item: Object) -> Iterator[tuple[Object, bool]]:
    """What hangs under an object, and whether its keys are free names."""
    if isinstance(item, Dictionary | Stream):
        for key, value in list(item.items()):
            if key != "/Parent" and isinstance(value, Dictionary | Stream | Array):
                yield value, key in NAMES_OF_RESOURCES and not isinstance(value, Stream)
    elif isinstance(item, Array):
        for value in item:
            if isinstance(value, Dictionary | Stream | Array):
                yield value, False
