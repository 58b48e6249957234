"""What is stated and known of one site: the input of the rules."""

from dataclasses import dataclass
from datetime import date

from evaluation.rules.enums import (
    Activity,
    Basis,
    Capacity,
    FacilityRole,
    Judged,
    Judgement,
    Population,
    Ruling,
    Stage,
)


@dataclass(frozen=True, slots=True)
class Facility:
    role: FacilityRole
    site: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """A JACIE certificate of the programme; its days are inclusive."""

    body: str
    number: str
    valid_from: date
    valid_to: date
    scopes: frozenset[tuple[Population, Activity]]
    extended_to: date | None = None
    renewal_filed_on: date | None = None
    facilities: tuple[Facility, ...] = ()

    @property
    def last_day(self) -> date:
        """The later of the printed last day and the one under an extension letter."""
        return self.valid_to if self.extended_to is None else max(self.valid_to, self.extended_to)

    def valid_on(self, day: date) -> bool:
        return self.valid_from <= day <= self.last_day

    def covers(self, activity: Activity, population: Population | None = None) -> bool:
        """Whether it carries the activity, for the population or, none given, for any."""
        if population is not None:
            return (population, activity) in self.scopes
        return activity in [act for _, act in self.scopes]


@dataclass(frozen=True, slots=True)
class IecApplication:
    """Proof of a running JACIE application for immune effector cells."""

    filed_on: date
    site: str


@dataclass(frozen=True, slots=True)
class Acts:
    """Acts per nomenclature code, as RIZIV booked them for the site."""

    n470654: int
    n470665: int

    @property
    def total(self) -> int:
        return self.n470654 + self.n470665


@dataclass(frozen=True, slots=True)
class Supplement:
    """Acts outside the insurance; `ruling` None: a person has not decided."""

    basis: Basis
    reference: str
    count: int
    paed: int
    ruling: Ruling | None = None


@dataclass(frozen=True, slots=True)
class YearFigures:
    """The allografts of one year; None is unknown, never zero. `declared` is shown and never scored."""

    year: int
    billed: Acts | None = None
    billed_paed: Acts | None = None
    declared: int | None = None
    supplements: tuple[Supplement, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one site on the reference date; what does not weigh (place, price, CAR-T given) has no field."""

    reference_on: date
    populations: tuple[Population, ...]
    booked_years: tuple[int, ...]
    apheresis_site: str
    administration_site: str
    vote_on: date | None = None
    stage: Stage = Stage.REVIEW
    certificates: tuple[Certificate, ...] | None = None
    iec_application: IecApplication | None = None
    bureau_confirms_transition: bool | None = None
    allografts: tuple[YearFigures, ...] = ()
    laboratory_site: str | None = None
    judgements: tuple[tuple[Judged, Judgement], ...] = ()
    capacity: Capacity | None = None

    @property
    def latest_day(self) -> date:
        """The later of the reference date and the day of the vote."""
        return self.reference_on if self.vote_on is None else max(self.reference_on, self.vote_on)

    def judgement(self, judged: Judged) -> Judgement | None:
        return next((judgement for each, judgement in self.judgements if each is judged), None)
