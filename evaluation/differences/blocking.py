"""What keeps a fact from counting: statements against each other, and a certificate against its register."""

from collections import defaultdict
from datetime import date
from typing import Any

from centres.models import Certificate
from evaluation.differences.model import Difference, Source, distinct_values, stated_source
from evaluation.enums import DifferenceKind, InputField, SourceKind
from evaluation.models import Input
from evaluation.models.inputs import Stated
from evaluation.records import SiteRecord, certificate_identity, fact_name

COMPARED = ("valid_from", "valid_to", "extended_to", "renewal_filed_on", "scopes", "facilities")
UNKNOWN_WHEN_EMPTY = ("renewal_filed_on", "scopes", "facilities")
"""Where a side is silent on these it does not contradict the other."""


def blocking_differences(record: SiteRecord) -> tuple[Difference, ...]:
    """All of them, settled or not, from what the record holds alone."""
    found = (*_of_statements(record), *_of_no_certificate(record), *_of_register(record))
    return tuple(each.resolved_in(record) for each in found)


def contradictions(record: SiteRecord) -> tuple[Difference, ...]:
    """Those that still wait for a person: none of their facts counts."""
    return tuple(each for each in blocking_differences(record) if each.is_open)


def certificates_are_disputed(record: SiteRecord) -> bool:
    """Which certificates the site has is unknown while a file states none, or the register says otherwise of one."""
    return any(each.field == InputField.CERTIFICATE for each in contradictions(record))


def current_certificates(record: SiteRecord) -> dict[str, list[Input]]:
    """The current statements by the number of the certificate."""
    found: dict[str, list[Input]] = defaultdict(list)
    for row in record.inputs:
        if row.is_current and row.field == InputField.CERTIFICATE:
            found[row.key].append(row)
    return found


def _of_statements(record: SiteRecord) -> list[Difference]:
    groups: dict[tuple[str, str], list[Stated]] = defaultdict(list)
    for row in (*record.inputs, *record.supplements, *record.iec_applications):
        name, key = fact_name(row)
        if row.is_current and name != InputField.NARRATIVE:
            groups[name, key].append(row)
    return [
        Difference(DifferenceKind.STATEMENTS, name, key, tuple(stated_source(row, record) for row in rows))
        for (name, key), rows in sorted(groups.items())
        if distinct_values(rows) > 1
    ]


def _of_no_certificate(record: SiteRecord) -> list[Difference]:
    none = [row for row in record.current(InputField.NO_CERTIFICATES) if row.value is True]
    stated = [row for rows in current_certificates(record).values() for row in rows]
    if not none or not stated:
        return []
    sources = tuple(stated_source(row, record) for row in (*stated, *none))
    return [Difference(DifferenceKind.NO_CERTIFICATE, InputField.CERTIFICATE, "", sources)]


def _of_register(record: SiteRecord) -> list[Difference]:
    """Once the files agree on a certificate, it is held beside the register; what that does not know is no conflict."""
    found = []
    for number, rows in sorted(current_certificates(record).items()):
        entry = registered_certificate(record, rows[0])
        if entry is None or distinct_values(rows) > 1 or not _differs(rows[0].value, registered_value(entry)):
            continue
        register = Source(
            kind=SourceKind.REGISTER,
            field=InputField.CERTIFICATE,
            key=number,
            value=registered_value(entry),
            site=record.centre.site_number,
            batch="",
            who=entry.programme_name,
        )
        sources = (*(stated_source(row, record) for row in rows), register)
        found.append(Difference(DifferenceKind.REGISTER, InputField.CERTIFICATE, number, sources))
    return found


def registered_certificate(record: SiteRecord, row: Input) -> Certificate | None:
    """The register's entry of the same body and number."""
    return record.registered.get(certificate_identity(row.value["body"], row.value["number"]))


def registered_value(entry: Certificate) -> dict[str, Any]:
    """A certificate of the register in the shape in which one is stated."""
    scopes = sorted([scope.population, scope.activity] for scope in entry.scopes.all())
    facilities = sorted((unit.role, unit.site_number) for unit in entry.facilities.all())
    return {
        "body": entry.body,
        "number": entry.number,
        "valid_from": entry.valid_from.isoformat(),
        "valid_to": entry.valid_to.isoformat(),
        "extended_to": _iso(entry.extended_to),
        "renewal_filed_on": _iso(entry.renewal_filed_on),
        "scopes": scopes,
        "facilities": [{"role": role, "site": site} for role, site in facilities] or None,
    }


def register_value(stated: dict[str, Any], registered: dict[str, Any]) -> dict[str, Any]:
    """What the certificate is when the register holds: what that is silent on stays as stated."""
    silent = {name: stated.get(name) for name in UNKNOWN_WHEN_EMPTY if not registered[name]}
    return registered | silent | {"body": stated["body"], "number": stated["number"]}


def _differs(stated: dict[str, Any], registered: dict[str, Any]) -> bool:
    return any(
        _part(stated, name) != _part(registered, name) for name in COMPARED if _both_say(stated, registered, name)
    )


def _both_say(stated: dict[str, Any], registered: dict[str, Any], name: str) -> bool:
    return name not in UNKNOWN_WHEN_EMPTY or (bool(stated.get(name)) and bool(registered.get(name)))


def _part(value: dict[str, Any], name: str) -> object:
    part = value.get(name)
    if name == "scopes":
        return sorted(tuple(pair) for pair in part or ())
    return sorted((unit["role"], unit["site"]) for unit in part or ()) if name == "facilities" else part


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
