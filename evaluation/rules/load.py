"""From the dated files of criteria to versions that can be applied; a file that is not sound is refused whole."""

from collections.abc import Sequence
from datetime import date
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from evaluation.rules.checks import CHECKS
from evaluation.rules.enums import EvidenceSlot, Population, WarningCode
from evaluation.rules.model import (
    Admissibility,
    Alternative,
    CriteriaVersion,
    Criterion,
    Provenance,
    Reading,
    WarningRule,
)
from evaluation.rules.tables import Table, bound_parameters, member, members
from evaluation.rules.variants import changed
from evaluation.rules.versions import (
    InvalidCriteria,
    NotInForce,
    Source,
    dated_sources,
    in_force,
    read_source,
    require_unbroken,
)
from evaluation.rules.warning_rules import WARNINGS

__all__ = ["CAR_T_CENTRES", "HOUSE_RULE", "InvalidCriteria", "NotInForce", "in_force", "load_criteria"]

CAR_T_CENTRES = Path(__file__).resolve().parent.parent / "criteria" / "car_t_centres"
HOUSE_RULE = "house rule"
VERSION = ("id", "version", "valid_from", "valid_to", "checked_on", "booked_years", "order")
LISTS = ("criterion", "admissibility", "warning")
ITEM = ("id", "source", "sentence", "fr_is_working_translation", "translation", "help", "evidence", "readings")
CRITERION = (*ITEM, "check", "populations", "rests_on", "parameters")
READING = (
    *("id", "question", "options", "chosen_option", "chosen", "why", "decided_by", "decided_on", "checked_on"),
    "alternative",
)
ALTERNATIVE = ("option", "unlisted_only", "changes")


def load_criteria(folder: Path = CAR_T_CENTRES) -> tuple[CriteriaVersion, ...]:
    """Every version of one regime, oldest first, each criterion bound to its check.

    The folder holds one file per version, named after its first day in force, and `readings.toml`. Raises
    InvalidCriteria, naming file and key, for anything unknown, missing, untranslated or overlapping.
    """
    source = read_source(folder / "readings.toml")
    readings = _readings(source)
    versions = tuple(_version(each, readings) for each in dated_sources(folder))
    require_unbroken(versions, folder)
    for version in versions:
        _require_variants(source, version)
    return versions


def _version(source: Source, readings: tuple[Reading, ...]) -> CriteriaVersion:
    table = Table(source.name, "", source.data)
    table.require_only(*VERSION, *LISTS)
    known = frozenset(reading.id for reading in readings)
    valid_from = table.get("valid_from", date)
    version = table.get("version", str)
    if not source.name.endswith(f"/{valid_from.isoformat()}.toml") or version != valid_from.isoformat():
        raise table.refuse("version", "the first day in force, which is also the name of the file")
    criteria = tuple(_criterion(each, known) for each in table.tables("criterion"))
    order = table.strings("order")
    _require_order(table, order, criteria)
    return CriteriaVersion(
        id=table.get("id", str),
        version=version,
        valid_from=valid_from,
        valid_to=table.get("valid_to", date) if "valid_to" in source.data else None,
        checked_on=table.get("checked_on", date),
        sha256=source.sha256,
        booked_years=table.get("booked_years", int),
        order=order,
        criteria=criteria,
        admissibility=tuple(_admissibility(each, known) for each in table.tables("admissibility")),
        warnings=_warnings(table, frozenset(order)),
        readings=readings,
    )


def _require_order(table: Table, order: tuple[str, ...], criteria: Sequence[Criterion]) -> None:
    """The order names each criterion once, and no criterion rests on itself."""
    ids = [criterion.id for criterion in criteria]
    if sorted(ids) != sorted(order) or len(set(ids)) != len(ids):
        raise table.refuse("order", f"each criterion once: {', '.join(ids)}")
    for criterion in criteria:
        for name, other in criterion.rests_on.items():
            if other not in ids:
                raise table.refuse(f"criterion[{criterion.id}].rests_on.{name}", f"one of {', '.join(ids)}")
    try:
        TopologicalSorter({each.id: set(each.rests_on.values()) for each in criteria}).prepare()
    except CycleError as error:
        raise table.refuse("rests_on", "no criterion may rest on itself") from error


def _criterion(table: Table, known: frozenset[str]) -> Criterion:
    table.require_only(*CRITERION)
    name = table.get("check", str)
    if name not in CHECKS:
        raise table.refuse("check", f"one of {', '.join(CHECKS)}")
    rests_on = {key: str(value) for key, value in table.get_or("rests_on", dict, {}).items()}
    parameters = table.table("parameters") if "parameters" in table.data else Table(table.file, table.key, {})
    return Criterion(
        id=table.get("id", str),
        check=CHECKS[name],
        parameters=bound_parameters(parameters, CHECKS[name], given=frozenset(rests_on)),
        rests_on=rests_on,
        populations=members(table, "populations", Population),
        provenance=_provenance(table),
        help=table.texts("help"),
        evidence=_evidence(table),
        readings=_reading_ids(table, known),
    )


