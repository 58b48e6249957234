"""The law must be sound before anything runs: every fault of its files, with file, line, key and what is allowed."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Error

from evaluation.grounds import EXCLUDED, ground_faults, read_grounds
from evaluation.paragraphs import NOTE, NOTES, PublishedNote, note_faults, read_note
from evaluation.rules.load import CAR_T_CENTRES, load_criteria
from evaluation.rules.model import CriteriaVersion
from evaluation.rules.soundness import TEXTS, Found, regime_faults, text_faults
from evaluation.rules.versions import InvalidCriteria, companion_source
from evaluation.voting import PROCEDURE, load_voting_rules

TAG = "law"
BOOT_REFUSED = 3  # the code by which gunicorn's master stops instead of starting the worker again
LINE = re.compile(r"\(?at line (\d+)")
ENTRY = re.compile(r"(\w+)\[([^\]]+)\]\.?(.*)")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the files of the law lie."""

    regime: Path = CAR_T_CENTRES
    procedure: Path = PROCEDURE
    texts: Path = TEXTS
    notes: Path = NOTES


def check_law(app_configs: object, **_kwargs: Any) -> list[CheckMessage]:
    """Django's check of the criteria, readings, procedure, paragraphs, excluded grounds and sentences."""
    return law_errors(Folders())


def require_sound_law() -> None:
    """Ends a process that would serve with unsound law, with the messages of `manage.py check` and no traceback."""
    errors = law_errors(Folders())
    if errors:
        sys.stderr.write("\n".join(["The law's files are not sound; nothing starts.", *map(str, errors), ""]))
        raise SystemExit(BOOT_REFUSED)


def law_errors(folders: Folders) -> list[CheckMessage]:
    """Every fault as an error: E001 criteria and readings, E002 procedure, E003 paragraphs, E004 excluded grounds,
    E005 sentences.

    Paragraphs and grounds are compared with the criteria, so they are looked at once those are sound.
    """
    regime = regime_faults(folders.regime)
    versions = () if regime else load_criteria(folders.regime)
    found = {
        "E001": (folders.regime, regime),
        "E002": (folders.procedure, _attempted(load_voting_rules, folders.procedure)),
        "E003": (folders.regime, _faults_of_notes(versions, folders)),
        "E004": (folders.regime, _faults_of_grounds(versions, folders)),
        "E005": (folders.texts, text_faults(versions, folders.texts)),
    }
    return [_error(code, folder, fault) for code, (folder, faults) in found.items() for fault in faults]


def _attempted(read: Callable[[Path], object], folder: Path) -> Sequence[InvalidCriteria]:
    found = Found()
    found.attempt(read, folder)
    return tuple(found.faults.values())


def _faults_of_notes(versions: Sequence[CriteriaVersion], folders: Folders) -> Sequence[InvalidCriteria]:
    found = Found()
    for version in versions:
        source = found.attempt(companion_source, folders.regime, NOTE, version.version)
        note = found.attempt(read_note, source, folders.notes) if source else None
        if source and note:
            found.add(*note_faults(note, source, version))
    return tuple(found.faults.values())


def _faults_of_grounds(versions: Sequence[CriteriaVersion], folders: Folders) -> Sequence[InvalidCriteria]:
    found = Found()
    for version in versions:
        note = _note(version, folders)
        source = found.attempt(companion_source, folders.regime, EXCLUDED, version.version)
        grounds = found.attempt(read_grounds, source) if source else None
        if source and note and grounds is not None:
            found.add(*ground_faults(grounds, source, version, note))
    return tuple(found.faults.values())


def _note(version: CriteriaVersion, folders: Folders) -> PublishedNote | None:
    """The note, where it can be read; its own faults are told elsewhere."""
    try:
        return read_note(companion_source(folders.regime, NOTE, version.version), folders.notes)
    except InvalidCriteria:
        return None


def _error(code: str, folder: Path, fault: InvalidCriteria) -> CheckMessage:
    line = line_of(folder / Path(fault.file).name, fault)
    place = f"{fault.file}, line {line}" if line else fault.file
    return Error(f"{place}: {fault.key}: {fault.allowed}", id=f"evaluation.{code}")


def line_of(path: Path, fault: InvalidCriteria) -> int | None:
    """The line of the key in its file, or of the entry that lacks it; None where the file has no such place."""
    if told := LINE.search(fault.allowed):
        return int(told[1])
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    return _line_within(lines, fault.key, range(len(lines)), parent="")


def _line_within(lines: Sequence[str], key: str, block: range, *, parent: str) -> int | None:
    """The line of the key, entry by entry: reading[A1].alternative[0].option."""
    entry = ENTRY.fullmatch(key)
    if entry is None:
        return _line_of_key(lines, key, block)
    name = f"{parent}{entry[1]}"
    inner = _block(lines, name, entry[2], block)
    if inner is None:
        return None
    return _line_within(lines, entry[3], inner, parent=f"{name}.") or inner.start + 1


def _block(lines: Sequence[str], name: str, which: str, within: range) -> range | None:
    """The lines of the entry with this id, or with this number where it has none, tables inside it included."""
    ends = re.compile(rf"\[\[(?!{re.escape(name)}\.)")
    starts = [number for number in within if ends.match(lines[number])]
    blocks = [range(start, end) for start, end in zip(starts, [*starts[1:], within.stop], strict=True)]
    own = [block for block in blocks if lines[block.start].strip() == f"[[{name}]]"]
    named = [block for block in own if any(lines[each].strip() == f'id = "{which}"' for each in block)]
    numbered = own[int(which) : int(which) + 1] if which.isdigit() else []
    return next(iter([*named[-1:], *numbered]), None)


def _line_of_key(lines: Sequence[str], key: str, block: range) -> int | None:
    """The line of the key as written, else of the table around it."""
    for name in _ever_shorter(key):
        written = re.compile(rf"\s*{re.escape(name)}\s*=|\s*\[+{re.escape(name)}\]+\s*$")
        for number in block:
            if written.match(lines[number]):
                return number + 1
        last = name.rpartition(".")[2]
        section = _section(lines, name.rpartition(".")[0], block)
        for number in section:
            if re.match(rf"\s*{re.escape(last)}\s*=", lines[number]):
                return number + 1
    return None


def _section(lines: Sequence[str], name: str, block: range) -> range:
    """The lines of the table with this name, up to the next."""
    start = next((number for number in block if name and lines[number].strip() == f"[{name}]"), None)
    if start is None:
        return range(0)
    return range(start, next((each for each in block if each > start and lines[each].startswith("[")), block.stop))


def _ever_shorter(key: str) -> Iterator[str]:
    while key:
        yield key
        key = key.rpartition(".")[0]
