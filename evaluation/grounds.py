"""What must not weigh: words in a person's reason that name such a ground, and the paragraph that excludes it."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from evaluation.law import criteria_versions
from evaluation.paragraphs import Kind, PublishedNote, note_of
from evaluation.rules.load import CAR_T_CENTRES
from evaluation.rules.model import CriteriaVersion
from evaluation.rules.tables import LANGUAGES, Table
from evaluation.rules.versions import InvalidCriteria, NotInForce, Source, companion_source, in_force

Texts = Mapping[str, str]

EXCLUDED = "excluded"
GROUND = ("id", "paragraphs", "not_for", "inputs", "name", "words")
TYPED = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2019": "'"})


@dataclass(frozen=True, slots=True)
class Ground:
    """One excluded ground; `words` are of any language, since people write in theirs."""

    id: str
    name: Texts
    paragraphs: tuple[str, ...]
    not_for: tuple[str, ...]
    inputs: tuple[str, ...]
    words: tuple[str, ...]

    def named_in(self, text: str) -> str:
        """The first word of the text that names the ground; empty when none does."""
        found = _pattern(self.words).search(plain(text))
        return found[0] if found else ""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reason named an excluded ground: the word it used and the sentence of the note."""

    ground: Ground
    word: str
    paragraph: str
    sentence: str


def plain(text: str) -> str:
    """Lower case, without accents, one space and one kind of dash."""
    letters = unicodedata.normalize("NFKD", text.translate(TYPED)).casefold()
    return " ".join("".join(each for each in letters if not unicodedata.combining(each)).split())


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    ways = (re.escape(plain(word.removesuffix("*"))) + (r"\w*" if word.endswith("*") else "") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)")


def reminders(text: str, *, on: date, criterion: str = "") -> tuple[Reminder, ...]:
    """One reminder per excluded ground that the text names, under the version in force on the day.

    Where no version is in force nothing is excluded. `criterion` is the one the reason is about, if any.
    """
    try:
        version = in_force(criteria_versions(), on)
    except NotInForce:
        return ()
    note = note_of(version.version)
    return tuple(
        Reminder(ground, word, ground.paragraphs[0], note.paragraph(ground.paragraphs[0]).text)
        for ground in grounds_of(version.version)
        if criterion not in ground.not_for and (word := ground.named_in(text))
    )


@cache
def grounds_of(version: str) -> tuple[Ground, ...]:
    """The grounds excluded under one version of the criteria."""
    return load_grounds(next(each for each in criteria_versions() if each.version == version), note_of(version))


def load_grounds(criteria: CriteriaVersion, note: PublishedNote, *, folder: Path = CAR_T_CENTRES) -> tuple[Ground, ...]:
    """The excluded grounds beside a version; raises InvalidCriteria for a file, or a criterion, that is not sound."""
    source = companion_source(folder, EXCLUDED, criteria.version)
    grounds = read_grounds(source)
    for fault in ground_faults(grounds, source, criteria, note):
        raise fault
    return grounds


def read_grounds(source: Source) -> tuple[Ground, ...]:
    table = Table(source.name, "", source.data)
    table.require_only("version", "ground")
    return tuple(_ground(each) for each in table.tables("ground"))


def _ground(table: Table) -> Ground:
    table.require_only(*GROUND)
    words = table.lists_of_texts("words")
    for language in LANGUAGES:
        if not all(word.removesuffix("*").strip() for word in words[language]) or not words[language]:
            raise table.refuse(f"words.{language}", "at least one word, none blank")
    paragraphs = table.strings("paragraphs")
    if not paragraphs:
        raise table.refuse("paragraphs", "at least one paragraph of the note")
    return Ground(
        id=table.get("id", str),
        name=table.texts("name"),
        paragraphs=paragraphs,
        not_for=table.strings("not_for"),
        inputs=table.strings("inputs"),
        words=tuple(dict.fromkeys(word for language in LANGUAGES for word in words[language])),
    )


def ground_faults(
    grounds: tuple[Ground, ...], source: Source, criteria: CriteriaVersion, note: PublishedNote
) -> Iterator[InvalidCriteria]:
    """Every paragraph that is not weighed has its ground, and no criterion reads what a ground excludes."""
    table = Table(source.name, "", source.data)
    if table.get("version", str) != criteria.version:
        yield table.refuse("version", f"{criteria.version}, as in the name of the file")
    not_weighed = [each.id for each in note.paragraphs if each.kind is Kind.NOT_WEIGHED]
    known = [criterion.id for criterion in criteria.criteria]
    for ground in grounds:
        key = f"ground[{ground.id}]"
        for name in ground.paragraphs:
            if name not in not_weighed:
                yield table.refuse(f"{key}.paragraphs", f"{name} is none of {', '.join(not_weighed)}")
        for name in ground.not_for:
            if name not in known:
                yield table.refuse(f"{key}.not_for", f"{name} is none of {', '.join(known)}")
        yield from _faults_of_inputs(ground, criteria)
    named = {name for ground in grounds for name in ground.paragraphs}
    for name in not_weighed:
        if name not in named:
            yield table.refuse("ground", f"a ground for {name}, which is not weighed")


def _faults_of_inputs(ground: Ground, criteria: CriteriaVersion) -> Iterator[InvalidCriteria]:
    """A check or parameter named after what must not weigh would let it in."""
    file = f"{CAR_T_CENTRES.name}/{criteria.version}.toml"
    why = f"{ground.name['en']} must not weigh ({', '.join(ground.paragraphs)})"
    for criterion in criteria.criteria:
        names = {"check": criterion.check.__name__} | {f"parameters.{name}": name for name in criterion.parameters}
        for key, name in names.items():
            if set(name.split("_")) & set(ground.inputs):
                yield InvalidCriteria(file, f"criterion[{criterion.id}].{key}", f"another input than {name}: {why}")
