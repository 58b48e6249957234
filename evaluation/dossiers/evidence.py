"""What a third party filed, rewritten so that only its pages remain: nothing that acts, nothing from outside.

A page keeps what it draws. Scripts, actions, forms, embedded files and references to other files go; what a form or a
note showed on the page is drawn into it first.

Run as a script it does so in a process of its own, with bounds on memory and time: a PDF on standard input, its pages
on standard output.
"""

import errno
import resource
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

ENCRYPTED: Final = "encrypted"
BROKEN: Final = "broken"
SAID: Final = {2: ENCRYPTED, 3: BROKEN}
FULL: Final = 4
BOUNDS: Final = {
    resource.RLIMIT_AS: 1024 * 1024 * 1024,
    resource.RLIMIT_STACK: 4 * 1024 * 1024,
    resource.RLIMIT_CPU: 60,
    resource.RLIMIT_CORE: 0,
}
"""Bytes and seconds for one piece; half the usual stack, so that what gets through gets through the worker too."""

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


def evidence_apart(file: BinaryIO, kept: BinaryIO) -> Pdf:
    """`cleaned_evidence` where a piece that eats memory, hangs or kills its process harms nothing but itself.

    Each page is one finished drawing, which whoever binds it need not unpack. `kept` takes the bytes and stays open as
    long as the result is used. Raises `EvidenceUnreadable`; `OSError` and `MemoryError` where the machine is short.
    """
    done = subprocess.run([sys.executable, "-I", __file__], input=file.read(), stdout=kept, check=False)
    if done.returncode == FULL:
        raise OSError(errno.ENOSPC, "no space left for a piece of evidence")
    if done.returncode == -9:
        raise MemoryError
    if done.returncode:
        raise EvidenceUnreadable(SAID.get(done.returncode, BROKEN))
    kept.seek(0)
    return pikepdf.open(kept)


def main() -> None:
    for kind, bound in BOUNDS.items():
        resource.setrlimit(kind, (bound, bound))
    out = BytesIO()
    try:
        _drawings(cleaned_evidence(BytesIO(sys.stdin.buffer.read()))).save(out, deterministic_id=True)
    except EvidenceUnreadable as unreadable:
        sys.exit(next(status for status, code in SAID.items() if code == unreadable.code))
    try:
        sys.stdout.buffer.write(out.getbuffer())
        sys.stdout.buffer.flush()
    except OSError:
        sys.exit(FULL)


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


def _drawings(cleaned: Pdf) -> Pdf:
    """The same pages, the content of each as one form; a crop that leaves nothing of the sheet is no crop."""
    drawn = Pdf.new()
    for page in cleaned.pages:
        seen = page.obj.get("/CropBox", Array())
        if len(seen) and not _overlap(page):
            del page.obj["/CropBox"]
        form = drawn.copy_foreign(page.as_form_xobject(handle_transformations=False))
        drawn.add_blank_page()
        sheet = drawn.pages[-1].obj
        sheet.MediaBox, sheet.CropBox = _sides(page.mediabox), _sides(page.cropbox)
        sheet.Rotate = int(page.obj.get("/Rotate", 0))
        sheet.Resources = Dictionary(XObject=Dictionary(Page=form))
        sheet.Contents = drawn.make_stream(b"/Page Do")
    return drawn


def _sides(box: Array) -> Array:
    """Left, bottom, right, top. Raises `ValueError` for a box of any other kind."""
    one, two, three, four = (float(side) for side in box)
    return Array([min(one, three), min(two, four), max(one, three), max(two, four)])


def _overlap(page: pikepdf.Page) -> bool:
    sheet, crop = _sides(page.mediabox), _sides(page.cropbox)
    return all(max(sheet[n], crop[n]) < min(sheet[n + 2], crop[n + 2]) for n in (0, 1))


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


if __name__ == "__main__":
    main()
