"""Stated facts for the tests: one site that meets every criterion, and every way facts can be stated."""

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from evaluation.rules.evaluate import evaluate
from evaluation.rules.load import in_force, load_criteria
from evaluation.rules.model import Evaluation
from evaluation.rules.parse import parse_facts

Json = dict[str, Any]

VERSIONS = load_criteria()
CRITERIA = VERSIONS[0]
SITE, OTHER = "8000000071", "8000000170"
YEARS = (2022, 2023, 2024)
UNITS = [{"role": role, "site": SITE} for role in ("CLINICAL", "COLLECTION", "PROCESSING")]
ADULT_SCOPES = [["ADULT", "ALLO"], ["ADULT", "IEC"]]
ALL_SCOPES = [*ADULT_SCOPES, ["PAED", "ALLO"], ["PAED", "IEC"]]


def certificate(**changes: Any) -> Json:
    stated: Json = {
        "body": "JACIE",
        "number": "JACIE-0001",
        "valid_from": "2024-05-01",
        "valid_to": "2028-04-30",
        "scopes": ALL_SCOPES,
        "facilities": UNITS,
    }
    return deepcopy(stated | changes)


def year(year: int, acts: int, paediatric: int = 6, **changes: Any) -> Json:
    stated: Json = {
        "year": year,
        "billed": {"470654": 0, "470665": acts},
        "billed_paed": {"470654": 0, "470665": paediatric},
    }
    return deepcopy(stated | changes)


def supplement(count: int, ruling: str | None = None, paed: int = 0) -> Json:
    return {"basis": "STUDY", "reference": "protocol 1", "count": count, "paed": paed, "ruling": ruling}


def stated(**changes: Any) -> Json:
    """A site that meets every criterion for adults and children, with changes."""
    facts: Json = {
        "reference_on": "2026-07-31",
        "populations": ["ADULT", "PAED"],
        "booked_years": list(YEARS),
        "apheresis_site": SITE,
        "administration_site": SITE,
        "certificates": [certificate()],
        "allografts": [year(each, 28) for each in YEARS],
        "laboratory_site": SITE,
        "judgements": {"C3a": "MET", "C3b": "MET", "C5": "MET", "C6": "MET", "P3": "MET"},
        "capacity": "SHORTAGE",
    }
    return deepcopy(facts | changes)


def judge(facts: Json) -> Evaluation:
    parsed = parse_facts(facts, VERSIONS)
    return evaluate(in_force(VERSIONS, parsed.reference_on), parsed)


def judged(**changes: Any) -> Evaluation:
    return judge(stated(**changes))


def verdicts(evaluation: Evaluation) -> dict[str, str]:
    return {finding.id: finding.verdict.value for finding in evaluation.findings}


DECISIVE_DAYS = """2025-11-05 2026-02-01 2026-07-30 2026-07-31 2026-08-01 2026-12-31
2027-01-01 2027-03-31 2027-04-01 2027-07-31 2028-04-30"""
DAYS = st.sampled_from(DECISIVE_DAYS.split())
SITES = st.sampled_from([SITE, SITE, SITE, OTHER])
COUNTS = st.integers(0, 40)


@st.composite
def certificates(draw: st.DrawFn) -> Json:
    valid_from, valid_to = sorted([draw(DAYS), draw(DAYS)])
    extended = draw(st.none() | DAYS.filter(lambda day: day > valid_to)) if valid_to < "2028-04-30" else None
    pairs = st.sampled_from(ALL_SCOPES)
    facilities = st.lists(
        st.fixed_dictionaries({"role": st.sampled_from(["CLINICAL", "COLLECTION", "PROCESSING"]), "site": SITES})
    )
    return {
        "body": "JACIE",
        "number": "1",
        "valid_from": draw(st.sampled_from(["2024-05-01", valid_from])),
        "valid_to": valid_to,
        "extended_to": extended,
        "renewal_filed_on": draw(st.none() | DAYS),
        "scopes": deepcopy(draw(st.lists(pairs, min_size=1, max_size=4))),
        "facilities": deepcopy(draw(st.none() | st.just(UNITS) | st.just([]) | facilities)),
    }


@st.composite
def rows(draw: st.DrawFn, of_year: int) -> Json:
    billed = draw(st.none() | st.fixed_dictionaries({"470654": COUNTS, "470665": COUNTS}))
    paediatric = None
    if billed is not None and draw(st.booleans()):
        paediatric = {code: draw(st.integers(0, count)) for code, count in billed.items()}
    supplements = [
        supplement(count, draw(st.sampled_from(["ACCEPTED", "REFUSED", None])), draw(st.integers(0, count)))
        for count in draw(st.lists(st.integers(0, 10), max_size=2))
    ]
    declared = draw(st.none() | COUNTS)
    return {
        "year": of_year,
        "billed": billed,
        "billed_paed": paediatric,
        "declared": declared,
        "supplements": supplements,
    }


@st.composite
def all_facts(draw: st.DrawFn) -> Json:
    """Any facts the contract admits, dense around the days and numbers that decide."""
    reference_on = draw(DAYS)
    stage = draw(st.sampled_from(["REVIEW", "VOTE"]))
    votes = DAYS.filter(lambda day: day >= reference_on)
    last = int(reference_on[:4]) - 1
    years = [last - 2, last - 1, last]
    judgement = st.sampled_from(["MET", "MET", "NOT_MET", "TO_VERIFY", None])
    application = st.fixed_dictionaries({"filed_on": DAYS, "site": SITES})
    return {
        "reference_on": reference_on,
        "vote_on": draw(votes if stage == "VOTE" else st.none() | votes),
        "stage": stage,
        "populations": draw(st.sampled_from([["ADULT"], ["PAED"], ["ADULT", "PAED"], ["PAED", "ADULT"]])),
        "booked_years": years,
        "apheresis_site": draw(SITES),
        "administration_site": SITE,
        "certificates": draw(st.none() | st.lists(certificates(), max_size=4)),
        "iec_application": draw(st.none() | application),
        "bureau_confirms_transition": draw(st.none() | st.booleans()),
        "allografts": draw(st.none() | st.tuples(*(rows(each) for each in years)).map(list)),
        "laboratory_site": draw(st.none() | SITES),
        "judgements": draw(st.fixed_dictionaries(dict.fromkeys(("C3a", "C3b", "C5", "C6", "P3"), judgement))),
        "capacity": draw(st.none() | st.sampled_from(["SHORTAGE", "VOLUME_INCREASE", "BOTH", "NEITHER"])),
    }
