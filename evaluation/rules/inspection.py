"""Every rule of the contract on stated facts, tested independently of the others."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

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
from evaluation.rules.faults import FaultCode, Faults, Node, UnreadableError, day, flag, integer, one_of, site, text
from evaluation.rules.model import CriteriaVersion

REQUIRED = ("reference_on", "populations", "booked_years", "apheresis_site", "administration_site")
OPTIONAL = (
    "vote_on",
    "stage",
    "certificates",
    "iec_application",
    "bureau_confirms_transition",
    "allografts",
    "laboratory_site",
    "judgements",
    "capacity",
)
CERTIFICATE = ("body", "number", "valid_from", "valid_to", "scopes")
CERTIFICATE_OPTIONAL = ("extended_to", "renewal_filed_on", "facilities")
ROW_OPTIONAL = ("billed", "billed_paed", "declared", "supplements")
CODES = ("470654", "470665")


def find_faults(data: object, versions: Sequence[CriteriaVersion]) -> dict[str, FaultCode]:
    """Every fault of the facts at once, by JSON pointer."""
    faults = Faults()
    facts = faults.node("", data, REQUIRED, OPTIONAL)
    if facts is not None:
        _inspect(facts, versions)
    return faults.found


def _inspect(facts: Node, versions: Sequence[CriteriaVersion]) -> None:
    reference_on = facts.read("reference_on", day)
    _days(facts, reference_on, versions)
    _populations(facts)
    years = _booked_years(facts, reference_on, _length_of_triple(reference_on, versions))
    for name in ("apheresis_site", "administration_site", "laboratory_site"):
        facts.read(name, site)
    _certificates(facts)
    application = facts.child("iec_application", ("filed_on", "site"))
    if application is not None:
        application.read("filed_on", day)
        application.read("site", site)
    facts.read("bureau_confirms_transition", flag)
    _allografts(facts, years)
    _judgements(facts)
    facts.read("capacity", one_of(Capacity))


def _days(facts: Node, reference_on: date | None, versions: Sequence[CriteriaVersion]) -> None:
    if reference_on is not None and not any(_covers(version, reference_on) for version in versions):
        facts.fault("reference_on", FaultCode.NO_CRITERIA)
    vote_on = facts.read("vote_on", day)
    if vote_on is not None and reference_on is not None and vote_on < reference_on:
        facts.fault("vote_on", FaultCode.ORDER)
    if "stage" in facts.members and facts.raw("stage") is None:
        facts.fault("stage", FaultCode.TYPE)
    if facts.read("stage", one_of(Stage)) is Stage.VOTE and facts.raw("vote_on") is None:
        facts.fault("vote_on", FaultCode.REQUIRED)


def _covers(version: CriteriaVersion, on: date) -> bool:
    return version.valid_from <= on and (version.valid_to is None or on <= version.valid_to)


def _length_of_triple(reference_on: date | None, versions: Sequence[CriteriaVersion]) -> int:
    """The number of years the criteria in force ask for; with none in force, that of the first version."""
    in_force = (version for version in versions if reference_on is not None and _covers(version, reference_on))
    return next(in_force, versions[0]).booked_years


def _populations(facts: Node) -> None:
    seen = set()
    for pointer, element in facts.elements("populations", not_empty=True) or []:
        population = facts.faults.read(pointer, element, one_of(Population))
        if population is not None and population in seen:
            facts.faults.add(pointer, FaultCode.DUPLICATE)
        seen.add(population)


def _booked_years(facts: Node, reference_on: date | None, length: int) -> set[int] | None:
    """The integers in the list, None when there is no list; the rules on the whole need integers only."""
    elements = facts.elements("booked_years", not_empty=True)
    if elements is None:
        return None
    years = [facts.faults.read(pointer, element, integer) for pointer, element in elements]
    whole = [year for year in years if year is not None]
    if len(whole) == len(years):
        if len(whole) != length or any(later - year != 1 for year, later in pairwise(whole)):
            facts.fault("booked_years", FaultCode.NOT_CONSECUTIVE)
        if whole and reference_on is not None and whole[-1] >= reference_on.year:
            facts.fault("booked_years", FaultCode.NOT_OVER)
    return set(whole)


def _certificates(facts: Node) -> None:
    for certificate in facts.nodes("certificates", CERTIFICATE, CERTIFICATE_OPTIONAL):
        certificate.read("body", text)
        certificate.read("number", text)
        certificate.read("renewal_filed_on", day)
        _validity(certificate)
        for pointer, element in certificate.elements("scopes", not_empty=True) or []:
            certificate.faults.read(pointer, element, _scope)
        for facility in certificate.nodes("facilities", ("role", "site")):
            facility.read("role", one_of(FacilityRole))
            facility.read("site", site)


def _validity(certificate: Node) -> None:
    valid_from, valid_to = certificate.read("valid_from", day), certificate.read("valid_to", day)
    extended_to = certificate.read("extended_to", day)
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        certificate.fault("valid_to", FaultCode.ORDER)
    if extended_to is not None and valid_to is not None and extended_to <= valid_to:
        certificate.fault("extended_to", FaultCode.ORDER)


def _scope(value: object) -> tuple[Population, Activity]:
    match value:
        case [str() as population, str() as activity]:
            return one_of(Population)(population), one_of(Activity)(activity)
        case [*halves] if all(isinstance(half, str) for half in halves):
            raise UnreadableError(FaultCode.VALUE)
        case _:
            raise UnreadableError(FaultCode.TYPE)


def _allografts(facts: Node, years: set[int] | None) -> None:
    seen = set()
    for row in facts.nodes("allografts", ("year",), ROW_OPTIONAL):
        year = row.read("year", integer)
        if year is not None and year in seen:
            row.fault("year", FaultCode.DUPLICATE)
        if year is not None and years is not None and year not in years:
            row.fault("year", FaultCode.OUTSIDE_YEARS)
        seen.add(year)
        _figures(row)


def _figures(row: Node) -> None:
    billed, paediatric = _acts(row, "billed"), _acts(row, "billed_paed")
    if row.raw("billed") is None and row.raw("billed_paed") is not None:
        row.fault("billed_paed", FaultCode.WITHOUT_TOTAL)
    for code in billed.keys() & paediatric.keys():
        if paediatric[code] > billed[code]:
            row.faults.add(f"{row.at('billed_paed')}/{code}", FaultCode.EXCEEDS)
    row.count("declared")
    for supplement in row.nodes("supplements", ("basis", "reference", "count", "paed"), ("ruling",)):
        _supplement(supplement)


def _acts(row: Node, name: str) -> dict[str, int]:
    """The acts per code that are integers, negative ones too."""
    acts = row.child(name, CODES)
    counts = {code: acts.count(code) for code in CODES} if acts is not None else {}
    return {code: count for code, count in counts.items() if count is not None}


def _supplement(supplement: Node) -> None:
    supplement.read("basis", one_of(Basis))
    supplement.read("reference", text)
    supplement.read("ruling", one_of(Ruling))
    count, paediatric = supplement.count("count"), supplement.count("paed")
    if count is not None and paediatric is not None and paediatric > count:
        supplement.fault("paed", FaultCode.EXCEEDS)


def _judgements(facts: Node) -> None:
    judgements = facts.child("judgements", (), tuple(Judged))
    if judgements is not None:
        for judged in Judged:
            judgements.read(judged, one_of(Judgement))
