"""All dossiers of a batch in one file for convenience, put together from the stored ones.

The front is rendered; the dossiers are taken as they are stored, page for page. The file is untagged and claims no
standard: the single dossiers are the originals.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf

from evaluation.dossiers.annexes import Opener
from evaluation.dossiers.canonical import inputs_sha256
from evaluation.dossiers.model import Language
from evaluation.dossiers.press import collecting_afterwards
from evaluation.dossiers.render import page_html, render_page
from evaluation.dossiers.stamps import Line, add_font, stamp

FRONT: Final = "dossiers/pack.html"
VERDICTS: Final = "dossiers/pack_verdicts.html"
VERSION: Final = "2"
MIDDLE: Final = 297.64
STAMP_AT: Final = 37.0
ENTRIES: Final = 20
ITEMS: Final = 32
"""About how many lines a page of the contents and of the agenda holds; a wrong guess changes no byte."""


@dataclass(frozen=True, slots=True)
class Outcome:
    population: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Verdict:
    criterion: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Row:
    """What the assessment of one application concludes, whether its dossier is rendered yet or not."""

    reference: str
    site: str
    outcomes: tuple[Outcome, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def by_criterion(self) -> Mapping[str, str]:
        return {each.criterion: each.verdict for each in self.verdicts}


@dataclass(frozen=True, slots=True)
class VerdictTable:
    """All verdicts of a batch."""

    language: Language
    batch: str
    batch_year: int
    batch_month: int
    rows: tuple[Row, ...]

    @property
    def criteria(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.criterion for row in self.rows for each in row.verdicts))


@dataclass(frozen=True, slots=True)
class Part:
    """One stored dossier; `first` is its first page in the pack, none for one that was revoked."""

    row: Row
    product: str
    version: int
    sha256: str
    pages: int
    revoked_on: date | None = None
    first: int = 0


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
    sittings: tuple[Sitting, ...]
    parts: tuple[Part, ...]

    @property
    def table(self) -> VerdictTable:
        rows = tuple(part.row for part in self.parts)
        return VerdictTable(self.language, self.batch, self.batch_year, self.batch_month, rows)

    @property
    def sha256(self) -> str:
        return inputs_sha256(self, form=VERSION)


@dataclass(frozen=True, slots=True)
class BuiltPack:
    content: bytes
    pages: int


def verdict_pages(table: VerdictTable) -> bytes:
    """The pages of all verdicts; they wait for no dossier."""
    return render_page(VERDICTS, table.language, {"table": table})


def build_pack(inputs: PackInputs, *, open_file: Opener, verdicts: bytes | None = None) -> BuiltPack:
    """Front, dossiers, bookmarks. Raises `FileNotFoundError` for a dossier that is not stored.

    `verdicts` are the pages of `inputs.table` where somebody has laid them out already.
    """
    table = _open(pikepdf.open(BytesIO(verdict_pages(inputs.table) if verdicts is None else verdicts)))
    with collecting_afterwards(), ExitStack() as files:
        bound = [part for part in inputs.parts if part.revoked_on is None]
        dossiers = [_open(pikepdf.open(files.enter_context(open_file(part.sha256)))) for part in bound]
        front, parts = _front(inputs, [len(each.places) for each in dossiers], behind=len(table.places))
        pack = _joined((front, table, *dossiers))
        _number(pack, inputs)
        _outline(pack, inputs, parts, (front, table), dossiers)
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


def _front(inputs: PackInputs, lengths: Sequence[int], *, behind: int) -> tuple[_Source, tuple[Part, ...]]:
    """Cover, agenda and contents; their page numbers count these pages too, and those that follow `behind` them."""
    length = 3 + (len(inputs.parts) - 1) // ENTRIES + sum(len(each.items) for each in inputs.sittings) // ITEMS
    while True:
        parts = _placed(inputs.parts, lengths, first=length + behind + 1)
        content = render_page(FRONT, inputs.language, _values(inputs, parts, length + behind + sum(lengths)))
        front = _open(pikepdf.open(BytesIO(content)))
        if len(front.places) == length:
            return front, parts
        length = len(front.places)


def _placed(parts: Sequence[Part], lengths: Sequence[int], *, first: int) -> tuple[Part, ...]:
    """Each part with its length and its first page; one that was revoked has neither."""
    placed, left = [], iter(lengths)
    for part in parts:
        pages = 0 if part.revoked_on else next(left)
        placed.append(replace(part, pages=pages, first=0 if part.revoked_on else first))
        first += pages
    return tuple(placed)


def front_html(inputs: PackInputs, parts: Sequence[Part], total: int) -> str:
    """The front as HTML, to be read beside the other language."""
    return page_html(FRONT, inputs.language, _values(inputs, parts, total))


def verdicts_html(table: VerdictTable) -> str:
    """The table of all verdicts as HTML, to be read beside the other language."""
    return page_html(VERDICTS, table.language, {"table": table})


def _values(inputs: PackInputs, parts: Sequence[Part], total: int) -> dict[str, object]:
    firsts = {part.row.reference: part.first for part in parts}
    sittings = [
        replace(each, items=tuple(replace(item, page=firsts.get(item.reference, 0)) for item in each.items))
        for each in inputs.sittings
    ]
    return {"pack": inputs, "table": inputs, "parts": parts, "sittings": sittings, "total": total}


def _joined(sources: Sequence[_Source]) -> Pdf:
    """All pages one after the other; links inside a part lead to its pages in the pack."""
    pack = Pdf.new()
    for source in sources:
        pack.pages.extend(source.pdf.pages)
    pages, offset = [page.obj for page in pack.pages], 0
    for source in sources:
        for number, links in enumerate(source.links):
            made = [_link(source, pages, offset, *link) for link in links]
            if made:
                pages[offset + number].Annots = Array([pack.make_indirect(link) for link in made])
        offset += len(source.places)
    return pack


def _link(source: _Source, pages: Sequence[pikepdf.Object], offset: int, name: str, rectangle: Array) -> Dictionary:
    target = source.named[name]
    place = Array([pages[offset + source.places[target[0].objgen]], *list(target)[1:]])
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=rectangle, Border=[0, 0, 0], Dest=place)


def _number(pack: Pdf, inputs: PackInputs) -> None:
    """The pack's own page number in the middle of each foot, beside the dossier's number of its own."""
    font, total = add_font(pack), len(pack.pages)
    word = {"nl": "verzamelbestand", "fr": "recueil"}[inputs.language]
    for number, page in enumerate(pack.pages, 1):
        text = f"{word} {inputs.batch} · {number} / {total}"
        stamp(pack, page, font, (Line(text, MIDDLE, STAMP_AT, side="middle"),))


def _outline(
    pack: Pdf, inputs: PackInputs, parts: Sequence[Part], front: Sequence[_Source], dossiers: Sequence[_Source]
) -> None:
    pack.docinfo["/Title"] = f"{inputs.batch}"
    pack.Root.Lang = pikepdf.String(f"{inputs.language}-BE")
    pack.Root.PageMode = Name.UseOutlines
    with pack.open_outline() as outline:
        offset = 0
        for source in front:
            outline.root.extend(_marks(source, offset, top=False))
            offset += len(source.places)
        for part, source in zip((part for part in parts if part.first), dossiers, strict=True):
            entry = OutlineItem(f"{part.row.reference} · {part.row.site}", part.first - 1)
            entry.children.extend(_marks(source, part.first - 1, top=True))
            outline.root.append(entry)


def _marks(source: _Source, offset: int, *, top: bool) -> list[OutlineItem]:
    """The bookmarks of a part, moved to its place: those under its title, or all of the first two levels."""
    root = source.pdf.open_outline(max_depth=1).root  # only read: left without writing it back
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
