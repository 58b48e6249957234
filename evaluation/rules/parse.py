"""From the JSON of the contract to facts and back; nothing faulty gets past here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from evaluation.rules.enums import (
    Activity,
    Basis,
    Capacity,
    FacilityRole,
    Judged,
    Judgement,
    Population,
    Ruling,
    Stage,
)
from evaluation.rules.explain import explain_fault
from evaluation.rules.facts import Acts, Certificate, Facility, Facts, IecApplication, Supplement, YearFigures
from evaluation.rules.inspection import find_faults
from evaluation.rules.model import CriteriaVersion


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where (RFC 6901), its stable code, and an English sentence."""

    pointer: str
    code: str
    message: str


class InvalidFacts(ValueError):  # noqa: N818 - it names what is wrong, as the whole error family does
    """The facts are not what the contract asks; every fault is in `problems`, sorted by pointer."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(", ".join(f"{problem.pointer}: {problem.code}" for problem in problems))
        self.problems = problems


def parse_facts(data: object, criteria_versions: Sequence[CriteriaVersion]) -> Facts:
    """Facts are taken whole or refused whole.

    `data` is decoded JSON, `criteria_versions` (at least one) tells from which day facts can be judged.
    Raises InvalidFacts with every fault at once.
    """
    faults = find_faults(data, criteria_versions)
    if faults or not isinstance(data, dict):
        raise InvalidFacts(
            tuple(Problem(at, code.value, explain_fault(code.value, "en")) for at, code in sorted(faults.items()))
        )
    return _facts(data)


def _facts(data: dict[str, Any]) -> Facts:
    certificates = data.get("certificates")
    application = data.get("iec_application")
    return Facts(
        reference_on=date.fromisoformat(data["reference_on"]),
        vote_on=_day(data.get("vote_on")),
        stage=Stage(data.get("stage", Stage.REVIEW)),
        populations=tuple(Population(population) for population in data["populations"]),
        booked_years=tuple(data["booked_years"]),
        apheresis_site=data["apheresis_site"],
        administration_site=data["administration_site"],
        certificates=None if certificates is None else tuple(_certificate(each) for each in certificates),
        iec_application=None
        if application is None
        else IecApplication(date.fromisoformat(application["filed_on"]), application["site"]),
        bureau_confirms_transition=data.get("bureau_confirms_transition"),
        allografts=tuple(_year(row) for row in data.get("allografts") or ()),
        laboratory_site=data.get("laboratory_site"),
        judgements=_judgements(data.get("judgements") or {}),
        capacity=None if data.get("capacity") is None else Capacity(data["capacity"]),
    )


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _certificate(data: dict[str, Any]) -> Certificate:
    return Certificate(
        body=data["body"],
        number=data["number"],
        valid_from=date.fromisoformat(data["valid_from"]),
        valid_to=date.fromisoformat(data["valid_to"]),
        extended_to=_day(data.get("extended_to")),
        renewal_filed_on=_day(data.get("renewal_filed_on")),
        scopes=frozenset((Population(population), Activity(activity)) for population, activity in data["scopes"]),
        facilities=tuple(
            Facility(FacilityRole(facility["role"]), facility["site"]) for facility in data.get("facilities") or ()
        ),
    )


def _year(data: dict[str, Any]) -> YearFigures:
    return YearFigures(
        year=data["year"],
        billed=_acts(data.get("billed")),
        billed_paed=_acts(data.get("billed_paed")),
        declared=data.get("declared"),
        supplements=tuple(_supplement(each) for each in data.get("supplements") or ()),
    )


def _acts(data: dict[str, int] | None) -> Acts | None:
    return None if data is None else Acts(n470654=data["470654"], n470665=data["470665"])


def _supplement(data: dict[str, Any]) -> Supplement:
    return Supplement(
        basis=Basis(data["basis"]),
        reference=data["reference"],
        count=data["count"],
        paed=data["paed"],
        ruling=None if data.get("ruling") is None else Ruling(data["ruling"]),
    )


def _judgements(data: dict[str, Any]) -> tuple[tuple[Judged, Judgement], ...]:
    return tuple((judged, Judgement(data[judged])) for judged in Judged if data.get(judged) is not None)


def facts_as_json(facts: Facts) -> dict[str, Any]:
    """The facts in the shape of the contract, every field named; `parse_facts` gives the same facts again."""
    certificates = facts.certificates
    application = facts.iec_application
    return {
        "reference_on": facts.reference_on.isoformat(),
        "vote_on": _iso(facts.vote_on),
        "stage": facts.stage.value,
        "populations": [population.value for population in facts.populations],
        "booked_years": list(facts.booked_years),
        "apheresis_site": facts.apheresis_site,
        "administration_site": facts.administration_site,
        "certificates": None if certificates is None else [_certificate_as_json(each) for each in certificates],
        "iec_application": None
        if application is None
        else {"filed_on": application.filed_on.isoformat(), "site": application.site},
        "bureau_confirms_transition": facts.bureau_confirms_transition,
        "allografts": [_year_as_json(row) for row in facts.allografts],
        "laboratory_site": facts.laboratory_site,
        "judgements": {judged.value: judgement.value for judged, judgement in facts.judgements},
        "capacity": None if facts.capacity is None else facts.capacity.value,
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _certificate_as_json(certificate: Certificate) -> dict[str, Any]:
    return {
        "body": certificate.body,
        "number": certificate.number,
        "valid_from": certificate.valid_from.isoformat(),
        "valid_to": certificate.valid_to.isoformat(),
        "extended_to": _iso(certificate.extended_to),
        "renewal_filed_on": _iso(certificate.renewal_filed_on),
        "scopes": sorted([population.value, activity.value] for population, activity in certificate.scopes),
        "facilities": [{"role": facility.role.value, "site": facility.site} for facility in certificate.facilities],
    }


def _year_as_json(row: YearFigures) -> dict[str, Any]:
    return {
        "year": row.year,
        "billed": _acts_as_json(row.billed),
        "billed_paed": _acts_as_json(row.billed_paed),
        "declared": row.declared,
        "supplements": [
            {
                "basis": supplement.basis.value,
                "reference": supplement.reference,
                "count": supplement.count,
                "paed": supplement.paed,
                "ruling": None if supplement.ruling is None else supplement.ruling.value,
            }
            for supplement in row.supplements
        ],
    }


def _acts_as_json(acts: Acts | None) -> dict[str, int] | None:
    return None if acts is None else {"470654": acts.n470654, "470665": acts.n470665}
