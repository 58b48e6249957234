"""What a dossier shows, as plain frozen data in the dossier's own language.

Nothing here is computed and nothing is looked up: the same context gives the same bytes.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from evaluation.dossiers.figures import Capacity, FigureTable

Language: TypeAlias = Literal["nl", "fr"]
Plain: TypeAlias = str | int | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Identification:
    """Who asks what for which site, in which batch and under which criteria."""

    reference: str
    holder: str
    product: str
    active_substance: str
    paragraph: str
    populations: tuple[str, ...]
    hospital: str
    hospital_number: str
    site: str
    establishment_number: str
    address: str
    batch_year: int
    batch_month: int
    reference_on: date
    vote_on: date | None
    booked_years: tuple[int, ...]
    submitted_at: datetime | None
    evaluated_at: datetime
    criteria_title: str
    criteria_version: str
    criteria_sha256: str


@dataclass(frozen=True, slots=True)
class ForecastYear:
    """The holder's expected number of patients in one year."""

    year: int
    patients: int


@dataclass(frozen=True, slots=True)
class Request:
    """What the holder asks, in the holder's words. Both parts may be empty."""

    forecast: tuple[ForecastYear, ...] = ()
    motivation: str = ""


@dataclass(frozen=True, slots=True)
class PopulationOutcome:
    """The advisory outcome of one population asked for."""

    population: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Count:
    """How often a verdict was reached."""

    verdict: str
    number: int


@dataclass(frozen=True, slots=True)
class LawSentence:
    """A published sentence with its place; `working_translation` when it is not the text as published."""

    text: str
    source: str
    working_translation: bool = False
    house_rule: bool = False
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Our choice of meaning where a sentence is unclear."""

    id: str
    question: str
    choice: str
    by: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class EvidencePlace:
    """An annex by its number and, where known, the page; `reference` when it belongs to another application."""

    annex: int
    page: int | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class InputLine:
    """One input a verdict rests on, with who stated and who confirmed it. `value` None: not stated.

    `own_words`: the holder's description, which nobody confirms.
    """

    label: str
    value: Plain
    unit: str = ""
    stated_by: str = ""
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    evidence: EvidencePlace | None = None
    own_words: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person concluded, and who signed beside. An empty countersignature: not countersigned."""

    value: str
    reason: str
    by: str
    at: datetime
    countersigned_by: str = ""
    countersigned_at: datetime | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the Bureau ruled on the transition."""

    confirms: bool
    on: date
    minutes_reference: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a verdict: one year counted, one certificate looked at."""

    verdict: str
    text: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion with its verdict and what it rests on. `margin` is signed, in `ACTS` or `DAYS`, None without."""

    id: str
    name: str
    verdict: str
    reason: str
    law: LawSentence
    margin: int | None = None
    margin_unit: Literal["ACTS", "DAYS"] = "ACTS"
    readings: tuple[Reading, ...] = ()
    inputs: tuple[InputLine, ...] = ()
    judgement: Judgement | None = None
    ruling: Ruling | None = None
    margin_text: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class AdmissibilityItem:
    """One item of admissibility: `ADMISSIBLE`, `TO_COMPLETE`, `INADMISSIBLE` or `NOTED`."""

    id: str
    name: str
    result: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Admissibility:
    """What a named person decided on the form of the application; it never enters the outcome."""

    result: str = ""
    by: str = ""
    at: datetime | None = None
    items: tuple[AdmissibilityItem, ...] = ()


@dataclass(frozen=True, slots=True)
class WarningNote:
    """A point to see that changes no verdict."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What one application (its reference) or source stated."""

    by: str
    value: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two applications that stated something else of one site, and how that was resolved."""

    subject: str
    statements: tuple[Statement, ...]
    resolution: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Annex:
    """One piece of evidence as filed."""

    number: int
    title: str
    file_name: str
    pages: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What one application of the batch asks for the site; `own` marks the dossier's own."""

    reference: str
    holder: str
    product: str
    paragraph: str
    populations: tuple[str, ...]
    own: bool = False


@dataclass(frozen=True, slots=True)
class DossierContext:
    """Everything one dossier shows."""

    language: Language
    version: int
    identification: Identification
    request: Request
    outcome: str
    outcomes: tuple[PopulationOutcome, ...]
    tally: tuple[Count, ...]
    criteria: tuple[Criterion, ...]
    figures: tuple[FigureTable, ...]
    capacity: Capacity
    admissibility: Admissibility
    receipt_sha256: str
    warnings: tuple[WarningNote, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    evidence: tuple[Annex, ...] = ()
    asked: tuple[Asked, ...] = ()
    replaces_sha256: str = ""
    verify_url: str = ""
