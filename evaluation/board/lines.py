"""The inputs a criterion rests on, one line each, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.formats import with_colon
from accounts.templatetags.desk import number, short_date, site_number
from applications.enums import StatedIn
from centres.enums import Activity, FacilityRole, Population
from evaluation.differences import contradictions
from evaluation.enums import InputField, SupplementBasis
from evaluation.models import IecApplication, Input, Supplement
from evaluation.models.inputs import RESOLVED_BY_SETTING_ASIDE, Stated
from evaluation.records import SiteRecord

Kind = Literal["input", "supplement", "iec-application"]
CERTIFICATES = (InputField.CERTIFICATE, InputField.NO_CERTIFICATES)
FIELDS: Mapping[str, tuple[InputField, ...]] = {
    "C1a": CERTIFICATES,
    "C1b": CERTIFICATES,
    "C1c": (InputField.APHERESIS_SITE, *CERTIFICATES),
    "C2": (InputField.BILLED, InputField.DECLARED),
    "C3a": (InputField.INTENSIVE_CARE_SITE,),
    "C4": (InputField.LABORATORY_SITE,),
    "P1": (InputField.APHERESIS_SITE, *CERTIFICATES),
    "P2": (InputField.BILLED_PAED,),
    "P3": (InputField.INTENSIVE_CARE_SITE,),
}
WITH_SUPPLEMENTS = frozenset({"C2", "P2"})
WITH_IEC_APPLICATION = frozenset({"C1a", "C1c"})
SITES = (InputField.APHERESIS_SITE, InputField.LABORATORY_SITE, InputField.INTENSIVE_CARE_SITE)
BOOKED = (InputField.BILLED, InputField.BILLED_PAED)


@dataclass(frozen=True, slots=True)
class Line:
    """One statement: what it says, who stated it and who confirmed it; `contradicted` when another says otherwise."""

    stated: Stated
    kind: Kind
    label: str
    value: str
    contradicted: bool = False

    @property
    def may_be_confirmed(self) -> bool:
        needs_it = self.kind != "supplement" and not self.is_read
        return needs_it and not self.contradicted and not self.stated.is_confirmed

    @property
    def is_read(self) -> bool:
        return is_read(self.stated)

    @property
    def may_be_corrected(self) -> bool:
        """A booked figure changes with the next delivery; that there are no certificates, by stating one."""
        row = self.stated
        if not isinstance(row, Input) or row.stated_in == StatedIn.VINTAGE:
            return False
        return row.field != InputField.NO_CERTIFICATES

    @property
    def awaits_act(self) -> bool:
        """Confirming or ruling is what is left to do about it."""
        if self.contradicted or self.is_read:
            return False
        return not self.stated.ruling if isinstance(self.stated, Supplement) else not self.stated.is_confirmed


def is_read(stated: Stated) -> bool:
    """A description needs no confirmation: the person who judges reads it beside its documents."""
    return isinstance(stated, Input) and stated.field == InputField.NARRATIVE


def lines_of(record: SiteRecord, criterion: str | None = None) -> tuple[Line, ...]:
    """What stands about the site, of one criterion or of all, in the order of the law."""
    set_aside_one = [each for each in contradictions(record) if each.kind in RESOLVED_BY_SETTING_ASIDE]
    disputed = {row.pk for each in set_aside_one for row in each.inputs}
    stated: list[Stated] = [row for row in record.inputs if criterion is None or _belongs(row, criterion)]
    if criterion is None or criterion in WITH_SUPPLEMENTS:
        stated += record.supplements
    if criterion is None or criterion in WITH_IEC_APPLICATION:
        stated += record.iec_applications
    return tuple(line_of(row, contradicted=row.pk in disputed) for row in stated if row.is_current)


def criterion_of(stated: Stated) -> str:
    """The first criterion that an input serves: where a reader looks for it."""
    match stated:
        case Supplement():
            return "C2"
        case IecApplication():
            return "C1a"
        case Input(field=InputField.NARRATIVE):
            return stated.key
        case Input():
            return next((name for name, fields in FIELDS.items() if stated.field in fields), "")
    return ""


def line_of(stated: Stated, *, contradicted: bool = False) -> Line:
    match stated:
        case Supplement():
            return Line(stated, "supplement", _("Outside the insurance"), _supplement(stated), contradicted)
        case IecApplication():
            return Line(stated, "iec-application", _("Running application"), _iec_application(stated), contradicted)
        case Input():
            return Line(stated, "input", _label(stated), value_in_words(stated.field, stated.value), contradicted)
    raise TypeError(type(stated).__name__)


def value_in_words(field: str, value: Any) -> str:
    """A stated value as a person reads it; what is not understood is shown as it stands."""
    match field, value:
        case InputField.CERTIFICATE, dict():
            return _certificate(value)
        case InputField.NO_CERTIFICATES, _:
            return _("there are none")
        case name, dict() if name in BOOKED:
            total = sum(value.values())
            return (
                " + ".join(f"{with_colon(code)} {number(acts)}" for code, acts in sorted(value.items()))
                + f" = {number(total)}"
            )
        case name, str() if name in SITES:
            return site_number(value)
        case InputField.NARRATIVE, {"text": text}:
            return str(text)
        case _, int():
            return number(value)
    return str(value)


def _belongs(row: Input, criterion: str) -> bool:
    if row.field == InputField.NARRATIVE:
        return row.key == criterion
    return row.field in FIELDS.get(criterion, ())


def _label(row: Input) -> str:
    return line_label(row.field, row.key) or row.get_field_display()


def line_label(field: str, key: str) -> str:
    """What a reader calls a field; empty for one that has no word of its own here."""
    words: dict[str, str] = {
        InputField.CERTIFICATE: _("Certificate"),
        InputField.NO_CERTIFICATES: _("Certificates"),
        InputField.BILLED: _("Booked %(year)s") % {"year": key},
        InputField.BILLED_PAED: _("Booked for children %(year)s") % {"year": key},
        InputField.DECLARED: _("Hospital's count %(year)s") % {"year": key},
        InputField.APHERESIS_SITE: _("Apheresis"),
        InputField.LABORATORY_SITE: _("Laboratory"),
        InputField.INTENSIVE_CARE_SITE: _("Intensive care"),
        InputField.NARRATIVE: _("Description"),
    }
    return words.get(field, "")


def _supplement(row: Supplement) -> str:
    basis = SupplementBasis(row.basis).label
    return _("%(year)s: %(count)s, of whom children %(paed)s, %(basis)s %(reference)s") % {
        "year": row.year,
        "count": number(row.count),
        "paed": number(row.paed),
        "basis": basis,
        "reference": row.reference,
    }


def _iec_application(row: IecApplication) -> str:
    return _("filed on %(day)s for site %(site)s") % {
        "day": short_date(row.filed_on),
        "site": site_number(row.site_number),
    }


def _certificate(value: Mapping[str, Any]) -> str:
    parts = [
        f"{value['body']} {value['number']}",
        _("%(first)s to %(last)s") % {"first": _day(value["valid_from"]), "last": _day(value["valid_to"])},
    ]
    if value.get("extended_to"):
        parts.append(_("extended to %(day)s") % {"day": _day(value["extended_to"])})
    if value.get("renewal_filed_on"):
        parts.append(_("renewal filed on %(day)s") % {"day": _day(value["renewal_filed_on"])})
    parts += [_scope(*pair) for pair in value["scopes"]]
    facilities = value.get("facilities") or ()
    parts += [f"{_label_of(FacilityRole, each['role'])} {site_number(each['site'])}" for each in facilities]
    return " · ".join(parts) + ("" if facilities else " · " + _("names no site"))


def _scope(population: str, activity: str) -> str:
    return f"{with_colon(_label_of(Population, population))} {_label_of(Activity, activity)}"


def _label_of(choices: Any, value: str) -> str:
    label: str | Promise = choices(value).label
    return str(label)


def _day(value: str) -> str:
    return short_date(date.fromisoformat(value))


def in_documents(lines: Iterable[Line]) -> tuple[tuple[Any, tuple[Line, ...]], ...]:
    """The lines by the annex they stand in, those without one last."""
    grouped: dict[Any, list[Line]] = {}
    for line in lines:
        grouped.setdefault(line.stated.annex, []).append(line)
    return tuple((annex, tuple(rows)) for annex, rows in sorted(grouped.items(), key=lambda item: _place(item[0])))


def _place(annex: Any) -> tuple[int, str, int]:
    return (1, "", 0) if annex is None else (0, annex.application.reference, annex.number)
