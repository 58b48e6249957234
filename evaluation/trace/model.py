"""The tree of one evaluation as plain frozen data; words in the language it was built for, sentences in all three."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TracedReading:
    """A choice of meaning the criterion rests on."""

    id: str
    question: str
    chosen: str
    decided_by: str
    decided_on: date


@dataclass(frozen=True, slots=True)
class TracedLaw:
    """The sentence as published in Dutch with the desk's translations; a house rule quotes none.

    `text` is the sentence in the reader's language, `language` the one it is really in.
    """

    source: str
    sentence: str
    sentence_sha256: str
    translations: Texts
    fr_is_working_translation: bool
    text: str
    language: str

    @property
    def is_house_rule(self) -> bool:
        return not self.sentence

    @property
    def is_translation(self) -> bool:
        return self.language != "nl"


@dataclass(frozen=True, slots=True)
class TracedCheck:
    """What was checked: the name of the check, its numbers as they stood, and both in words."""

    name: str
    parameters: Mapping[str, Any]
    words: str


@dataclass(frozen=True, slots=True)
class TracedInput:
    """One statement with its way: who stated it, in what and when, who confirmed it, on which page of which file.

    `value` as stated, `words` the same for a reader; `set_aside` when another statement was chosen over it.
    """

    field: str
    key: str
    label: str
    value: Any
    words: str
    unit: str
    stated_by: str
    stated_in: str
    stated_in_words: str
    stated_at: datetime | None
    vintage: str
    application: str
    confirmed_by: str
    confirmed_at: datetime | None
    annex: int | None
    annex_id: UUID | None
    annex_sha256: str
    page: int | None
    set_aside: bool
    ruling: str
    ruling_words: str
    ruled_by: str
    ruled_at: datetime | None
    ruling_reason: str

    @property
    def is_own_words(self) -> bool:
        """A description, which nobody confirms: whoever judges reads it."""
        return self.field == "narrative"


@dataclass(frozen=True, slots=True)
class TracedJudgement:
    """What a person concluded and who signed beside; `counts` only when countersigned and not stale."""

    value: str
    words: str
    reason: str
    by: str
    at: datetime | None
    countersigned_by: str
    countersigned_at: datetime | None
    stale: bool

    @property
    def counts(self) -> bool:
        return self.countersigned_at is not None and not self.stale


@dataclass(frozen=True, slots=True)
class TracedRuling:
    """What the Bureau ruled on the transition, with its minutes."""

    confirms: bool
    ruled_on: date
    minutes_reference: str
    minutes_sha256: str
    recorded_by: str
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class TracedSource:
    """What one source said of a fact on which sources did not agree."""

    who: str
    words: str


@dataclass(frozen=True, slots=True)
class TracedResolution:
    """How a difference between sources on one fact was resolved; `chosen` is empty where nothing was to choose."""

    field: str
    key: str
    label: str
    sources: tuple[TracedSource, ...]
    chosen: str
    reason: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class TracedFinding:
    """One verdict with its reason, its margin and all it rests on; a part of another one (`children`) has no law."""

    id: str
    name: str
    verdict: str
    verdict_words: str
    language: str
    text: Texts
    margin: int | None
    margin_text: Texts
    values: Mapping[str, Any]
    missing: tuple[str, ...]
    children: tuple["TracedFinding", ...] = ()
    law: TracedLaw | None = None
    check: TracedCheck | None = None
    readings: tuple[TracedReading, ...] = ()
    inputs: tuple[TracedInput, ...] = ()
    judgement: TracedJudgement | None = None
    ruling: TracedRuling | None = None
    resolutions: tuple[TracedResolution, ...] = ()

    @property
    def reason(self) -> str:
        return self.text[self.language]

    @property
    def margin_sentence(self) -> str:
        return self.margin_text.get(self.language, "")


@dataclass(frozen=True, slots=True)
class TracedCriteria:
    """The version of the criteria that was applied; without `valid_from` where that was not kept."""

    id: str
    version: str
    sha256: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Trace:
    """The findings of one site or application under one version of the criteria.

    `outcome` is empty for a site: capacity, and with it the outcome, belong to an application.
    """

    language: str
    criteria: TracedCriteria
    about: Mapping[str, Any]
    resolutions: tuple[TracedResolution, ...]
    outcome: str
    by_population: Mapping[str, str]
    findings: tuple[TracedFinding, ...]

    def finding(self, criterion: str) -> TracedFinding:
        return next(finding for finding in self.findings if finding.id == criterion)

    def only(self, criterion: str) -> tuple[TracedFinding, ...]:
        """The finding of one criterion, or all of them for an empty name."""
        return tuple(finding for finding in self.findings if criterion in ("", finding.id))
