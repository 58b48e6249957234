"""Every fault of stated facts, by pointer and code."""

from typing import Any

import pytest

from evaluation.rules.enums import Stage
from evaluation.rules.explain import LANGUAGES, explain_fault
from evaluation.rules.faults import FaultCode
from evaluation.rules.parse import InvalidFacts, Problem, parse_facts
from tests.rules.stated import OTHER, SITE, VERSIONS, Json, certificate, stated, supplement, year


def faults(facts: object) -> dict[str, str]:
    with pytest.raises(InvalidFacts) as refused:
        parse_facts(facts, VERSIONS)
    return {problem.pointer: problem.code for problem in refused.value.problems}


def without(*names: str) -> Json:
    return {name: value for name, value in stated().items() if name not in names}


def row(**changes: Any) -> Json:
    return stated(allografts=[year(2022, 28, 0) | changes])


CASES: dict[str, tuple[object, dict[str, str]]] = {
    "a list": ([], {"": "type"}),
    "null": (None, {"": "type"}),
    "empty object": (
        {},
        dict.fromkeys(
            ["/administration_site", "/apheresis_site", "/booked_years", "/populations", "/reference_on"], "required"
        ),
    ),
    "required null": (stated(reference_on=None), {"/reference_on": "type"}),
    "unknown field, escaped": (stated(**{"a/b~c": 1}), {"/a~1b~0c": "unknown_field"}),
    "reference no text": (stated(reference_on=20260731), {"/reference_on": "type"}),
    "reference with Arabic digits": (stated(reference_on="٢٠٢٦-07-31"), {"/reference_on": "value"}),
    "reference in basic format": (stated(reference_on="20260731"), {"/reference_on": "value"}),
    "reference with a line feed": (stated(reference_on="2026-07-31\n"), {"/reference_on": "value"}),
    "reference before the criteria still judges vote and years": (
        stated(reference_on="2024-07-31", vote_on="2024-07-30"),
        {"/reference_on": "no_criteria", "/vote_on": "order", "/booked_years": "not_over"},
    ),
    "no reference: vote and years cannot be compared": (
        without("reference_on") | {"vote_on": "1999-01-01"},
        {"/reference_on": "required"},
    ),
    "vote null at the vote": (stated(stage="VOTE", vote_on=None), {"/vote_on": "required"}),
    "vote unreadable at the vote": (stated(stage="VOTE", vote_on="soon"), {"/vote_on": "value"}),
    "vote missing and stage faulty": (stated(stage="vote"), {"/stage": "value"}),
    "stage null": (stated(stage=None), {"/stage": "type"}),
    "populations empty": (stated(populations=[]), {"/populations": "empty"}),
    "populations no list": (stated(populations="ADULT"), {"/populations": "type"}),
    "populations with junk": (
        stated(populations=["ADULT", None, "CHILD", ["PAED"], "ADULT", "ADULT"]),
        {
            "/populations/1": "type",
            "/populations/2": "value",
            "/populations/3": "type",
            "/populations/4": "duplicate",
            "/populations/5": "duplicate",
        },
    ),
    "years empty: rows lie outside": (
        row() | {"booked_years": []},
        {"/booked_years": "empty", "/allografts/0/year": "outside_years"},
    ),
    "years with a float: the whole is not tested": (
        row() | {"booked_years": [2022, 2023.0, 2031]},
        {"/booked_years/1": "type"},
    ),
    "years with true": (row() | {"booked_years": [2022, True, 2024]}, {"/booked_years/1": "type"}),
    "two years": (row() | {"booked_years": [2022, 2023]}, {"/booked_years": "not_consecutive"}),
    "years falling": (row() | {"booked_years": [2024, 2023, 2022]}, {"/booked_years": "not_consecutive"}),
    "years not over and not consecutive": (
        row() | {"booked_years": [2022, 2023, 2026]},
        {"/booked_years": "not_consecutive"},
    ),
    "year of the reference date": (
        stated(booked_years=[2024, 2025, 2026], allografts=None),
        {"/booked_years": "not_over"},
    ),
    "years missing: rows are not compared, doubles are": (
        without("booked_years") | {"allografts": [year(1999, 1, 0), year(1999, 1, 0)]},
        {"/booked_years": "required", "/allografts/1/year": "duplicate"},
    ),
    "years no list": (
        stated(booked_years=2024, allografts=[year(1999, 1, 0)]),
        {"/booked_years": "type"},
    ),
    "a year outside twice": (
        stated(allografts=[year(1999, 1, 0), year(1999, 1, 0)]),
        {"/allografts/0/year": "outside_years", "/allografts/1/year": "duplicate"},
    ),
    "site a number": (stated(apheresis_site=8000000071), {"/apheresis_site": "type"}),
    "site with dots": (stated(apheresis_site="8.000.000.071"), {"/apheresis_site": "value"}),
    "site with a first digit 9": (stated(laboratory_site="9000000071"), {"/laboratory_site": "value"}),
    "site with other digits": (stated(laboratory_site="\uff18000000071"), {"/laboratory_site": "value"}),
    "site with wrong check digits": (stated(laboratory_site="8000000072"), {"/laboratory_site": "check_digit"}),
    "certificates an object": (stated(certificates={}), {"/certificates": "type"}),
    "certificate null": (stated(certificates=[None]), {"/certificates/0": "type"}),
    "certificate empty": (
        stated(certificates=[{}]),
        {f"/certificates/0/{name}": "required" for name in ("body", "number", "scopes", "valid_from", "valid_to")},
    ),
    "certificate blank": (
        stated(certificates=[certificate(body="", number="\u2003\n")]),
        {"/certificates/0/body": "value", "/certificates/0/number": "value"},
    ),
    "certificate ends before it starts, extension too early": (
        stated(certificates=[certificate(valid_to="2024-04-30", extended_to="2024-04-30")]),
        {"/certificates/0/valid_to": "order", "/certificates/0/extended_to": "order"},
    ),
    "certificate end unreadable: nothing to compare": (
        stated(certificates=[certificate(valid_to="never", extended_to="1999-01-01")]),
        {"/certificates/0/valid_to": "value"},
    ),
    "scopes empty": (stated(certificates=[certificate(scopes=[])]), {"/certificates/0/scopes": "empty"}),
    "scopes with junk": (
        stated(
            certificates=[
                certificate(scopes=[None, "ADULT", ["ADULT"], ["ADULT", "AUTO"], ["X", "IEC"], [1, "IEC"], []])
            ]
        ),
        {
            "/certificates/0/scopes/0": "type",
            "/certificates/0/scopes/1": "type",
            "/certificates/0/scopes/2": "value",
            "/certificates/0/scopes/3": "value",
            "/certificates/0/scopes/4": "value",
            "/certificates/0/scopes/5": "type",
            "/certificates/0/scopes/6": "value",
        },
    ),
    "facilities with junk": (
        stated(certificates=[certificate(facilities=[7, {"role": "PHARMACY"}, {"role": None, "site": SITE, "at": 1}])]),
        {
            "/certificates/0/facilities/0": "type",
            "/certificates/0/facilities/1/role": "value",
            "/certificates/0/facilities/1/site": "required",
            "/certificates/0/facilities/2/role": "type",
            "/certificates/0/facilities/2/at": "unknown_field",
        },
    ),
    "application incomplete": (
        stated(iec_application={"site": "1"}),
        {"/iec_application/filed_on": "required", "/iec_application/site": "value"},
    ),
    "application on no existing day": (
        stated(iec_application={"filed_on": "2026-02-30", "site": SITE}),
        {"/iec_application/filed_on": "value"},
    ),
    "ruling of the Bureau a number": (
        stated(bureau_confirms_transition=1),
        {"/bureau_confirms_transition": "type"},
    ),
    "row without year": (stated(allografts=[{}]), {"/allografts/0/year": "required"}),
    "row year text": (row(year="2022"), {"/allografts/0/year": "type"}),
    "counts": (
        row(billed={"470654": True, "470665": -1, "470713": 2}, billed_paed=None, declared=28.0),
        {
            "/allografts/0/billed/470654": "type",
            "/allografts/0/billed/470665": "value",
            "/allografts/0/billed/470713": "unknown_field",
            "/allografts/0/declared": "type",
        },
    ),
    "negative total still bounds the children": (
        row(billed={"470654": 0, "470665": -1}, billed_paed={"470654": 0, "470665": 0}),
        {"/allografts/0/billed/470665": "value", "/allografts/0/billed_paed/470665": "exceeds"},
    ),
    "children without total, incomplete": (
        row(billed=None, billed_paed={"470654": -2}),
        {
            "/allografts/0/billed_paed": "without_total",
            "/allografts/0/billed_paed/470654": "value",
            "/allografts/0/billed_paed/470665": "required",
        },
    ),
    "children of a wrong type without total": (row(billed=None, billed_paed=5), {"/allografts/0/billed_paed": "type"}),
    "total of a wrong type is not null": (row(billed=[]), {"/allografts/0/billed": "type"}),
    "total of one code missing": (
        row(billed={"470665": 3}, billed_paed={"470654": 9, "470665": 4}),
        {"/allografts/0/billed/470654": "required", "/allografts/0/billed_paed/470665": "exceeds"},
    ),
    "supplements": (
        row(
            supplements=[supplement(1, "MAYBE", 2), None, {"basis": "GUESS", "reference": " ", "count": -1, "paed": 0}]
        ),
        {
            "/allografts/0/supplements/0/paed": "exceeds",
            "/allografts/0/supplements/0/ruling": "value",
            "/allografts/0/supplements/1": "type",
            "/allografts/0/supplements/2/basis": "value",
            "/allografts/0/supplements/2/reference": "value",
            "/allografts/0/supplements/2/count": "value",
            "/allografts/0/supplements/2/paed": "exceeds",
        },
    ),
    "negative part above a more negative count: the first code is told": (
        row(supplements=[supplement(-5, None, -1)]),
        {"/allografts/0/supplements/0/count": "value", "/allografts/0/supplements/0/paed": "value"},
    ),
    "judgements": (
        stated(judgements={"C2": "MET", "C5": "NOTED", "C6": 1, "P3": None}),
        {"/judgements/C2": "unknown_field", "/judgements/C5": "value", "/judgements/C6": "type"},
    ),
    "judgements a list": (stated(judgements=[]), {"/judgements": "type"}),
    "capacity": (stated(capacity=["BOTH"]), {"/capacity": "type"}),
}


