"""The published note paragraph by paragraph: what each is applied by, or why it is not applied at all."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from evaluation.law import criteria_versions
from evaluation.rules.load import CAR_T_CENTRES
from evaluation.rules.model import Admissibility, CriteriaVersion, Criterion
from evaluation.rules.tables import Table, member
from evaluation.rules.versions import InvalidCriteria, Source, companion_source

Texts = Mapping[str, str]

NOTE = "paragraphs"
NOTES = Path(__file__).resolve().parent.parent / "docs" / "law"
FILE = ("version", "note", "checked_on", "layout", "section", "reason", "paragraph")
PARAGRAPH = ("id", "kind", "criteria", "reason", "readings", "text", "sha256")
SHOWN = 60  # characters of the note in a message


class Kind(StrEnum):
    """What becomes of a paragraph."""

    CRITERIA = "criteria"
    PROCEDURE = "procedure"
    INFORMATION = "information"
    NOT_WEIGHED = "not weighed"


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: Texts


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words of the note with what applies them; `reason` says why no criterion does, and is empty where one does."""

    id: str
    text: str
    sha256: str
    kind: Kind
    criteria: tuple[str, ...]
    reason: Texts
    readings: tuple[str, ...]

    @property
    def section(self) -> str:
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class PublishedNote:
    """One note, whole and in order; `words` is its text without the marks of the copy, white space folded."""

    version: str
    name: str
    checked_on: date
    words: str
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]

    def paragraph(self, paragraph_id: str) -> Paragraph:
        return next(each for each in self.paragraphs if each.id == paragraph_id)

    def mapped_to(self, criterion_id: str) -> tuple[Paragraph, ...]:
        return tuple(each for each in self.paragraphs if criterion_id in each.criteria)

    def parts(self) -> tuple[tuple[Section, tuple[Paragraph, ...]], ...]:
        """The sections in their order, each with its paragraphs."""
        return tuple(
            (section, tuple(each for each in self.paragraphs if each.section == section.id))
            for section in self.sections
        )

    def count(self, kind: Kind) -> int:
        return sum(each.kind is kind for each in self.paragraphs)


def items_of(criteria: CriteriaVersion) -> list[Criterion | Admissibility]:
    """Everything a paragraph can be carried by."""
    return [*criteria.criteria, *criteria.admissibility]


