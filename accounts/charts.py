"""Bar and line charts as plain coordinates: one SVG for the page and the dossier, with its table beside it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Number = int | Decimal
Tone = Literal["accent", "second", "third", "quiet"]

LEFT, RIGHT, TOP, BOTTOM = 8, 392, 36, 140
WIDEST_BAR, GAP = 58, 4
TALLEST_INSIDE = 22


@dataclass(frozen=True, slots=True)
class Bar:
    """One value; `pending` is what still has to be judged and stands on top; `None` is unknown, never zero."""

    label: str
    value: Number | None
    pending: Number = 0


@dataclass(frozen=True, slots=True)
class Series:
    """The bars, or the points of a line, of one name; every series of a chart has the same labels in the same order."""

    name: str
    bars: tuple[Bar, ...]
    kind: Literal["bar", "line"] = "bar"
    tone: Tone = "accent"


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """A level to compare with, such as a minimum."""

    label: str
    value: Number


@dataclass(frozen=True, slots=True)
class BarChart:
    """What a chart shows; `title` says it in words for those who do not see it."""

    title: str
    series: tuple[Series, ...]
    reference: ReferenceLine | None = None
    unit: str = ""
    label_heading: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A bar in pixels; `inside` when its number fits in it; `pending_height` stands above `y`."""

    x: int
    y: int
    width: int
    height: int
    pending_height: int
    bar: Bar
    tone: Tone

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def inside(self) -> bool:
        return self.height >= TALLEST_INSIDE

    @property
    def text_y(self) -> int:
        return self.y + 17 if self.inside else self.y - self.pending_height - 5

    @property
    def pending_y(self) -> int:
        return self.y - self.pending_height


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything the template draws, in pixels of a box of 400 by 170."""

    boxes: tuple[Box, ...]
    lines: tuple[tuple[Tone, tuple[Box, ...]], ...]
    ticks: tuple[tuple[int, str], ...]
    reference_y: int | None

    @property
    def polylines(self) -> tuple[tuple[Tone, str], ...]:
        return tuple((tone, " ".join(f"{point.middle},{point.y}" for point in points)) for tone, points in self.lines)


def layout(chart: BarChart) -> Layout:
    """Bars grow from one base line to a common scale; an unknown value draws nothing."""
    top = _highest(chart)
    bars = [series for series in chart.series if series.kind == "bar"]
    labels = [bar.label for bar in chart.series[0].bars] if chart.series else []
    step = (RIGHT - LEFT) // max(len(labels), 1)
    return Layout(
        boxes=tuple(
            box for place, series in enumerate(bars) for box in _boxes(series, place, len(bars), step=step, top=top)
        ),
        lines=tuple(
            (series.tone, _boxes(series, 0, 1, step=step, top=top)) for series in chart.series if series.kind == "line"
        ),
        ticks=tuple((LEFT + step * index + step // 2, label) for index, label in enumerate(labels)),
        reference_y=None if chart.reference is None else BOTTOM - _pixels(chart.reference.value, top),
    )


def _boxes(series: Series, place: int, of: int, *, step: int, top: Number) -> tuple[Box, ...]:
    width = min(WIDEST_BAR, (step - 2 * GAP) // max(of, 1) - GAP)
    start = LEFT + (step - of * (width + GAP) + GAP) // 2 + place * (width + GAP)
    found = []
    for index, bar in enumerate(series.bars):
        if bar.value is None:
            continue
        height = _pixels(bar.value, top)
        pending = max(_pixels(bar.pending, top), 4) if bar.pending else 0
        found.append(Box(start + step * index, BOTTOM - height, width, height, pending, bar, series.tone))
    return tuple(found)


def _highest(chart: BarChart) -> Number:
    values = [bar.value + bar.pending for series in chart.series for bar in series.bars if bar.value is not None]
    reference = [] if chart.reference is None else [chart.reference.value]
    return max([*values, *reference, 1])


def _pixels(value: Number, top: Number) -> int:
    return int(value * (BOTTOM - TOP) // top)
