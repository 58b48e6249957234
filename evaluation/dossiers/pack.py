"""All dossiers of a batch in one file for convenience, put together from the stored ones.

The front is rendered; the dossiers are taken as they are stored, page for page. The file is untagged and claims no
standard: the single dossiers are the originals.
"""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from typing import Final

import pikepdf
import rfc8785
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf

from evaluation.dossiers.annexes import Opener
from evaluation.dossiers.canonical import plain
from evaluation.dossiers.model import Language
from evaluation.dossiers.press import collecting_afterwards
from evaluation.dossiers.render import page_html, render_page
from evaluation.dossiers.stamps import Line, add_font, stamp

TEMPLATE: Final = "dossiers/pack.html"
VERSION: Final = "1"
MIDDLE: Final = 297.64
STAMP_AT: Final = 41.0


@dataclass(frozen=True, slots=True)
class Outcome:
    population: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Verdict:
    criterion: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Part:
    """One stored dossier; `first` is its first page in the pack."""

    reference: str
    site: str
    product: str
    version: int
    sha256: str
    pages: int
    outcomes: tuple[Outcome, ...]
    verdicts: tuple[Verdict, ...]
    first: int = 0

    @property
    def by_criterion(self) -> Mapping[str, str]:
        return {each.criterion: each.verdict for each in self.verdicts}


@dataclass(frozen=True, slots=True)
class Item:
    """One line of an agenda; `page` is where its dossier starts in the pack."""

    reference: str
    site: str
    product: str
    population: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class Sitting:
    held_on: date
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class PackInputs:
    """Everything a pack is made of; the same inputs give the same bytes."""

    language: Language
    batch: str
    batch_year: int
    batch_month: int
    reference_on: date
    criteria: tuple[str, ...]
    sittings: tuple[Sitting, ...]
    parts: tuple[Part, ...]

    @property
    def sha256(self) -> str:
        told = {"inputs": plain(self), "form": VERSION}
        return hashlib.sha256(rfc8785.dumps(told)).hexdigest()  # type: ignore[arg-type]  # plain data only


@dataclass(frozen=True, slots=True)
class BuiltPack:
    content: bytes
    pages: int


