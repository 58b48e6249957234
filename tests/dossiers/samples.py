"""Hand-built contexts around verdicts of the real rules, one for every kind of dossier."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from evaluation.dossiers import parts
from evaluation.dossiers.figures import Capacity, CentreVolume
from evaluation.dossiers.model import (
    Admissibility,
    AdmissibilityItem,
    Annex,
    Asked,
    Contradiction,
    Criterion,
    DossierContext,
    ForecastYear,
    Identification,
    Language,
    Request,
    Ruling,
    Statement,
)
from evaluation.law import criteria_versions
from evaluation.rules.answer import answer
from evaluation.rules.evaluate import evaluate
from evaluation.rules.explain import criterion_name
from evaluation.rules.parse import facts_as_json, parse_facts
from evaluation.trace.build import trace
from evaluation.trace.law import law_of

EXAMPLES = Path(__file__).parents[1] / "cases" / "pre-check-examples.json"
AT = datetime(2026, 9, 3, 8, 5, tzinfo=UTC)
FILED_AT = datetime(2026, 7, 14, 9, 12, tzinfo=UTC)
VERIFY = "https://desk.example/verify/0f1e2d3c4b5a69788796a5b4c3d2e1f0"
CASES = {
    "adult": "all met, adult",
    "paediatric": "V10b paediatric 5,6,6: adult stays eligible",
    "transition": "V13 IEC application running, reference in 2026: transition",
    "negative": "V2 27,28,28 is 83: not met, never rounded",
    "contradictory": "declared differs from billed: shown, not scored",
    "unknown": "only the required fields: everything unknown",
}
REASONS: dict[Language, str] = {
    "nl": "De wachtrol en de verklaring van de hoofdarts tonen een permanentie dag en nacht.",
    "fr": "Le rôle de garde et la déclaration du médecin-chef montrent une permanence jour et nuit.",
}
MOTIVATIONS: dict[Language, str] = {
    "nl": "Het centrum telt 12 kamers met overdruk.\n\nDe wachttijd bedraagt vandaag zes weken.",
    "fr": "Le centre compte 12 chambres à pression positive.\n\nLe délai d'attente est aujourd'hui de six semaines.",
}


@cache
def example(name: str) -> dict[str, Any]:
    return next(row["facts"] for row in json.loads(EXAMPLES.read_text()) if row["name"] == name)


def sample(case: str, language: Language, *, motivation: str | None = None) -> DossierContext:
    """The dossier of one kind of case in one language."""
    criteria = criteria_versions()[0]
    facts = parse_facts(example(CASES[case]), criteria_versions())
    told, answered = facts_as_json(facts), answer(evaluate(criteria, facts))
    tree = trace(answered, _kept(told, language), language)
    with translation.override(language):
        return DossierContext(
            language=language,
            version=2 if case == "contradictory" else 1,
            identification=_identification(told, answered, language),
            request=Request(
                forecast=(ForecastYear(2027, 12), ForecastYear(2028, 18)) if case != "negative" else (),
                motivation=MOTIVATIONS[language] if motivation is None else motivation,
            ),
            outcome=answered["outcome"],
            outcomes=parts.outcomes(answered),
            tally=parts.tally(answered),
            criteria=_ruled(parts.criteria_parts(tree, reference="2026-07/0007"), case),
            figures=parts.figure_tables(criteria, told),
            capacity=_capacity(told, language),
            admissibility=_admissibility(language),
            receipt_sha256="9b1e44c0" * 8,
            warnings=parts.warnings(answered["warnings"], language),
            contradictions=_contradictions(language) if case == "contradictory" else (),
            evidence=_evidence(language) + (_minutes() if case == "transition" else ()),
            asked=_asked(told),
            replaces_sha256="ab12cd34" * 8 if case == "contradictory" else "",
            verify_url=VERIFY,
        )


def _identification(told: dict[str, Any], answered: dict[str, Any], language: Language) -> Identification:
    dutch = language == "nl"
    return Identification(
        reference="2026-07/0007",
        holder="Exemple Pharma",
        product="Cetacel",
        active_substance="cetacabtagene exemplarleucel",
        paragraph="00000000",
        populations=tuple(told["populations"]),
        hospital="Kliniek Bosrand" if dutch else "Clinique de la Lisière",
        hospital_number="900",
        site="site Zuid" if dutch else "site du Sud",
        establishment_number=told["administration_site"],
        address="Voorbeeldlaan 1, 1000 Brussel" if dutch else "Avenue de l'Exemple 1, 1000 Bruxelles",
        batch_year=2026,
        batch_month=7,
        reference_on=date.fromisoformat(told["reference_on"]),
        vote_on=date(2026, 9, 15),
        booked_years=tuple(told["booked_years"]),
        submitted_at=FILED_AT,
        evaluated_at=AT,
        criteria_title="Nota CTG/CRM 05.11.2025",
        criteria_version=answered["criteria"]["version"],
        criteria_sha256="3f9a" * 16,
    )


def _line(field: str, value: Any, annex: int | None, page: int | None = None, **more: Any) -> dict[str, Any]:
    return {
        "field": field,
        "key": "",
        "value": value,
        "stated_by": "Exemple Pharma",
        "vintage": None,
        "confirmed_by": "An Voorbeeld",
        "confirmed_at": "2026-08-20T10:30:00+02:00",
        "set_aside": False,
        "application": "2026-07/0007",
        "annex": annex,
        "page": page,
        "ruling": None,
    } | more


def _provenance(told: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    certificates = [
        _line("certificate", value, 1, 1, key=f"{value['body']} {value['number']}")
        for value in told["certificates"] or []
    ]
    application = told["iec_application"]
    iec = [_line("iec_application", application, 2, 1)] if application else []
    booked = [
        _line("billed", row["billed"], None, key=str(row["year"]), stated_by="RIZIV-INAMI", application=None)
        for row in told["allografts"]
        if row["billed"]
    ]
    children = [
        _line("billed_paed", row["billed_paed"], None, key=str(row["year"]), stated_by="RIZIV-INAMI", application=None)
        for row in told["allografts"]
        if row["billed_paed"]
    ]
    apheresis = _line("apheresis_site", told["apheresis_site"], 1, 3)
    elsewhere = _line("laboratory_site", told["laboratory_site"], 4, None, application="2026-07/0009")
    return {
        "C1a": certificates + iec,
        "C1b": certificates,
        "C1c": [*certificates, *iec, apheresis],
        "C2": booked,
        "C4": [elsewhere] if told["laboratory_site"] else [],
        "P1": [*certificates, apheresis],
        "P2": children,
    }


def _kept(told: dict[str, Any], language: Language) -> dict[str, Any]:
    """What is stored beside the answer."""
    return {
        "inputs": _provenance(told),
        "law": law_of(criteria_versions()[0]),
        "judgements": {name: _judged(value, language) for name, value in told["judgements"].items() if value},
    }


def _judged(value: str, language: Language) -> dict[str, Any]:
    return {
        "value": value,
        "reason": REASONS[language],
        "by": "An Voorbeeld",
        "at": AT.isoformat(),
        "countersigned_by": "Bert Staal",
        "countersigned_at": AT.isoformat(),
        "stale": False,
    }


def _capacity(told: dict[str, Any], language: Language) -> Capacity:
    if told["capacity"] is None:
        return Capacity()
    rows = (("Bosrand", (11, 14, 19)), ("Heuvel", (12, 16, 22)), ("Rivier", (18, None, 25)), ("Kade", (9, 9, 13)))
    return Capacity(
        assessment=told["capacity"],
        reason=REASONS[language],
        by="An Voorbeeld",
        at=AT,
        countersigned_by="Bert Staal",
        countersigned_at=AT,
        years=(2023, 2024, 2025),
        centres=tuple(CentreVolume(f"{name}, campus 1", numbers) for name, numbers in rows),
        source="RIZIV-INAMI",
        cut_off_on=date(2026, 6, 30),
    )


def _admissibility(language: Language) -> Admissibility:
    items = tuple(
        AdmissibilityItem(f"AD{number}", criterion_name(f"AD{number}", language), "ADMISSIBLE")
        for number in range(1, 8)
    )
    return Admissibility("ADMISSIBLE", "An Voorbeeld", AT, items)


def _asked(told: dict[str, Any]) -> tuple[Asked, ...]:
    own = Asked("2026-07/0007", "Exemple Pharma", "Cetacel", "00000000", tuple(told["populations"]), own=True)
    return own, Asked("2026-07/0009", "Muster Biotech", "Lymfocel", "00000001", ("ADULT",))


def _contradictions(language: Language) -> tuple[Contradiction, ...]:
    subject = {"nl": "Site van aferese", "fr": "Site de l'aphérèse"}[language]
    told = (Statement("2026-07/0007", "8.000.000.071"), Statement("2026-07/0009", "8.000.000.172"))
    return (Contradiction(subject, told, "8.000.000.071", REASONS[language], "An Voorbeeld", AT),)


def _ruled(criteria: tuple[Criterion, ...], case: str) -> tuple[Criterion, ...]:
    """The Bureau confirmed the transition where there is one."""
    if case != "transition":
        return criteria
    ruling = Ruling(True, date(2026, 9, 1), "B 2026/14", "An Voorbeeld")
    return tuple(replace(each, ruling=ruling) if each.id == "C1a" else each for each in criteria)


def _minutes() -> tuple[Annex, ...]:
    title = gettext("Minutes of the Bureau, %(reference)s") % {"reference": "B 2026/14"}
    return (Annex(0, title, "bureau-14.pdf", 4, "b" * 64),)


def _evidence(language: Language) -> tuple[Annex, ...]:
    titles = {
        "nl": ("JACIE-certificaat", "Bewijs van de JACIE-aanvraag", "Wachtrol", "Vergunning van het laboratorium"),
        "fr": ("Certificat JACIE", "Preuve de la demande JACIE", "Rôle de garde", "Autorisation du laboratoire"),
    }[language]
    return tuple(
        Annex(number, title, f"{number}.pdf", number * 3, f"{number:x}" * 64) for number, title in enumerate(titles, 1)
    )
