"""The pre-check that a filing cites, and what the file states otherwise since."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AuditEvent
from accounts.templatetags.desk import site_number
from applications.enums import StatementField
from applications.models import Application
from evaluation.codes import UnreadableCode, decode
from evaluation.law import criteria_versions
from evaluation.services.handing_over import CITED, HandOver, hand_over

MEMBERS: Mapping[str, str | Promise] = {
    "body": gettext_lazy("Body"),
    "valid_from": gettext_lazy("Valid from"),
    "valid_to": gettext_lazy("Valid up to and including"),
    "extended_to": gettext_lazy("Extended up to and including"),
    "renewal_filed_on": gettext_lazy("Renewal applied for on"),
    "scopes": gettext_lazy("Awarded for"),
    "facilities": gettext_lazy("Units and their sites"),
    "filed_on": gettext_lazy("Filed on"),
    "site": gettext_lazy("Site"),
    "basis": gettext_lazy("Known from"),
    "count": gettext_lazy("Transplantations"),
    "paed": gettext_lazy("Of which under 18"),
}
HANDED = {
    StatementField.CERTIFICATE,
    StatementField.NO_CERTIFICATES,
    StatementField.IEC_APPLICATION,
    StatementField.DECLARED_ALLOGRAFTS,
    StatementField.SUPPLEMENT,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One statement that is another now; empty where it was not there, or is not any more."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Cited:
    """`link` opens the entry as it was; without one, this desk cannot read its code any more."""

    link: str
    changes: tuple[Change, ...]


def cited_pre_check(application: Application) -> Cited | None:
    """The pre-check a draft was started from, with what changed since; None where it was started without."""
    event = AuditEvent.objects.about(application).filter(verb=CITED).first()
    if event is None:
        return None
    code = str((event.after or {}).get("code", ""))
    try:
        facts = decode(code, criteria_versions())
    except UnreadableCode:
        return Cited("", ())
    years = application.batch.booked_years if application.batch else facts.booked_years
    handed = hand_over(facts, years=years)
    link = f"{reverse('evaluation:pre-check')}?entry={code}"
    return Cited(link, (*_of_the_file(application, handed), *_of_the_statements(application, handed)))


def _of_the_file(application: Application, handed: HandOver) -> list[Change]:
    pairs = (
        (_("Site of apheresis"), site_number(handed.apheresis_site), site_number(application.apheresis_site)),
        (
            _("Site of the stem-cell laboratory"),
            site_number(handed.laboratory_site),
            site_number(application.laboratory_site),
        ),
    )
    return [Change(label, before, after) for label, before, after in pairs if before != after]


def _of_the_statements(application: Application, handed: HandOver) -> list[Change]:
    before = {(str(fact.field), fact.key): fact.value for fact in handed.stated}
    rows = application.statements.filter(field__in=HANDED)
    now = {(row.field, row.key): row.value for row in rows}
    found = []
    for field, key in sorted(before.keys() | now.keys()):
        old, new = before.get((field, key)), now.get((field, key))
        if old != new:
            label = f"{StatementField(field).label} {key}".strip()
            found.append(Change(label.capitalize() if not key else label, *_told(old, new)))
    return found


def _told(old: Any, new: Any) -> tuple[str, str]:
    """Both values in words; of two objects only the members that differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        differing = [name for name in MEMBERS if old.get(name) != new.get(name)]
        return _members(old, differing), _members(new, differing)
    return _words(old), _words(new)


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return _members(value, [name for name in MEMBERS if value.get(name) not in (None, [])])
    return _("yes") if value is True else str(value)


def _members(value: Mapping[str, Any], names: list[str]) -> str:
    return "; ".join(f"{MEMBERS[name]}: {_member(value.get(name))}" for name in names)


def _member(value: Any) -> str:
    match value:
        case None | []:
            return "—"
        case [{"role": _role}, *_more]:
            return ", ".join(f"{row['role']} {site_number(row['site'])}" for row in value)
        case [[*_pair], *_more]:
            return ", ".join(" ".join(pair) for pair in value)
        case _:
            return str(value)
