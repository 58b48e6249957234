"""What was answered, as label and value, per step; the check page and the file's own page show the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.templatetags.desk import site_number
from applications.enums import StatementField
from applications.evidence import NARRATIVES
from applications.models import Application, Statement
from centres.enums import Activity, FacilityRole, Population

Value = object


@dataclass(frozen=True, slots=True)
class AnswerRow:
    label: str | Promise
    value: Value


@dataclass(frozen=True, slots=True)
class AnswerSection:
    step: str
    rows: tuple[AnswerRow, ...]


NARRATIVE_NAMES: Mapping[str, str | Promise] = {
    "C3a": _("Intensive care"),
    "C3b": _("Neurology"),
    "P3": _("Paediatric intensive care"),
    "C5": _("Research and publications"),
    "C6": _("Register"),
    "AD5": _("Qualification by the holder"),
}


def answer_sections(application: Application) -> tuple[AnswerSection, ...]:
    """Every step that asks something of this application, in order."""
    rows = list(application.statements.select_related("annex"))
    makers: dict[str, Callable[[Application, list[Statement]], list[AnswerRow]]] = {
        "product": _product,
        "centre": _centre,
        "certificates": _certificates,
        "allografts": _allografts,
        "intensive-care": _intensive_care,
        "laboratory": _laboratory,
        "forecast": _forecast,
    }
    order = ("product", "centre", "certificates", "allografts", "intensive-care", "paediatrics", "laboratory")
    sections = []
    for step in (*order, "research", "register", "qualification", "forecast"):
        if step == "paediatrics" and Population.PAED not in application.populations:
            continue
        made = makers[step](application, rows) if step in makers else []
        sections.append(AnswerSection(step, (*made, *_narratives(step, rows))))
    return tuple(sections)


def _product(file: Application, _rows: list[Statement]) -> list[AnswerRow]:
    indication = file.paragraph.indication((get_language() or "en")[:2])
    return [
        AnswerRow(_("Product"), file.product.name),
        AnswerRow(_("Paragraph"), f"§ {file.paragraph.number} · {indication}"),
        AnswerRow(_("For whom"), [Population(name).label for name in file.populations]),
        AnswerRow(_("Language of the dossier"), file.get_language_display()),
        AnswerRow(_("Your own reference"), file.external_reference),
    ]


def _centre(file: Application, _rows: list[Statement]) -> list[AnswerRow]:
    return [
        AnswerRow(_("Site of administration"), f"{file.centre.hospital.name} — {file.centre.name}"),
        AnswerRow(_("Establishment number"), site_number(file.centre.site_number)),
        AnswerRow(_("Site of apheresis"), site_number(file.apheresis_site)),
        AnswerRow(_("E-mail address for questions"), file.contact_email),
    ]


def _certificates(_file: Application, rows: list[Statement]) -> list[AnswerRow]:
    stated = _of(rows, StatementField.CERTIFICATE)
    told = [AnswerRow(_("Certificate %s") % row.key, _certificate(row)) for row in stated]
    if any(_of(rows, StatementField.NO_CERTIFICATES)):
        told.append(AnswerRow(_("JACIE certificates"), _("none")))
    for row in _of(rows, StatementField.IEC_APPLICATION):
        filed = f"{_day(row.value['filed_on'])}, {site_number(row.value['site'])}"
        told.append(AnswerRow(_("Running JACIE application"), filed))
    return told or [AnswerRow(_("JACIE certificates"), None)]


def _certificate(row: Statement) -> list[str]:
    value = row.value
    scopes = [f"{Population(p).label}: {Activity(a).label}" for p, a in value["scopes"]]
    units = [f"{FacilityRole(u['role']).label} {site_number(u['site'])}" for u in value.get("facilities") or []]
    return [
        f"{_day(value['valid_from'])} \N{EN DASH} {_day(value['extended_to'] or value['valid_to'])}",
        *scopes,
        *units,
        *_cited(row),
    ]


def _laboratory(file: Application, _rows: list[Statement]) -> list[AnswerRow]:
    return [AnswerRow(_("Site of the stem-cell laboratory"), site_number(file.laboratory_site))]


def _allografts(_file: Application, rows: list[Statement]) -> list[AnswerRow]:
    told = [AnswerRow(row.key, row.value) for row in _of(rows, StatementField.DECLARED_ALLOGRAFTS)]
    for row in _of(rows, StatementField.SUPPLEMENT):
        value = row.value
        line = [str(value["count"]), str(_("of which under 18: %s") % value["paed"]), value["reference"], *_cited(row)]
        told.append(AnswerRow(_("Outside the insurance, %s") % value["year"], line))
    return told or [AnswerRow(_("Transplantations per year"), None)]


def _intensive_care(_file: Application, rows: list[Statement]) -> list[AnswerRow]:
    site = next(iter(_of(rows, StatementField.INTENSIVE_CARE_SITE)), None)
    return [AnswerRow(_("Site of intensive care"), site_number(site.value) if site else None)]


def _forecast(file: Application, _rows: list[Statement]) -> list[AnswerRow]:
    years = [AnswerRow(_("Forecast, year %s") % place, count) for place, count in enumerate(file.forecast, start=1)]
    return [*years, AnswerRow(_("Motivation"), file.motivation)]


def _narratives(step: str, rows: list[Statement]) -> list[AnswerRow]:
    told = {row.key: row.value["text"] for row in _of(rows, StatementField.NARRATIVE)}
    return [AnswerRow(NARRATIVE_NAMES[criterion], told.get(criterion)) for criterion in NARRATIVES.get(step, ())]


def _of(rows: list[Statement], field: StatementField) -> list[Statement]:
    return [row for row in rows if row.field == field]


def _cited(row: Statement) -> list[str]:
    if row.annex is None:
        return []
    page = f", p. {row.page}" if row.page else ""
    return [f"{row.annex.title}{page}"]


def _day(text: str) -> str:
    return date.fromisoformat(text).strftime("%d/%m/%Y")