def folded(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


@cache
def note_of(version: str) -> PublishedNote:
    """The note behind one version of the criteria."""
    return load_note(next(each for each in criteria_versions() if each.version == version))


def load_note(criteria: CriteriaVersion, *, folder: Path = CAR_T_CENTRES, notes: Path = NOTES) -> PublishedNote:
    """The paragraphs of the note behind a version, each mapped.

    Raises InvalidCriteria, naming file and key, for words of the note that belong to no paragraph, a paragraph mapped
    to nothing or changed since a person compared it, and a criterion that no paragraph carries.
    """
    source = companion_source(folder, NOTE, criteria.version)
    note = read_note(source, notes)
    for fault in note_faults(note, source, criteria):
        raise fault
    return note


def read_note(source: Source, notes: Path) -> PublishedNote:
    """The file as typed values, not yet compared with the note and the criteria."""
    table = Table(source.name, "", source.data)
    table.require_only(*FILE)
    reasons = {each.get("id", str): each.texts("text") for each in table.tables("reason")}
    return PublishedNote(
        version=table.get("version", str),
        name=table.get("note", str),
        checked_on=table.get("checked_on", date),
        words=_words(table, notes),
        sections=tuple(Section(each.get("id", str), each.texts("title")) for each in table.tables("section")),
        paragraphs=tuple(_paragraph(each, reasons) for each in table.tables("paragraph")),
    )


def _words(table: Table, notes: Path) -> str:
    """The note without the lines that only its copy has."""
    name, layout = table.get("note", str), table.strings("layout")
    path = notes / name
    if path.parent != notes or not path.is_file():
        raise table.refuse("note", f"the name of a file in docs/law: {', '.join(sorted(_names(notes)))}")
    lines = [folded(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for mark in layout:
        if mark not in lines:
            raise table.refuse("layout", f"lines of the note; {mark!r} is none")
    return " ".join(line for line in lines if line and line not in layout)


def _names(notes: Path) -> Iterator[str]:
    return (path.name for path in notes.glob("*.txt"))


def _paragraph(table: Table, reasons: Mapping[str, Texts]) -> Paragraph:
    table.require_only(*PARAGRAPH)
    kind = member(table, "kind", table.data.get("kind"), Kind)
    needed, barred = ("criteria", "reason") if kind is Kind.CRITERIA else ("reason", "criteria")
    if barred in table.data:
        raise table.refuse(barred, f"not for a paragraph of the kind {kind}, which has {needed}")
    reason = "" if kind is Kind.CRITERIA else table.get("reason", str)
    if reason and reason not in reasons:
        raise table.refuse("reason", f"one of {', '.join(reasons)}")
    criteria = table.strings("criteria") if kind is Kind.CRITERIA else ()
    if kind is Kind.CRITERIA and not criteria:
        raise table.refuse("criteria", "at least one criterion; a paragraph mapped to nothing is of another kind")
    return Paragraph(
        id=table.get("id", str),
        text=folded(table.get("text", str)),
        sha256=table.get("sha256", str),
        kind=kind,
        criteria=criteria,
        reason=reasons.get(reason, {}),
        readings=table.strings("readings") if "readings" in table.data else (),
    )


def note_faults(note: PublishedNote, source: Source, criteria: CriteriaVersion) -> Iterator[InvalidCriteria]:
    """Everything that keeps the map from being whole and true."""
    table = Table(source.name, "", source.data)
    if note.version != criteria.version:
        yield table.refuse("version", f"{criteria.version}, as in the name of the file")
    yield from _faults_of_ids(note, table)
    yield from _faults_of_words(note, table)
    for each in note.paragraphs:
        yield from _faults_of_paragraph(each, table, criteria)
    for item in items_of(criteria):
        yield from _faults_of_item(item, note, table)


def _faults_of_ids(note: PublishedNote, table: Table) -> Iterator[InvalidCriteria]:
    seen: set[str] = set()
    sections = [section.id for section in note.sections]
    for each in note.paragraphs:
        if each.id in seen:
            yield table.refuse(f"paragraph[{each.id}].id", "each id once")
        if each.section not in sections:
            yield table.refuse(f"paragraph[{each.id}].id", f"a section before the dot: {', '.join(sections)}")
        seen.add(each.id)


def _faults_of_words(note: PublishedNote, table: Table) -> Iterator[InvalidCriteria]:
    """Every word of the note stands in exactly one paragraph, in the order of the note."""
    rest = note.words
    for each in note.paragraphs:
        before, found, after = rest.partition(each.text)
        if not found:
            yield table.refuse(f"paragraph[{each.id}].text", f"the words of the note, next: {_shown(rest)}")
            continue
        if before.strip():
            yield table.refuse("paragraph", f"words before {each.id} belong to no paragraph: {_shown(before)}")
        rest = after.lstrip()
    if rest:
        yield table.refuse("paragraph", f"words at the end belong to no paragraph: {_shown(rest)}")


def _shown(words: str) -> str:
    return f"“{words.strip()[:SHOWN]}…”" if len(words.strip()) > SHOWN else f"“{words.strip()}”"


def _faults_of_paragraph(each: Paragraph, table: Table, criteria: CriteriaVersion) -> Iterator[InvalidCriteria]:
    key = f"paragraph[{each.id}]"
    actual = hashlib.sha256(each.text.encode()).hexdigest()
    if each.sha256 != actual:
        yield table.refuse(f"{key}.sha256", f"{actual}, once a person has compared the mapping with the changed text")
    known = [item.id for item in items_of(criteria)]
    for name in each.criteria:
        if name not in known:
            yield table.refuse(f"{key}.criteria", f"{name} is none of {', '.join(known)}")
    readings = {reading.id for reading in criteria.readings}
    for name in each.readings:
        if name not in readings:
            yield table.refuse(f"{key}.readings", f"{name} is not among the readings")


def _faults_of_item(item: Criterion | Admissibility, note: PublishedNote, table: Table) -> Iterator[InvalidCriteria]:
    """A house rule quotes nothing; any other item is carried by a paragraph, which holds the sentence quoted."""
    if item.provenance.is_house_rule:
        return
    carrying = note.mapped_to(item.id)
    if not carrying:
        yield table.refuse("paragraph", f"no paragraph is mapped to {item.id}")
    elif not any(folded(item.provenance.sentence) in each.text for each in carrying):
        ids = ", ".join(each.id for each in carrying)
        yield table.refuse("paragraph", f"the sentence quoted for {item.id} stands in none of its paragraphs: {ids}")
