"""What the rules apply (criteria) and what they return (findings); facts and enums are exported from here too."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from evaluation.rules.enums import (
    Activity,
    Basis,
    Capacity,
    EvidenceSlot,
    FacilityRole,
    Judged,
    Judgement,
    Outcome,
    Population,
    Ruling,
    Stage,
    Verdict,
    WarningCode,
)
from evaluation.rules.facts import Acts, Certificate, Facility, Facts, IecApplication, Supplement, YearFigures

__all__ = [
    "Activity",
    "Acts",
    "Admissibility",
    "Alternative",
    "Basis",
    "Capacity",
    "Certificate",
    "Conclusion",
    "CriteriaVersion",
    "Criterion",
    "Evaluation",
    "EvidenceSlot",
    "Facility",
    "FacilityRole",
    "Facts",
    "Finding",
    "IecApplication",
    "Judged",
    "Judgement",
    "Outcome",
    "Population",
    "Provenance",
    "Reading",
    "Reason",
    "Receipt",
    "Ruling",
    "Stage",
    "Supplement",
    "Texts",
    "Value",
    "Verdict",
    "WarningCode",
    "WarningRule",
    "YearFigures",
]

Value = int | str | date | tuple[int, ...]
Texts = Mapping[str, str]
"""One text per language code."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: the key of a sentence and the values in it."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(slots=True)
class Conclusion:
    """What one check concludes, before it is tied to its criterion; `children` are its named parts.

    It stays within the rules, and is not frozen because that would take several times as long to make.
    """

    verdict: Verdict
    reason: Reason
    margin: int | None = None
    missing: tuple[str, ...] = ()
    children: tuple[tuple[str, "Conclusion"], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of reasoning. `margin`: acts above (or below, negative) what is needed, or days the certificate
    outlives the last day it is needed; `missing`: the facts that would settle it."""

    id: str
    verdict: Verdict
    reason: Reason
    source: str
    readings: tuple[str, ...]
    children: tuple["Finding", ...] = ()
    margin: int | None = None
    missing: tuple[str, ...] = ()

    @property
    def values(self) -> Mapping[str, Value]:
        return self.reason.values


@dataclass(frozen=True, slots=True)
class Receipt:
    """Which criteria were applied; the sha256 is over the bytes of their file."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One site judged against one version of the criteria; `tally` counts the findings per verdict."""

    criteria: Receipt
    outcome: Outcome
    by_population: Mapping[Population, Outcome]
    findings: tuple[Finding, ...]
    tally: Mapping[Verdict, int]
    warnings: frozenset[WarningCode]

    def finding(self, criterion_id: str) -> Finding:
        return next(finding for finding in self.findings if finding.id == criterion_id)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a rule stands: the place in the note and its sentence, word for word, with the translations of the desk.

    A house rule has no sentence. The French text is a working translation, never an official one."""

    source: str
    sentence: str
    translations: Texts
    fr_is_working_translation: bool

    @property
    def is_house_rule(self) -> bool:
        return not self.sentence

    @property
    def sentence_sha256(self) -> str:
        """The hash of the sentence's UTF-8 bytes, by which an applied text is known; none for a house rule."""
        return sha256(self.sentence.encode()).hexdigest() if self.sentence else ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion with its check, bound to its numbers; `rests_on` names the criteria whose conclusion it reads."""

    id: str
    check: Callable[..., Conclusion]
    parameters: Mapping[str, object]
    rests_on: Mapping[str, str]
    populations: frozenset[Population]
    provenance: Provenance
    help: Texts
    evidence: tuple[EvidenceSlot, ...]
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Admissibility:
    """An item a person goes through before the criteria weigh; it never enters the outcome."""

    id: str
    provenance: Provenance
    help: Texts
    evidence: tuple[EvidenceSlot, ...]
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """What the criteria would be had another option of a reading been chosen.

    `option` counts from 1; `changes` gives, per criterion, the `parameters` and `populations` that differ;
    `unlisted_only`: it would touch no centre that is already on the list.
    """

    reading: str
    option: int
    unlisted_only: bool
    changes: Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Reading:
    """Our choice of meaning for an unclear sentence, until those who wrote it say otherwise.

    `chosen_option` counts from 1; None: what was chosen is none of the options to the letter.
    """

    id: str
    question: Texts
    options: Mapping[str, tuple[str, ...]]
    chosen: Texts
    why: Texts
    decided_by: str
    decided_on: date
    checked_on: date
    chosen_option: int | None = None
    alternatives: tuple[Alternative, ...] = ()

    @property
    def is_computable(self) -> bool:
        """Whether the rules can be run under another option."""
        return bool(self.alternatives)


@dataclass(frozen=True, slots=True)
class WarningRule:
    code: WarningCode
    applies: Callable[..., bool]
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CriteriaVersion:
    """The criteria in force from `valid_from` up to and including `valid_to` (None: until replaced)."""

    id: str
    version: str
    valid_from: date
    valid_to: date | None
    checked_on: date
    sha256: str
    booked_years: int
    order: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    admissibility: tuple[Admissibility, ...]
    warnings: tuple[WarningRule, ...]
    readings: tuple[Reading, ...]

    def criterion(self, criterion_id: str) -> Criterion:
        return next(criterion for criterion in self.criteria if criterion.id == criterion_id)

    def admissibility_item(self, item_id: str) -> Admissibility:
        return next(item for item in self.admissibility if item.id == item_id)

    def reading(self, reading_id: str) -> Reading:
        return next(reading for reading in self.readings if reading.id == reading_id)
