"""The code of a pre-check: what goes in comes out, and nothing that is typed in its place breaks the desk."""

import json
import zlib
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from evaluation import codes
from evaluation.codes import UnreadableCode, decode, encode
from evaluation.rules.facts import Facts
from evaluation.rules.parse import InvalidFacts, parse_facts
from tests.rules.stated import VERSIONS, Json, all_facts, certificate, stated

EXAMPLES = json.loads((Path(__file__).parents[1] / "cases" / "pre-check-examples.json").read_text())
ADMITTED = [each for each in EXAMPLES if "problems" not in each["expected"]]
SENSIBLE = 700
"""Characters of the longest code among the examples; an address may have some 2,000."""


def facts_of(document: Json) -> Facts:
    return parse_facts(document, VERSIONS)


def reason_of(code: str) -> str:
    with pytest.raises(UnreadableCode) as refused:
        decode(code, VERSIONS)
    return refused.value.reason


def packed(text: bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=codes._WORDS)
    body = urlsafe_b64encode(packer.compress(text) + packer.flush()).decode().rstrip("=")
    return f"{codes.VERSION}.{body}.{codes._check(body)}"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(all_facts())
def test_code_gives_back_the_facts_that_went_in(document: Json) -> None:
    facts = facts_of(document)
    assert decode(encode(facts), VERSIONS) == facts


@pytest.mark.parametrize("case", ADMITTED, ids=[case["name"] for case in ADMITTED])
def test_code_of_an_example_is_short_enough_for_an_address(case: Json) -> None:
    facts = facts_of(case["facts"])
    code = encode(facts)
    assert (decode(code, VERSIONS), len(code) < SENSIBLE, code == encode(facts)) == (facts, True, True)


@pytest.mark.parametrize("number", ["é", "\0", "\ud800", '"}', "a\nb", "€" * 1000])
def test_code_holds_any_text_that_the_contract_admits(number: str) -> None:
    facts = facts_of(stated(certificates=[certificate(number=number)]))
    code = encode(facts)
    assert (decode(code, VERSIONS), code.isascii()) == (facts, True)


def test_code_survives_being_wrapped_by_a_mail() -> None:
    facts = facts_of(stated())
    code = encode(facts)
    wrapped = "  " + "\r\n ".join(code[start : start + 40] for start in range(0, len(code), 40)) + "\n"
    assert decode(wrapped, VERSIONS) == facts


def test_code_with_any_one_character_changed_is_refused() -> None:
    code = encode(facts_of(stated()))
    read = [place for place in range(len(code)) if _reads(code[:place] + _other(code[place]) + code[place + 1 :])]
    assert read == []


def _other(character: str) -> str:
    return "B" if character == "A" else "A"


def _reads(code: str) -> bool:
    try:
        decode(code, VERSIONS)
    except UnreadableCode:
        return False
    return True


@given(st.text())
@example("PC1..00000000")
@example("PC1.é.")
def test_code_that_is_no_code_is_refused_and_never_breaks(text: str) -> None:
    assert reason_of(text) in {"damaged", "version"}


@given(st.binary(max_size=300))
def test_code_that_unpacks_to_anything_is_refused_and_never_breaks(content: bytes) -> None:
    assert reason_of(packed(content)) in {"damaged", "facts"}


@pytest.mark.parametrize(
    "content",
    [b"[" * 100_000, b'{"a":' * 100_000, b"9" * 5_000, b" " * 2_000_000, b"", b"NaN", b"null", b"[]", b"9" * 1_500],
)
def test_code_that_was_made_to_hurt_is_refused(content: bytes) -> None:
    assert reason_of(packed(content)) in {"damaged", "facts"}


def test_code_says_why_it_cannot_be_read() -> None:
    code = encode(facts_of(stated()))
    later = json.dumps(stated(reference_on="2019-01-31")).encode()
    reasons = [reason_of(each) for each in ("", code[:-1], "PC2" + code[3:], packed(later), "x" * 200_000)]
    assert reasons == ["damaged", "damaged", "version", "facts", "damaged"]


def test_code_of_faulty_facts_cannot_be_made() -> None:
    with pytest.raises(InvalidFacts):
        facts_of(stated(populations=[]))