def build_pack(inputs: PackInputs, *, open_file: Opener, front_pages: int = 4) -> BuiltPack:
    """Front, dossiers, bookmarks. Raises `FileNotFoundError` for a dossier that is not stored.

    `front_pages` is how long the front will be, as far as is known; a wrong number costs time and changes no byte.
    """
    with collecting_afterwards(), ExitStack() as files:
        sources = [_open(pikepdf.open(files.enter_context(open_file(part.sha256)))) for part in inputs.parts]
        counted = [replace(part, pages=len(each.places)) for part, each in zip(inputs.parts, sources, strict=True)]
        front, parts = _front(inputs, counted, length=front_pages)
        pack = Pdf.new()
        every = (front, *sources)
        for source in every:
            pack.pages.extend(source.pdf.pages)
        pages = [page.obj for page in pack.pages]
        for source, offset in zip(every, (0, *(part.first - 1 for part in parts)), strict=True):
            _point(pack, pages, source, offset)
        _number(pack, inputs, start=len(front.places))
        _outline(pack, inputs, parts, front, sources)
        content = BytesIO()
        pack.save(content, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return BuiltPack(content.getvalue(), len(pack.pages))


@dataclass(frozen=True, slots=True)
class _Source:
    """A file whose pages go into the pack: its pages by object, its named places, and per page where links stand."""

    pdf: Pdf
    places: Mapping[tuple[int, int], int]
    named: Mapping[str, pikepdf.Object]
    links: tuple[tuple[tuple[str, Array], ...], ...]


def _open(pdf: Pdf) -> _Source:
    """Names, links and what belonged to its tags leave the file: in the pack two dossiers use the same names."""
    names = list(pdf.Root.get("/Names", Dictionary()).get("/Dests", Dictionary()).get("/Names", Array()))
    places = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    links = []
    for page in pdf.pages:
        found = [link for link in page.obj.get("/Annots", ()) if "/Dest" in link]
        links.append(tuple((str(link.Dest), Array(list(link.Rect))) for link in found))
        for key in {"/Annots", "/StructParents", "/Tabs"} & set(page.obj.keys()):
            del page.obj[key]
    if "/Names" in pdf.Root:
        del pdf.Root["/Names"]
    named = {str(name): target for name, target in zip(names[::2], names[1::2], strict=True)}
    return _Source(pdf, places, named, tuple(links))


def _front(inputs: PackInputs, counted: Sequence[Part], *, length: int) -> tuple[_Source, tuple[Part, ...]]:
    """Cover, agenda, verdicts and contents with page numbers, which count the pages of the front itself."""
    while True:
        parts, first = [], length + 1
        for part in counted:
            parts.append(replace(part, first=first))
            first += part.pages
        content = render_page(TEMPLATE, inputs.language, _values(inputs, parts, first - 1))
        front = _open(pikepdf.open(BytesIO(content)))
        if len(front.places) == length:
            return front, tuple(parts)
        length = len(front.places)


def front_html(inputs: PackInputs, parts: Sequence[Part], total: int) -> str:
    """The front as HTML, to be read beside the other language."""
    return page_html(TEMPLATE, inputs.language, _values(inputs, parts, total))


def _values(inputs: PackInputs, parts: Sequence[Part], total: int) -> dict[str, object]:
    firsts = {part.reference: part.first for part in parts}
    sittings = [
        replace(each, items=tuple(replace(item, page=firsts.get(item.reference, 0)) for item in each.items))
        for each in inputs.sittings
    ]
    return {"pack": inputs, "parts": parts, "sittings": sittings, "total": total}


def _point(pack: Pdf, pages: Sequence[pikepdf.Object], source: _Source, offset: int) -> None:
    """Links inside a part lead to its pages in the pack."""
    for number, links in enumerate(source.links):
        made = []
        for name, rectangle in links:
            target = source.named[name]
            place = Array([pages[offset + source.places[target[0].objgen]], *list(target)[1:]])
            made.append(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=rectangle, Border=[0, 0, 0], Dest=place))
        if made:
            pages[offset + number].Annots = Array([pack.make_indirect(link) for link in made])


def _number(pack: Pdf, inputs: PackInputs, *, start: int) -> None:
    """The pack's own page number in the middle of each foot, beside the dossier's number of its own."""
    font, total = add_font(pack), len(pack.pages)
    word = {"nl": "verzamelbestand", "fr": "recueil"}[inputs.language]
    for number, page in enumerate(pack.pages, 1):
        if number > start:
            text = f"{word} {inputs.batch} · {number} / {total}"
            stamp(pack, page, font, (Line(text, MIDDLE, STAMP_AT, side="middle"),))


def _outline(pack: Pdf, inputs: PackInputs, parts: Sequence[Part], front: _Source, sources: Sequence[_Source]) -> None:
    pack.docinfo["/Title"] = f"{inputs.batch}"
    pack.Root.Lang = pikepdf.String(f"{inputs.language}-BE")
    pack.Root.PageMode = Name.UseOutlines
    with pack.open_outline() as outline:
        outline.root.extend(_marks(front, 0, top=False))
        for part, source in zip(parts, sources, strict=True):
            entry = OutlineItem(f"{part.reference} · {part.site}", part.first - 1)
            entry.children.extend(_marks(source, part.first - 1, top=True))
            outline.root.append(entry)


def _marks(source: _Source, offset: int, *, top: bool) -> list[OutlineItem]:
    """The bookmarks of a part, moved to its place: those under its title, or all of the first two levels."""
    root = source.pdf.open_outline().root  # only read: left without writing it back
    found = [item for each in root for item in (each.children if top else [each, *each.children])]
    return [
        OutlineItem(item.title, offset + source.places[target[0].objgen])
        for item in found
        if (target := _target(item, source.named)) is not None
    ]


def _target(item: OutlineItem, named: Mapping[str, pikepdf.Object]) -> pikepdf.Object | None:
    if isinstance(item.destination, Array):
        return item.destination
    return named.get(str(item.destination))