@pytest.mark.parametrize(("facts", "expected"), CASES.values(), ids=CASES.keys())
def test_facts_are_refused_at_each_fault(facts: object, expected: dict[str, str]) -> None:
    assert faults(facts) == expected


def test_optional_facts_may_all_be_null() -> None:
    required = ("reference_on", "populations", "booked_years", "apheresis_site", "administration_site")
    optional = ("vote_on", "certificates", "iec_application", "bureau_confirms_transition", "allografts")
    bare = {name: value for name, value in stated().items() if name in required}
    nulls = dict.fromkeys([*optional, "laboratory_site", "judgements", "capacity"])
    assert parse_facts(bare | nulls, VERSIONS) == parse_facts(bare, VERSIONS)
    assert parse_facts(bare, VERSIONS).stage is Stage.REVIEW


def test_doubles_in_a_certificate_are_no_fault() -> None:
    units = [{"role": "CLINICAL", "site": OTHER}] * 2
    twice = certificate(scopes=[["ADULT", "IEC"], ["ADULT", "IEC"]], facilities=units)
    assert parse_facts(stated(certificates=[twice, twice]), VERSIONS).certificates is not None


def test_problem_carries_a_sentence() -> None:
    with pytest.raises(InvalidFacts) as refused:
        parse_facts(stated(capacity="MAYBE"), VERSIONS)
    assert refused.value.problems == (Problem("/capacity", "value", "This value is not allowed."),)


def test_refusal_names_each_pointer_with_its_code() -> None:
    with pytest.raises(InvalidFacts) as refused:
        parse_facts(stated(capacity="MAYBE", laboratory_site=1), VERSIONS)
    assert str(refused.value) == "/capacity: value, /laboratory_site: type"


def test_every_fault_has_a_sentence_in_each_language() -> None:
    sentences = {explain_fault(code.value, language) for code in FaultCode for language in LANGUAGES}
    assert len(sentences) == len(FaultCode) * len(LANGUAGES)
