"""The charts of a dossier as plain geometry in whole units; the template draws them, a table stands beside each."""

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.dossiers.figures import Capacity, CentreVolume, FigureTable

NO_FIGURE = "\N{EN DASH}"
LABEL = 52
PLOT = 590
SMALL = 225
TEXT = 150
TOGETHER = 6
BAR = 20
STEP = 26
THIN = 14
HEADING = 18
GAP = 12


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a bar; `kind` is its pattern."""

    kind: str
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its label before and its number behind."""

    label: str
    y: int
    height: int
    segments: tuple[Segment, ...]
    end: int
    number: str


@dataclass(frozen=True, slots=True)
class Line:
    """A mark across the bars; `anchor` is the end of its text that stands at it."""

    x: int
    number: int
    anchor: str = "end"


@dataclass(frozen=True, slots=True)
class Group:
    """Bars that share a name, such as the years of one centre."""

    label: str
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything the drawing needs; the text alternative is the template's."""

    width: int
    height: int
    left: int
    groups: tuple[Group, ...]
    kinds: tuple[str, ...]
    line: Line | None = None


def figures_chart(table: FigureTable, *, plot: int = PLOT) -> Chart:
    """Billed, accepted and undecided acts per booked year against the yearly number the criterion asks."""
    parts = [
        (
            ("billed", sum(number for number in year.billed if number is not None)),
            ("accepted", year.accepted),
            ("undecided", year.undecided),
        )
        for year in table.years
    ]
    scale = max([table.needed_per_year, *(sum(n for _, n in part) for part in parts)]) or 1
    bars = tuple(
        _bar(str(year.year), index * STEP, BAR, part, scale=scale, plot=plot, number=_total(year.counted))
        for index, (year, part) in enumerate(zip(table.years, parts, strict=True))
    )
    asked = table.needed_per_year * plot // scale
    return Chart(
        width=LABEL + plot + 68,
        height=len(bars) * STEP + 22,
        left=LABEL,
        groups=(Group(label="", y=0, bars=bars),),
        kinds=tuple(kind for i, kind in enumerate(("billed", "accepted", "undecided")) if any(p[i][1] for p in parts)),
        line=Line(LABEL + asked, table.needed_per_year, anchor="end" if LABEL + asked >= TEXT else "start"),
    )


def capacity_charts(capacity: Capacity) -> tuple[Chart, ...]:
    """Realised treatments per listed centre, its name above one thin bar a year; without figure a dash, no bar.

    Some centres to a drawing, all to one scale: a drawing does not break over pages.
    """
    scale = max((n for centre in capacity.centres for n in centre.numbers if n is not None), default=0) or 1
    return tuple(
        _capacity_chart(capacity.centres[start : start + TOGETHER], capacity.years, scale=scale)
        for start in range(0, len(capacity.centres), TOGETHER)
    )


def _capacity_chart(centres: Sequence[CentreVolume], years: Sequence[int], *, scale: int) -> Chart:
    block = HEADING + len(years) * THIN + GAP
    groups = tuple(
        Group(
            label=centre.centre,
            y=index * block,
            bars=tuple(
                _bar(
                    str(year),
                    index * block + HEADING + row * THIN,
                    THIN - 2,
                    () if number is None else ((f"year-{_shade(row, years)}", number),),
                    scale=scale,
                    number=_total(number),
                )
                for row, (year, number) in enumerate(zip(years, centre.numbers, strict=True))
            ),
        )
        for index, centre in enumerate(centres)
    )
    return Chart(width=LABEL + PLOT + 68, height=len(groups) * block - GAP, left=LABEL, groups=groups, kinds=())


def _bar(
    label: str, y: int, height: int, parts: Sequence[tuple[str, int]], *, scale: int, number: str, plot: int = PLOT
) -> Bar:
    segments, start = [], 0
    for kind, count in parts:
        x, end = start * plot // scale, (start + count) * plot // scale
        if count:
            segments.append(Segment(kind=kind, x=LABEL + x, width=end - x))
        start += count
    return Bar(label, y, height, tuple(segments), LABEL + start * plot // scale, number)


def _shade(row: int, years: Sequence[int]) -> int:
    """The latest year is darkest: 3, then 2, 1 and 0 going back."""
    return max(0, 3 - (len(years) - 1 - row))


def _total(number: int | None) -> str:
    return NO_FIGURE if number is None else str(number)
