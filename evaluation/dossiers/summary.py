"""What the one page on the site shows: everything in it stands in full further on, so it may be shortened. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from evaluation.dossiers.glyphs import MORE, fitting
from evaluation.dossiers.model import Asked, Criterion, DossierContext
from evaluation.dossiers.tags import applicable

FILES: Final = 5
NAME: Final = 48
ADDRESS: Final = 60
ROOM: Final = 28
ONE_LINE: Final = 95
CHART: Final = 8
SENTENCE: Final = 150
SPEAKS_FOR_ITSELF: Final = ("MET", "NOTED")


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion: its verdict and how far off it is, or why where nothing is counted."""

    id: str
    name: str
    verdict: str
    text: str


@dataclass(frozen=True, slots=True)
class Point:
    """Something still open; `criteria` names where, `number` counts what is meant."""

    kind: str
    criteria: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """The page. `further` counts the files that found no room on it; `charts` how many years' figures it draws."""

    hospital: str
    site: str
    address: str
    asked: tuple[Asked, ...]
    further: int
    lines: tuple[Line, ...]
    points: tuple[Point, ...]
    charts: int

    @property
    def has_room(self) -> bool:
        """Whether what is said leaves room for a larger type."""
        lines = sum(1 + (len(line.name) + len(line.text) > ONE_LINE) for line in self.lines)
        return len(self.asked) + lines + len(self.points) + CHART * (self.charts - 1) <= ROOM


def site_summary(context: DossierContext) -> Summary:
    """Its length is bounded whatever the names: few files, short sentences, points gathered by kind."""
    files, place = _first(context.asked), context.identification
    return Summary(
        hospital=shortened(place.hospital, NAME),
        site=shortened(place.site, NAME),
        address=shortened(place.address, ADDRESS),
        asked=files,
        further=len(context.asked) - len(files),
        lines=tuple(_line(criterion) for criterion in applicable(context.criteria)),
        points=tuple(_points(context)),
        charts=len(context.figures),
    )


def shortened(text: str, most: int) -> str:
    """At most so many signs as they are printed, cut between words."""
    if fitting(text, most) == len(text):
        return text
    cut = text[: fitting(text, most - 1)]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.") + MORE


def _first(asked: tuple[Asked, ...]) -> tuple[Asked, ...]:
    """The dossier's own file always, and the others in their order while there is room."""
    if len(asked) <= FILES:
        return asked
    own = [row for row in asked if row.own]
    kept = own + [row for row in asked if not row.own][: FILES - len(own)]
    return tuple(row for row in asked if row in kept)


def _line(criterion: Criterion) -> Line:
    why = "" if criterion.verdict in SPEAKS_FOR_ITSELF and criterion.id != "C7" else criterion.reason
    text = shortened(criterion.margin_text or why, SENTENCE)
    return Line(criterion.id, criterion.name, criterion.verdict, text)


def _points(context: DossierContext) -> Iterator[Point]:
    known = applicable(context.criteria)
    for kind in ("TO_VERIFY", "TRANSITION_TO_CONFIRM"):
        if found := tuple(each.id for each in known if each.verdict == kind):
            yield Point(kind, found)
    if unsigned := tuple(each.id for each in known if each.judgement and not each.judgement.countersigned_by):
        yield Point("NOT_COUNTERSIGNED", unsigned)
    if stale := tuple(each.id for each in known if each.judgement and each.judgement.stale):
        yield Point("STALE", stale)
    for table in context.figures:
        if table.undecided:
            yield Point("UNDECIDED", (table.criterion,), table.undecided)
    if not context.admissibility.result:
        yield Point("ADMISSIBILITY")
    if context.warnings:
        yield Point("ATTENTION", number=len(context.warnings))
