"""All that is wrong with the files of the rules at once: each entry on its own, then the files as a whole."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple, ParamSpec, TypeVar

from evaluation.rules import load
from evaluation.rules.enums import Outcome, Verdict, WarningCode
from evaluation.rules.faults import FaultCode
from evaluation.rules.model import CriteriaVersion
from evaluation.rules.tables import LANGUAGES, Table
from evaluation.rules.versions import DATED, InvalidCriteria, Source, read_source, require_unbroken

P = ParamSpec("P")
T = TypeVar("T")

TEXTS = Path(__file__).resolve().parent / "texts"
PUBLIC = {"verdicts": tuple(Verdict), "outcomes": tuple(Outcome)}
WORDS: Mapping[str, Sequence[str]] = {**PUBLIC, "warnings": tuple(WarningCode), "faults": tuple(FaultCode)}
PUBLIC_LANGUAGE = "de"
FORMS = ("", "site", "year", "kind", "subject")


@dataclass(slots=True)
class Found:
    """The faults found so far, each once, in the order in which they were met."""

    faults: dict[str, InvalidCriteria] = field(default_factory=dict)

    def attempt(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What the reading gives, or None with its fault kept."""
        try:
            return read(*args, **kwargs)
        except InvalidCriteria as fault:
            self.add(fault)
            return None

    def add(self, *faults: InvalidCriteria) -> None:
        for fault in faults:
            self.faults.setdefault(str(fault), fault)


class Days(NamedTuple):
    """The days of a version, readable even where the rest of its file is not sound."""

    version: str
    valid_from: date
    valid_to: date | None


def regime_faults(folder: Path = load.CAR_T_CENTRES) -> tuple[InvalidCriteria, ...]:
    """The faults of criteria and readings: the first of each entry, then gaps and overlaps, then the whole."""
    found = Found()
    register = found.attempt(read_source, folder / "readings.toml")
    readings = _entries(register, "reading", found)
    for each in readings:
        found.attempt(load._reading, each)
    known = frozenset(str(each.data.get("id")) for each in readings)
    paths = sorted(path for path in folder.glob("*.toml") if DATED.fullmatch(path.stem))
    sources = [source for path in paths if (source := found.attempt(read_source, path)) is not None]
    for source in sources:
        for criterion in _entries(source, "criterion", found):
            found.attempt(load._criterion, criterion, known)
        for item in _entries(source, "admissibility", found):
            found.attempt(load._admissibility, item, known)
    found.attempt(require_unbroken, tuple(_days(sources)), folder)
    found.attempt(load.load_criteria, folder)
    return tuple(found.faults.values())


def _entries(source: Source | None, name: str, found: Found) -> list[Table]:
    if source is None:
        return []
    entries = found.attempt(Table(source.name, "", source.data).tables, name)
    return [] if entries is None else entries


def _days(sources: Sequence[Source]) -> Iterator[Days]:
    """Those versions whose days can be read at all."""
    for source in sources:
        first, last = source.data.get("valid_from"), source.data.get("valid_to")
        if type(first) is date and (last is None or type(last) is date):
            yield Days(Path(source.name).stem, first, last)


def text_faults(versions: Sequence[CriteriaVersion] = (), folder: Path = TEXTS) -> tuple[InvalidCriteria, ...]:
    """The faults of the sentences: a key, word or placeholder that one language has and another has not."""
    found = Found()
    sources = {each: found.attempt(read_source, folder / f"{each}.toml") for each in (*LANGUAGES, PUBLIC_LANGUAGE)}
    leaves = {each: dict(_leaves(source.data)) for each, source in sources.items() if source is not None}
    items = {criterion.id for version in versions for criterion in version.criteria}
    items |= {item.id for version in versions for item in version.admissibility}
    needed = {**WORDS, "criteria": sorted(items)}
    every = {key for each in LANGUAGES for key in leaves.get(each, {})}
    every |= {f"{section}.{word}" for section, words in needed.items() for word in words}
    for language in LANGUAGES:
        if language in leaves:
            found.add(*_faults_of_language(f"{folder.name}/{language}.toml", language, leaves, every))
    for key in (f"{section}.{word}" for section, words in PUBLIC.items() for word in words):
        if PUBLIC_LANGUAGE in leaves and not leaves[PUBLIC_LANGUAGE].get(key):
            found.add(InvalidCriteria(f"{folder.name}/{PUBLIC_LANGUAGE}.toml", key, "required in this language too"))
    return tuple(found.faults.values())


def _leaves(data: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, object]]:
    for name, value in data.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{place}{name}.")
        else:
            yield f"{place}{name}", value


def _faults_of_language(
    file: str, language: str, leaves: Mapping[str, Mapping[str, object]], every: set[str]
) -> Iterator[InvalidCriteria]:
    mine = leaves[language]
    first = leaves.get(LANGUAGES[0], mine)
    for key in sorted(every - mine.keys()):
        yield InvalidCriteria(file, key, "required in this language too")
    for key, value in mine.items():
        if isinstance(value, str) and not value.strip() and not key.startswith("format."):
            yield InvalidCriteria(file, key, "a text that is not blank is required")
        if isinstance(value, list) and len(value) != len(_listed(first.get(key, value))):
            yield InvalidCriteria(file, key, f"as many as in {LANGUAGES[0]}")
        if isinstance(value, str) and not key.startswith("format."):
            yield from _faults_of_sentence(file, key, value, first.get(key, value), mine)


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _faults_of_sentence(
    file: str, key: str, text: str, first: object, words: Mapping[str, object]
) -> Iterator[InvalidCriteria]:
    """The placeholders are those of the first language, each in a form that exists."""
    mine, asked = _placeholders(text), _placeholders(str(first))
    if mine is None:
        yield InvalidCriteria(file, key, "braces in pairs, each pair around a placeholder")
    elif asked is not None and mine.keys() != asked.keys():
        names = ", ".join(sorted(asked)) or "none"
        yield InvalidCriteria(file, key, f"the placeholders that {LANGUAGES[0]} has: {names}")
    for form in sorted(form for forms in ({} if mine is None else mine).values() for form in forms):
        units = [name.removeprefix("units.") for name in words if name.startswith("units.")]
        if form not in (*FORMS, *units):
            yield InvalidCriteria(file, key, f"{form} is none of the forms {', '.join(filter(None, (*FORMS, *units)))}")


def _placeholders(text: str) -> dict[str, set[str]] | None:
    """The names in braces, each with its forms; None where the braces do not match. A form may itself be a name."""
    found: dict[str, set[str]] = {}
    try:
        for _before, name, form, _conversion in Formatter().parse(text):
            if name is None or form is None:
                continue
            inner = _placeholders(form)
            found.setdefault(name, set()).update(() if inner else {form})
            found |= inner if inner else {}
    except ValueError:
        return None
    return found
