"""The figures of a dossier: the years that count and the capacity of the listed sites."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class YearFigures:
    """The figures of one booked year. None: no figure; `counted` is billed plus accepted, None while a figure lacks."""

    year: int
    billed: tuple[int | None, ...]
    accepted: int
    undecided: int
    counted: int | None
    declared: int | None = None


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The booked years of one group (`ALL` ages or `PAED`); `codes` heads the columns of `YearFigures.billed`."""

    group: str
    criterion: str
    codes: tuple[str, ...]
    years: tuple[YearFigures, ...]
    needed_per_year: int
    needed: int
    counted: int | None
    undecided: int


@dataclass(frozen=True, slots=True)
class CentreVolume:
    """Realised treatments of one listed centre, in the order of `Capacity.years`."""

    centre: str
    numbers: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Capacity:
    """The assessment of capacity beside what it was judged on. `assessment` empty: not yet answered."""

    assessment: str = ""
    reason: str = ""
    by: str = ""
    at: datetime | None = None
    countersigned_by: str = ""
    countersigned_at: datetime | None = None
    years: tuple[int, ...] = ()
    centres: tuple[CentreVolume, ...] = ()
    source: str = ""
    cut_off_on: date | None = None