def _admissibility(table: Table, known: frozenset[str]) -> Admissibility:
    table.require_only(*ITEM)
    return Admissibility(
        id=table.get("id", str),
        provenance=_provenance(table),
        help=table.texts("help"),
        evidence=_evidence(table),
        readings=_reading_ids(table, known),
    )


def _provenance(table: Table) -> Provenance:
    """A published sentence comes with its translations; a house rule says that it is one and quotes nothing."""
    source = table.get("source", str)
    if source == HOUSE_RULE:
        for name in ("sentence", "translation", "fr_is_working_translation"):
            if name in table.data:
                raise table.refuse(name, "a house rule quotes no sentence")
        return Provenance(source, "", {}, fr_is_working_translation=False)
    translation = table.table("translation")
    translation.require_only("fr", "en")
    return Provenance(
        source=source,
        sentence=table.get("sentence", str),
        translations={language: translation.get(language, str) for language in ("fr", "en")},
        fr_is_working_translation=table.get("fr_is_working_translation", bool),
    )


def _evidence(table: Table) -> tuple[EvidenceSlot, ...]:
    return tuple(member(table, "evidence", each, EvidenceSlot) for each in table.strings("evidence"))


def _reading_ids(table: Table, known: frozenset[str]) -> tuple[str, ...]:
    ids = table.strings("readings")
    for each in ids:
        if each not in known:
            raise table.refuse("readings", f"{each} is not among the readings")
    return ids


def _warnings(table: Table, criteria: frozenset[str]) -> tuple[WarningRule, ...]:
    rules = tuple(_warning(each, criteria) for each in table.tables("warning"))
    if sorted(rule.code for rule in rules) != sorted(WarningCode):
        raise table.refuse("warning", f"each of {', '.join(WarningCode)} once")
    return rules


def _warning(table: Table, criteria: frozenset[str]) -> WarningRule:
    table.require_only("id", "parameters")
    code = member(table, "id", table.get("id", str), WarningCode)
    parameters = table.table("parameters") if "parameters" in table.data else Table(table.file, table.key, {})
    bound = bound_parameters(parameters, WARNINGS[code], given=frozenset())
    for name, value in bound.items():
        if isinstance(value, str) and value not in criteria:
            raise parameters.refuse(name, f"one of {', '.join(sorted(criteria))}")
    return WarningRule(code, WARNINGS[code], bound)


def _readings(source: Source) -> tuple[Reading, ...]:
    table = Table(source.name, "", source.data)
    table.require_only("reading")
    readings = tuple(_reading(each) for each in table.tables("reading"))
    if len({reading.id for reading in readings}) != len(readings):
        raise table.refuse("reading", "each id once")
    return readings


def _reading(table: Table) -> Reading:
    table.require_only(*READING)
    options = table.lists_of_texts("options")
    count = len(options["nl"])
    if any(len(each) != count for each in options.values()):
        raise table.refuse("options", "as many in each language")
    chosen = _option(table, "chosen_option", count) if "chosen_option" in table.data else None
    reading_id = table.get("id", str)
    tables = table.tables("alternative") if "alternative" in table.data else []
    return Reading(
        id=reading_id,
        question=table.texts("question"),
        options=options,
        chosen=table.texts("chosen"),
        why=table.texts("why"),
        decided_by=table.get("decided_by", str),
        decided_on=table.get("decided_on", date),
        checked_on=table.get("checked_on", date),
        chosen_option=chosen,
        alternatives=tuple(_alternative(each, reading_id, count=count, chosen=chosen) for each in tables),
    )


def _option(table: Table, name: str, count: int) -> int:
    option = table.get(name, int)
    if not 1 <= option <= count:
        raise table.refuse(name, f"1 to {count}, the place of an option")
    return option


def _alternative(table: Table, reading: str, *, count: int, chosen: int | None) -> Alternative:
    table.require_only(*ALTERNATIVE)
    option = _option(table, "option", count)
    if option == chosen:
        raise table.refuse("option", "another option than the one chosen")
    unlisted_only = table.get_or("unlisted_only", bool, default=False)
    return Alternative(reading, option, unlisted_only, table.table("changes").data)


def _require_variants(source: Source, version: CriteriaVersion) -> None:
    """Each alternative can be applied to the version."""
    for reading in Table(source.name, "", source.data).tables("reading"):
        for each in reading.tables("alternative") if "alternative" in reading.data else []:
            changed(version, each.table("changes"))
