"""The criteria as loaded once at start; which version applies depends on the day, never on the code."""

import hashlib
from datetime import date
from functools import cache
from pathlib import Path

from accounts.errors import NotFound, Unavailable
from evaluation import rules
from evaluation.rules.load import CAR_T_CENTRES, load_criteria
from evaluation.rules.model import CriteriaVersion
from evaluation.rules.versions import NotInForce, in_force


@cache
def criteria_versions() -> tuple[CriteriaVersion, ...]:
    return load_criteria()


def criteria_on(day: date) -> CriteriaVersion:
    """The version in force on the day. Raises Unavailable when none is: an ended version never stands in."""
    try:
        return in_force(criteria_versions(), day)
    except NotInForce as none:
        raise Unavailable("no-criteria", day=day) from none


@cache
def rules_sha256() -> str:
    """The hash of the rules' source, reported beside every evaluation, never compared."""
    folder = Path(next(iter(rules.__path__)))
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".py", ".toml"}:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def version_named(version: str) -> CriteriaVersion:
    """The criteria of a version such as 2025-11-05, in force or not. Raises NotFound."""
    found = next((each for each in criteria_versions() if each.version == version), None)
    if found is None:
        raise NotFound
    return found


def criteria_file(criteria: CriteriaVersion) -> bytes:
    """The very bytes that the version was loaded from, whose sha256 every receipt names."""
    return (CAR_T_CENTRES / f"{criteria.valid_from.isoformat()}.toml").read_bytes()


def criteria_cases(criteria: CriteriaVersion) -> bytes:
    """Facts with the answer they must get, by which a client checks rules of its own; an empty list without any."""
    path = CAR_T_CENTRES / "cases" / f"{criteria.valid_from.isoformat()}.json"
    return path.read_bytes() if path.is_file() else b"[]\n"
