"""Dated files of rules: one is in force on a day, or none is and that is an error."""

import hashlib
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol, TypeVar

DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LAST_DAY = re.compile(rb"^valid_to\s*=.*\n?", re.MULTILINE)


class InvalidCriteria(ValueError):  # noqa: N818 - it names what is wrong, as the whole error family does
    """A file of rules cannot be used: which file, which key, and what is allowed there."""

    def __init__(self, file: str, key: str, allowed: str) -> None:
        super().__init__(f"{file}: {key}: {allowed}")
        self.file, self.key, self.allowed = file, key, allowed


class NotInForce(LookupError):  # noqa: N818 - it names what is wrong, as the whole error family does
    """No version is in force on the day; an earlier or later one never stands in."""

    def __init__(self, on: date, known: Sequence[str]) -> None:
        super().__init__(f"no version in force on {on.isoformat()}; known: {', '.join(known) or 'none'}")
        self.on = on


class Dated(Protocol):
    @property
    def version(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True, slots=True)
class Source:
    """One file as read: its name for messages, its tables, the sha256 of its bytes.

    The line of the last day is left out of the hash: it is written when a later version is published, and what was
    evaluated before rests on the same law as ever.
    """

    name: str
    data: dict[str, Any]
    sha256: str


def read_source(path: Path) -> Source:
    name = f"{path.parent.name}/{path.name}"
    try:
        content = path.read_bytes()
        data = tomllib.loads(content.decode())
    except OSError as error:
        raise InvalidCriteria(name, "file", f"a file that can be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidCriteria(name, "file", f"UTF-8 TOML ({error})") from error
    return Source(name, data, hashlib.sha256(LAST_DAY.sub(b"", content)).hexdigest())


def companion_source(folder: Path, kind: str, version: str) -> Source:
    """The file of a kind that every version has beside it, such as its paragraphs."""
    path = folder / f"{kind}-{version}.toml"
    if not path.exists():
        raise InvalidCriteria(f"{folder.name}/{path.name}", "file", f"required beside {version}.toml")
    return read_source(path)


def dated_sources(folder: Path) -> list[Source]:
    """The files named after their first day in force, oldest first; there is at least one."""
    paths = sorted(path for path in folder.glob("*.toml") if DATED.fullmatch(path.stem))
    if not paths:
        raise InvalidCriteria(folder.name, "folder", "at least one file named <first day in force>.toml")
    return [read_source(path) for path in paths]


def require_unbroken(versions: Sequence[D], folder: Path) -> None:
    """Each version starts on the day after the one before it ends; only the last may have no end."""
    for earlier, later in pairwise(versions):
        expected = later.valid_from - timedelta(days=1)
        if earlier.valid_to != expected:
            file = f"{folder.name}/{earlier.version}.toml"
            raise InvalidCriteria(
                file, "valid_to", f"{expected.isoformat()}, for no gap and no overlap before the next"
            )
    for version in versions:
        if version.valid_to is not None and version.valid_to < version.valid_from:
            raise InvalidCriteria(f"{folder.name}/{version.version}.toml", "valid_to", "not before valid_from")


def in_force(versions: Sequence[D], on: date) -> D:
    """The version whose days include `on`, both ends included.

    Raises NotInForce when there is none.
    """
    for version in versions:
        if version.valid_from <= on and (version.valid_to is None or on <= version.valid_to):
            return version
    raise NotInForce(on, [version.version for version in versions])
