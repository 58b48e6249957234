"""What the holders file: one application after the other, each with its answers and its evidence, then submitted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from applications.enums import AdmissibilityState, StatementField
from applications.evidence import asked_slots
from applications.models import Annex, Application
from applications.selectors.batches import batch_for
from applications.services.admission import decide_admissibility
from applications.services.annexes import add_annex
from applications.services.drafts import Fact, save_answers, start_application
from applications.services.submission import submit_application, withdraw_application
from centres.enums import HolderRole, Population
from evaluation.demo.evidence import cited_page, evidence_pdf, evidence_title
from evaluation.demo.people import DOMAIN, People
from evaluation.demo.registers import Registers, certificates_of, site_table
from evaluation.demo.tables import Pace, local, table
from evaluation.services.admissibility import check_admissibility_item
from evaluation.services.intake import take_in_statements

ADULTS = [Population.ADULT.value]
LISTED_TOO = ("JACIE_FACILITIES", "ALLOGRAFTS")


@dataclass(frozen=True, slots=True)
class Filings:
    """The applications by the keys of the table, as they are written."""

    people: People
    registers: Registers
    by_key: dict[str, Application] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Application:
        return Application.objects.with_names().get(pk=self.by_key[key].pk)


def rows() -> list[dict[str, Any]]:
    return list(table("applications")["application"])


def file_between(filings: Filings, first: date, last: date) -> None:
    """Start, fill in and submit what the table files in these days, both included; drafts by the day they start."""
    for row in rows():
        if first <= _moment(row).date() <= last:
            filings.by_key[row["key"]] = _file(filings, row)


def decide_between(filings: Filings, first: date, last: date, *, by: User, pace: Pace) -> None:
    """The secretariat decides on the form of what was submitted in these days; some files stay open."""
    for row in rows():
        if "submitted" not in row or not first <= row["submitted"].date() <= last or row.get("undecided"):
            continue
        if "refused" in row:
            result, reason = AdmissibilityState.INADMISSIBLE, row["refused"]
        elif "to_complete" in row:
            result, reason = AdmissibilityState.TO_COMPLETE, row["to_complete"]
        else:
            result, reason = AdmissibilityState.ADMISSIBLE, ""
        if result == AdmissibilityState.ADMISSIBLE:
            _check_items(filings[row["key"]], row["language"], by=by, pace=pace)
        decide_admissibility(filings[row["key"]], result=result, reason=reason, by=by, at=pace.tick())


def _check_items(application: Application, language: str, *, by: User, pace: Pace) -> None:
    """What only a person can say: who files, and that the holder qualifies the site."""
    for item, words in table("reviews")["admissible"].items():
        result = AdmissibilityState.ADMISSIBLE
        check_admissibility_item(application, item=item, result=result, reason=words[language], by=by, at=pace.tick())


def withdraw_between(filings: Filings, first: date, last: date) -> None:
    for row in rows():
        if "withdrawn" in row and first <= row["withdrawn"].date() <= last:
            staff, at = filings.people.staff_of(row["holder"]), local(row["withdrawn"])
            withdraw_application(filings[row["key"]], reason=row["withdrawn_reason"], by=staff, at=at)


def _moment(row: Mapping[str, Any]) -> datetime:
    return local(row["submitted"] if "submitted" in row else row["started"])


def _file(filings: Filings, row: Mapping[str, Any]) -> Application:
    staff = filings.people.staff_of(row["holder"])
    pace = Pace(_moment(row) - timedelta(days=1 if "submitted" in row else 0), minutes=2)
    application = _started(filings, row, by=staff, at=pace.tick())
    if not row.get("bare"):
        annexes = dict(_attach(application, row, by=staff, pace=pace))
        facts = [*_site_facts(application, row), *_narratives(row, application)]
        cited = [_cited(fact, annexes) for fact in facts]
        save_answers(application, stated=cited, by=staff, at=pace.tick())
    if "submitted" in row:
        submit_application(application, by=staff, at=_moment(row))
        take_in_statements(filings_fresh(application), at=_moment(row) + timedelta(minutes=1))
    return filings_fresh(application)


def filings_fresh(application: Application) -> Application:
    return Application.objects.with_names().get(pk=application.pk)


def _started(filings: Filings, row: Mapping[str, Any], *, by: User, at: datetime) -> Application:
    registers, language = filings.registers, row["language"]
    paragraph, centre, site = registers.paragraphs[row["paragraph"]], registers.centres[row["site"]], _site(row)
    forecast = [*row.get("forecast", (3, 4, 5)), None, None, None]
    return start_application(
        holder=registers.holders[row["holder"]],
        product=paragraph.product,
        paragraph=paragraph,
        centre=centre,
        populations=row.get("populations", ADULTS),
        language=language,
        contact_email=f"aanvragen.{row['holder']}@{DOMAIN}",
        apheresis_site=site.get("apheresis_site", centre.site_number),
        laboratory_site="" if row.get("bare") else _laboratory(row),
        forecast=(forecast[0], forecast[1], forecast[2]),
        motivation=row.get("motivation", table("evidence")["motivation"][language]),
        by=by,
        at=at,
    )


def _site(row: Mapping[str, Any]) -> dict[str, Any]:
    return site_table(row["site"])


def _laboratory(row: Mapping[str, Any]) -> str:
    site = _site(row)
    return str(row.get("laboratory_site", site.get("laboratory_site", site["site_number"])))


def _years(row: Mapping[str, Any]) -> tuple[int, int, int]:
    return batch_for(_moment(row).date()).booked_years


def _supplements(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [line for line in _site(row).get("supplement", []) if line["year"] in _years(row)]


def _site_facts(application: Application, row: Mapping[str, Any]) -> Iterator[Fact]:
    """What the application states of its site, without the words."""
    site = _site(row)
    for stated in certificates_of(site):
        yield Fact(StatementField.CERTIFICATE, stated, key=stated["number"])
    if "iec_application" in site:
        told = site["iec_application"]
        yield Fact(StatementField.IEC_APPLICATION, {"filed_on": told["filed_on"].isoformat(), "site": told["site"]})
    for year, count in _declared(row).items():
        yield Fact(StatementField.DECLARED_ALLOGRAFTS, count, key=str(year))
    for line in _supplements(row):
        yield Fact(StatementField.SUPPLEMENT, line, key=f"{line['year']} {line['reference']}")
    yield Fact(StatementField.INTENSIVE_CARE_SITE, application.centre.site_number)


def _declared(row: Mapping[str, Any]) -> dict[int, int]:
    """The hospital's own count: what is booked, unless the table says otherwise."""
    site = _site(row)
    told = {int(year): sum(counts[:2]) for year, counts in site["booked"].items()}
    told |= {int(year): count for year, count in site.get("declared", {}).items()}
    return {year: told[year] for year in _years(row) if year in told}


