"""One fault in admitted facts is told at its own pointer, wherever it stands."""

import re
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.rules.parse import InvalidFacts, parse_facts
from tests.rules.stated import VERSIONS, Json, all_facts, shaped_facts, stated

Fault = tuple[Any, str]

NO_TEXT: list[Fault] = [(7, "type"), (True, "type"), (["x"], "type"), ({}, "type")]
DAY = [*NO_TEXT, ("", "value"), ("2026-02-29", "value"), ("20260731", "value"), ("31-07-2026", "value")]
WORD = [*NO_TEXT, ("", "value"), ("OTHER", "value"), ("adult", "value")]
TEXT = [*NO_TEXT, ("", "value"), (" \t\n\u2003", "value")]
ACTS = [("1", "type"), (True, "type"), (28.0, "type"), ([], "type"), (-1, "value")]
YEAR = [("2023", "type"), (True, "type"), (2023.0, "type"), ({}, "type")]
SITE = [
    *NO_TEXT,
    ("800000007", "value"),
    ("1000000071", "value"),
    ("9000000071", "value"),
    ("8000000072", "check_digit"),
]
PAIR = [(7, "type"), ("ADULT", "type"), ({}, "type"), ([1, 2], "type"), ([None, "IEC"], "type"), (["ADULT"], "value")]
PAIR += [(["ADULT", "AUTO"], "value"), (["CHILD", "IEC"], "value"), (["IEC", "ADULT"], "value"), ([], "value")]
LIST = [({}, "type"), ("x", "type"), (1, "type"), (False, "type")]
FILLED = [*LIST, ([], "empty")]
OBJECT = [([], "type"), ("x", "type"), (1, "type"), (True, "type")]

FAULTS: dict[str, list[Fault]] = {
    r"/reference_on": [*DAY, ("2025-11-04", "no_criteria")],
    r"/vote_on": [*DAY, ("2025-11-04", "order")],
    r"/stage": [*WORD, (None, "type")],
    r"/populations": FILLED,
    r"/populations/\d+": WORD,
    r"/booked_years": [*FILLED, ([2020, 2021], "not_consecutive"), ([2020, 2022, 2023], "not_consecutive")],
    r"/booked_years/\d+": YEAR,
    r"/(apheresis|administration|laboratory)_site": SITE,
    r"/(certificates|allografts)": LIST,
    r"/(certificates|allografts)/\d+": OBJECT,
    r"/certificates/\d+/(body|number)": TEXT,
    r"/certificates/\d+/(valid_from|renewal_filed_on)": DAY,
    r"/certificates/\d+/(valid_to|extended_to)": [*DAY, ("1999-01-01", "order")],
    r"/certificates/\d+/scopes": FILLED,
    r"/certificates/\d+/scopes/\d+": PAIR,
    r"/certificates/\d+/facilities": LIST,
    r"/certificates/\d+/facilities/\d+": OBJECT,
    r"/certificates/\d+/facilities/\d+/role": WORD,
    r"/certificates/\d+/facilities/\d+/site": SITE,
    r"/iec_application": OBJECT,
    r"/iec_application/filed_on": DAY,
    r"/iec_application/site": SITE,
    r"/bureau_confirms_transition": [("true", "type"), (1, "type"), (0, "type"), ([], "type")],
    r"/allografts/\d+/year": [*YEAR, (1999, "outside_years")],
    r"/allografts/\d+/billed(_paed)?": OBJECT,
    r"/allografts/\d+/billed(_paed)?/\d+": ACTS,
    r"/allografts/\d+/declared": ACTS,
    r"/allografts/\d+/supplements": LIST,
    r"/allografts/\d+/supplements/\d+": OBJECT,
    r"/allografts/\d+/supplements/\d+/(basis|ruling)": WORD,
    r"/allografts/\d+/supplements/\d+/reference": TEXT,
    r"/allografts/\d+/supplements/\d+/(count|paed)": ACTS,
    r"/judgements": OBJECT,
    r"/judgements/\w+": [*WORD, ("NOTED", "value")],
    r"/capacity": WORD,
}
NULLABLE = r"""(vote_on|laboratory_site|extended_to|renewal_filed_on|facilities|certificates|iec_application|allografts
|bureau_confirms_transition|billed|billed_paed|declared|supplements|ruling|judgements|C3a|C3b|C5|C6|P3|capacity)"""
DEPENDENT = {
    r"/booked_years.*": r"/allografts/\d+/year",
    r"/reference_on": r"/booked_years",
    r"(/allografts/\d+)/billed(/\d+)?": r"/allografts/\d+/billed_paed(/\d+)?",
    r"/allografts/\d+/supplements/\d+/count": r"/allografts/\d+/supplements/\d+/paed",
    r"/certificates/\d+/valid_to": r"/certificates/\d+/extended_to",
}
"""What a relation may tell of another field when one field is spoilt."""
HALF_OF_A_PAIR = r"/scopes/\d+/\d+$"


