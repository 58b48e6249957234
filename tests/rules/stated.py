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


def establishment(first_eight: int) -> str:
    """A number of the register, its last two digits the check on the first eight."""
    return f"{first_eight}{97 - first_eight % 97:02d}"


SITES = st.sampled_from([SITE, SITE, SITE, OTHER]) | st.integers(20_000_000, 89_999_999).map(establishment)
TEXT = st.text(min_size=1).filter(str.strip)
COUNTS = st.sampled_from([13, 14, 14, 14, 15]) | st.integers(0, 40)
"""Twice fourteen is a year's minimum: three years of it are 84, now and then one more or less."""
MOSTLY = st.sampled_from([True] * 7 + [False])
PARTS = st.sampled_from([2, 3, 3, 3, 4]) | st.integers(0, 40)


@st.composite
def certificates(draw: st.DrawFn) -> Json:
    valid_from, valid_to = sorted([draw(DAYS), draw(DAYS)])
    extended = draw(st.none() | DAYS.filter(lambda day: day > valid_to)) if valid_to < "2028-04-30" else None
    pairs = st.sampled_from(ALL_SCOPES)
    facilities = st.lists(
        st.fixed_dictionaries({"role": st.sampled_from(["CLINICAL", "COLLECTION", "PROCESSING"]), "site": SITES})
    )
    return {
        "body": draw(TEXT),
        "number": draw(TEXT),
        "valid_from": draw(st.sampled_from(["2024-05-01", valid_from])),
        "valid_to": valid_to,
        "extended_to": extended,
        "renewal_filed_on": draw(st.none() | DAYS),
        "scopes": deepcopy(draw(st.lists(pairs, min_size=1, max_size=4))),
        "facilities": deepcopy(draw(st.none() | st.just(UNITS) | st.just([]) | facilities)),
    }


@st.composite
def supplements(draw: st.DrawFn) -> Json:
    count = draw(st.integers(0, 10))
    ruling = draw(st.sampled_from(["ACCEPTED", "REFUSED", None]))
    basis = draw(st.sampled_from(["STUDY", "REGISTER"]))
    return supplement(count, ruling, draw(st.integers(0, count))) | {"basis": basis, "reference": draw(TEXT)}


@st.composite
def rows(draw: st.DrawFn, of_year: int) -> Json:
    billed = {"470654": draw(COUNTS), "470665": draw(COUNTS)} if draw(MOSTLY) else None
    paediatric = None
    if billed is not None and draw(MOSTLY):
        paediatric = {code: min(count, draw(PARTS)) for code, count in billed.items()}
    return {
        "year": of_year,
        "billed": billed,
        "billed_paed": paediatric,
        "declared": draw(st.none() | COUNTS),
        "supplements": draw(st.lists(supplements(), max_size=2)),
    }


@st.composite
def allografts(draw: st.DrawFn, years: list[int]) -> list[Json]:
    """Every year, most of the time, or some of them; in any order."""
    told = draw(st.permutations(years))
    return [draw(rows(each)) for each in told[: draw(st.sampled_from([3, 3, 3, 3, 2, 0]))]]


@st.composite
def all_facts(draw: st.DrawFn) -> Json:
    """Any facts the contract admits, every field named, dense around the days and numbers that decide."""
    reference_on = draw(DAYS)
    stage = draw(st.sampled_from(["REVIEW", "VOTE"]))
    votes = DAYS.filter(lambda day: day >= reference_on)
    last = int(reference_on[:4]) - draw(st.sampled_from([1, 1, 2, 7]))
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
        "allografts": draw(allografts(years)) if draw(MOSTLY) else None,
        "laboratory_site": draw(st.none() | SITES),
        "judgements": draw(st.fixed_dictionaries(dict.fromkeys(("C3a", "C3b", "C5", "C6", "P3"), judgement))),
        "capacity": draw(st.none() | st.sampled_from(["SHORTAGE", "VOLUME_INCREASE", "BOTH", "NEITHER"])),
    }


@st.composite
def promising_facts(draw: st.DrawFn) -> Json:
    """Facts of a site that meets nearly everything: what is left decides the outcome."""
    facts: Json = draw(all_facts())
    settled = stated(allografts=[year(each, 28, supplements=[]) for each in facts["booked_years"]])
    allo_only = [certificate(scopes=[["ADULT", "ALLO"], ["PAED", "ALLO"]], valid_to="2028-12-31")]
    split = [certificate(facilities=UNITS[:1]), certificate(facilities=UNITS[1:])]
    settled["certificates"] = draw(st.sampled_from([settled["certificates"], allo_only, split]))
    settled["iec_application"] = {"filed_on": "2025-11-05", "site": SITE}
    as_drawn = {"reference_on", "vote_on", "stage", "populations", "booked_years"}
    return facts | {name: value for name, value in settled.items() if name not in as_drawn and draw(MOSTLY)}


@st.composite
def shaped_facts(draw: st.DrawFn) -> Json:
    """Any facts the contract admits, what is not known left out or null, as those who state them like."""
    stated_facts: Json = draw(all_facts() | promising_facts())
    if stated_facts["stage"] == "REVIEW" and draw(st.booleans()):
        del stated_facts["stage"]
    if not draw(MOSTLY):
        stated_facts["judgements"] = None
    thinned: Json = _thinned(stated_facts, draw)
    return thinned


def _thinned(value: Any, draw: st.DrawFn) -> Any:
    if isinstance(value, list):
        return [_thinned(each, draw) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: _thinned(each, draw) for key, each in value.items() if each is not None or draw(st.booleans())}