def _narratives(row: Mapping[str, Any], application: Application) -> Iterator[Fact]:
    for criterion, words in table("evidence")["narrative"].items():
        if criterion == "P3" and Population.PAED not in application.populations:
            continue
        if words["slot"] not in row.get("without", ()):
            yield Fact(StatementField.NARRATIVE, {"text": words[_site(row)["language"]]}, key=criterion)


SLOT_OF = {
    StatementField.CERTIFICATE: "JACIE_CERTIFICATE",
    StatementField.IEC_APPLICATION: "IEC_APPLICATION",
    StatementField.DECLARED_ALLOGRAFTS: "ALLOGRAFTS",
    StatementField.SUPPLEMENT: "SUPPLEMENT",
    StatementField.INTENSIVE_CARE_SITE: "INTENSIVE_CARE",
}


def _cited(fact: Fact, annexes: Mapping[str, Annex]) -> Fact:
    """The same answer with the document and page it points to, where that document is there."""
    if fact.field == StatementField.NARRATIVE:
        slot = table("evidence")["narrative"][fact.key]["slot"]
    else:
        slot = SLOT_OF[StatementField(fact.field)]
    annex = annexes.get(slot)
    return fact if annex is None else Fact(fact.field, fact.value, fact.key, annex, cited_page(slot))


def _attach(application: Application, row: Mapping[str, Any], *, by: User, pace: Pace) -> Iterator[tuple[str, Annex]]:
    """The documents in the language of the hospital; those of the holder in the language of the file."""
    facts, site = _words(application, row), _site(row)
    for slot in _slots(application, row):
        language = row["language"] if slot in ("HOLDER_QUALIFICATION", "MANDATE") else site["language"]
        yield (
            slot,
            add_annex(
                application,
                slot=slot,
                title=evidence_title(slot, language),
                file_name=f"{slot.lower().replace('_', '-')}-{site['key']}.pdf",
                content=evidence_pdf(slot, language, facts),
                by=by,
                at=pace.tick(),
            ),
        )


def _slots(application: Application, row: Mapping[str, Any]) -> list[str]:
    stated = {str(fact.field) for fact in _site_facts(application, row)}
    asked = asked_slots(
        stated=frozenset(stated),
        with_children=Population.PAED in application.populations,
        represented=application.holder.role == HolderRole.REPRESENTATIVE,
    )
    wanted = {str(slot) for slot in asked} | set(LISTED_TOO)
    return [slot for slot in table("evidence") if slot in wanted and slot not in row.get("without", ())]


def _words(application: Application, row: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the documents can name."""
    site, certificates = _site(row), certificates_of(_site(row))
    iec = site.get("iec_application", {})
    units = {unit["site"] for stated in certificates for unit in stated["facilities"] or []}
    return {
        "site": str(application.centre),
        "site_number": application.centre.site_number,
        "intensive_care_site": application.centre.site_number,
        "laboratory_site": _laboratory(row),
        "holder": application.holder.name,
        "represents": application.holder.represents,
        "product": application.product.name,
        "certificate_numbers": ", ".join(stated["number"] for stated in certificates),
        "certificate_days": ", ".join(f"{stated['valid_from']} - {stated['valid_to']}" for stated in certificates),
        "scopes": ", ".join(" ".join(pair) for stated in certificates for pair in stated["scopes"]),
        "units": ", ".join(sorted(units)) or "-",
        "iec_filed_on": iec.get("filed_on", ""),
        "iec_site": iec.get("site", ""),
        "counts": "\n".join(f"{year}: {count}" for year, count in _declared(row).items()),
        "supplements": "\n".join(f"{x['year']}: {x['reference']}: {x['count']}" for x in _supplements(row)),
    }