def tokens(pointer: str) -> list[str]:
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def places(value: Any, at: str = "") -> list[str]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(deeper for key, inner in members for deeper in places(inner, f"{at}/{key}"))]


def holder_of(facts: Any, pointer: str) -> tuple[Any, Any]:
    *path, last = tokens(pointer)
    for token in path:
        facts = facts[int(token)] if isinstance(facts, list) else facts[token]
    return facts, int(last) if isinstance(facts, list) else last


def stands_in(facts: Any, pointer: str) -> bool:
    """It names a place in the facts, or a member that an object there lacks."""
    if pointer == "":
        return True
    try:
        holder, last = holder_of(facts, pointer)
    except (KeyError, IndexError, ValueError):
        return False
    return isinstance(holder, dict) or (isinstance(holder, list) and last < len(holder))


def found_in(facts: Any) -> dict[str, str]:
    with pytest.raises(InvalidFacts) as refused:
        parse_facts(facts, VERSIONS)
    pointers = [problem.pointer for problem in refused.value.problems]
    assert pointers == sorted(set(pointers))
    assert all(stands_in(facts, pointer) for pointer in pointers)
    return {problem.pointer: problem.code for problem in refused.value.problems}


def faults_at(pointer: str) -> list[Fault]:
    return next((faults for pattern, faults in FAULTS.items() if re.fullmatch(pattern, pointer)), [])


def assert_told(facts: Json, pointer: str, code: str) -> None:
    found = found_in(facts)
    assert found.pop(pointer) == code
    allowed = [later for earlier, later in DEPENDENT.items() if re.fullmatch(earlier, pointer)]
    assert all(any(re.fullmatch(pattern, other) for pattern in allowed) for other in found), found


@given(all_facts())
def test_every_place_of_admitted_facts_has_faults_to_try(facts: Json) -> None:
    assert [at for at in places(facts) if at and not faults_at(at) and not re.search(HALF_OF_A_PAIR, at)] == []


@given(shaped_facts(), st.data())
def test_fault_anywhere_is_told_at_its_pointer(facts: Json, data: st.DataObject) -> None:
    pointer = data.draw(st.sampled_from([at for at in places(facts) if at and faults_at(at)]))
    value, code = data.draw(st.sampled_from(faults_at(pointer)))
    holder, last = holder_of(facts, pointer)
    holder[last] = deepcopy(value)
    assert_told(facts, pointer, code)


def objects(facts: Json) -> list[str]:
    return [at for at in places(facts) if isinstance(at_pointer(facts, at), dict)]


def at_pointer(facts: Any, pointer: str) -> Any:
    if not pointer:
        return facts
    holder, last = holder_of(facts, pointer)
    return holder[last]


@given(shaped_facts(), st.sampled_from(["remark", "a/b", "~", "~1", "", "Stage", "certificate"]), st.data())
def test_unknown_field_anywhere_is_told_at_its_escaped_pointer(facts: Json, name: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(objects(facts)))
    at_pointer(facts, at)[name] = data.draw(st.sampled_from([None, 1, "x"]))
    assert found_in(facts) == {f"{at}/{name.replace('~', '~0').replace('/', '~1')}": "unknown_field"}


@given(all_facts(), st.booleans(), st.data())
def test_required_field_null_or_absent_is_told_where_it_would_stand(
    facts: Json, absent: bool, data: st.DataObject
) -> None:
    required = [
        f"{at}/{name}"
        for at in objects(facts)
        for name in at_pointer(facts, at)
        if name != "stage" and not re.fullmatch(NULLABLE, name, re.VERBOSE)
    ]
    pointer = data.draw(st.sampled_from(required))
    holder, last = holder_of(facts, pointer)
    if absent:
        del holder[last]
    else:
        holder[last] = None
    assert_told(facts, pointer, "required" if absent else "type")


@given(all_facts(), st.data())
def test_null_element_of_a_list_is_of_another_type(facts: Json, data: st.DataObject) -> None:
    elements = [at for at in places(facts) if at and isinstance(holder_of(facts, at)[0], list)]
    pointer = data.draw(st.sampled_from([at for at in elements if not re.search(HALF_OF_A_PAIR, at)]))
    holder, last = holder_of(facts, pointer)
    holder[last] = None
    assert_told(facts, pointer, "type")


@given(all_facts(), st.sets(st.sampled_from(sorted(stated())), min_size=2))
def test_faults_of_several_fields_are_told_at_once(facts: Json, fields: set[str]) -> None:
    assert found_in(facts | dict.fromkeys(fields, 1.5)) == {f"/{field}": "type" for field in fields}
