"""Every reason, warning and word in the languages of the desk."""

import re
from datetime import date
from string import Formatter

import pytest
from hypothesis import given

from evaluation.rules.explain import (
    LANGUAGES,
    criterion_name,
    explain,
    explain_warning,
    format_day,
    format_number,
    outcome_name,
    reason_keys,
    texts,
    verdict_name,
)
from evaluation.rules.model import Finding, Outcome, Reason, Value, Verdict, WarningCode
from tests.rules.stated import CRITERIA, OTHER, SITE, Json, all_facts, judge, judged, year

SAMPLES: dict[str, Value] = {
    "above": 2,
    "accepted": 1,
    "administration_site": SITE,
    "apheresis_site": OTHER,
    "application_site": OTHER,
    "batch": "2027-01",
    "below_years": (2023,),
    "billed": 27,
    "confirm_until": date(2027, 3, 31),
    "counted": 83,
    "days": 12,
    "filed_on": date(2026, 2, 1),
    "kind": "IEC",
    "laboratory_site": OTHER,
    "known": 56,
    "last_day": date(2026, 6, 30),
    "latest_day": date(2027, 1, 31),
    "least": 32,
    "left": 28,
    "needed": 84,
    "new_years": (2025,),
    "on": date(2026, 7, 31),
    "open_years": (2024,),
    "per_year": 28,
    "short": 1,
    "site": SITE,
    "subject": "C3a",
    "triple": (2023, 2024, 2025),
    "undecided": 0,
    "unit": "acts",
    "unknown_years": (2022, 2023, 2024),
    "until": date(2026, 12, 31),
    "valid_from": date(2026, 8, 1),
    "vote_on": date(2026, 9, 15),
    "year": 2023,
    "years": 3,
}


def shape(texts_of_language: Json, path: str = "") -> set[str]:
    """Every key of the texts, and for sentences the values named in them."""
    found = set()
    for key, value in texts_of_language.items():
        if isinstance(value, dict):
            found |= shape(value, f"{path}/{key}")
        elif isinstance(value, str) and path != "/format":
            fields = sorted({f"{name}:{form}" for _, name, form, _ in Formatter().parse(value) if name})
            found.add(f"{path}/{key} {fields}" if path != "/reasons" else f"{path}/{key}")
        else:
            found.add(f"{path}/{key}")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_have_the_same_keys_in_each_language(language: str) -> None:
    assert shape(texts(language)) == shape(texts("en"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(reason_keys()))
def test_reason_is_a_whole_sentence(key: str, language: str) -> None:
    sentence = explain(Reason(key, SAMPLES), language)
    assert re.fullmatch(r"[A-Z0-9À].*\.", sentence), sentence
    assert not re.search(r"[{}]|  ", sentence), sentence


@given(all_facts())
def test_every_reason_given_has_its_sentence_with_all_its_values(facts: Json) -> None:
    def told(finding: Finding) -> None:
        assert finding.reason.key in reason_keys()
        assert all(explain(finding, language) for language in LANGUAGES)
        for child in finding.children:
            told(child)

    for finding in judge(facts).findings:
        told(finding)


def test_days_and_numbers_follow_the_language() -> None:
    assert [format_day(date(2026, 7, 31), language) for language in LANGUAGES] == [
        "31 juli 2026",
        "31 juillet 2026",
        "31 July 2026",
    ]
    assert [format_day(date(2027, 1, 1), language) for language in LANGUAGES] == [
        "1 januari 2027",
        "1er janvier 2027",
        "1 January 2027",
    ]
    assert [format_number(12345, language) for language in LANGUAGES] == ["12.345", "12\u202f345", "12,345"]


def test_one_act_is_singular_and_years_are_not_grouped() -> None:
    finding = judged(allografts=[year(2022, 27), year(2023, 28), year(2024, 28)]).finding("C2")
    assert [explain(finding, language) for language in LANGUAGES] == [
        "83 allogene transplantaties geteld over 3 jaar; er zijn er 84 nodig (gemiddeld 28 per jaar).",
        "83 allogreffes comptées sur 3 ans\xa0; il en faut 84 (28 par an en moyenne).",
        "83 allogeneic transplantations counted over 3 years; 84 are needed (28 a year on average).",
    ]
    missing = judged(allografts=[year(2024, 28)]).finding("C2")
    assert explain(missing, "nl").startswith("Voor 2022 en 2023 ontbreekt het geboekte cijfer")


def test_zero_is_plural_in_dutch_and_singular_in_french() -> None:
    values = SAMPLES | {"counted": 0}
    assert explain(Reason("acts_short", values), "nl").startswith("0 allogene transplantaties geteld")
    assert explain(Reason("acts_short", values), "fr").startswith("0 allogreffe comptée sur")


def test_sites_are_printed_as_the_register_prints_them() -> None:
    finding = judged(apheresis_site=OTHER).finding("C1c")
    assert explain(finding, "en") == (
        "Apheresis is on site 8.000.000.170 and administration on site 8.000.000.071; "
        "the note asks for one and the same site."
    )


def test_every_word_exists_where_it_is_shown() -> None:
    public = (*LANGUAGES, "de")
    assert all(verdict_name(verdict, language) for verdict in Verdict for language in public)
    assert all(outcome_name(outcome, language) for outcome in Outcome for language in public)
    assert all(explain_warning(code, language) for code in WarningCode for language in LANGUAGES)
    ids = [*CRITERIA.order, *(item.id for item in CRITERIA.admissibility)]
    assert all(criterion_name(each, language) for each in ids for language in LANGUAGES)


def test_words_of_the_desk_are_used() -> None:
    assert [verdict_name(Verdict.TRANSITION_TO_CONFIRM, language) for language in (*LANGUAGES, "de")] == [
        "overgang te bevestigen",
        "transition à confirmer",
        "transition to confirm",
        "Übergang zu bestätigen",
    ]


@pytest.mark.parametrize("language", ["de", "NL", "xx"])
def test_language_without_sentences_is_refused(language: str) -> None:
    with pytest.raises(ValueError, match=f"in {language}"):
        explain(Reason("not_applicable"), language)


def test_site_named_by_all_certificates_is_told_once() -> None:
    finding = judged().finding("C1c")
    assert explain(finding, "en") == (
        "The JACIE certificates that count name both the clinical and the collection unit for site 8.000.000.071."
    )
    assert [child.id for child in finding.children] == ["C1c.ALLO", "C1c.IEC"]
