"""Criteria come from dated files: the right one by date, and an unsound one refused with file, key and remedy."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from evaluation.rules.evaluate import evaluate
from evaluation.rules.load import CAR_T_CENTRES, InvalidCriteria, NotInForce, in_force, load_criteria
from evaluation.rules.model import EvidenceSlot, Population, Verdict
from evaluation.rules.parse import InvalidFacts, parse_facts
from tests.rules.stated import CRITERIA, VERSIONS, YEARS, stated, year

NOTE = Path(__file__).parents[2] / "docs" / "law" / "ctg-nota-2025-11-05.nl.txt"
FIRST = "2025-11-05.toml"
Regime = Path


@pytest.fixture
def regime(tmp_path: Path) -> Regime:
    return Path(shutil.copytree(CAR_T_CENTRES, tmp_path / "car_t_centres"))


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def add_later_version(regime: Regime, *, valid_from: str = "2027-07-01") -> None:
    """A second version with another minimum, in force from its first day on."""
    later = regime / f"{valid_from}.toml"
    shutil.copy(regime / FIRST, later)
    for old, new in (
        ('version = "2025-11-05"', f'version = "{valid_from}"'),
        ("valid_from = 2025-11-05", f"valid_from = {valid_from}"),
        ("per_year = 28, years = 3, needed = 84", "per_year = 30, years = 3, needed = 90"),
    ):
        rewrite(later, old, new)


def close_first_version(regime: Regime, last_day: str) -> None:
    rewrite(regime / FIRST, "valid_from = 2025-11-05", f"valid_from = 2025-11-05\nvalid_to = {last_day}")


def test_every_sentence_stands_in_the_note_word_for_word() -> None:
    note = " ".join(NOTE.read_text().split())
    quoted = [each.provenance for each in CRITERIA.criteria] + [each.provenance for each in CRITERIA.admissibility]
    absent = [each.sentence for each in quoted if " ".join(each.sentence.split()) not in note]
    assert absent == []
    assert [each.source for each in quoted if each.is_house_rule] == ["house rule", "house rule"]
    assert all(each.fr_is_working_translation for each in quoted if not each.is_house_rule)


def test_new_indications_include_no_new_centres() -> None:
    sentence = "Indieningen voor nieuwe CAR-T indicaties kunnen ad hoc geen nieuwe centra includeren."
    assert CRITERIA.admissibility_item("AD3").provenance.sentence == sentence


def test_published_version_is_whole() -> None:
    assert [item.id for item in CRITERIA.admissibility] == [f"AD{number}" for number in range(1, 8)]
    assert [reading.id for reading in CRITERIA.readings] == [f"A{number}" for number in range(1, 44)]
    asked = {slot for criterion in CRITERIA.criteria for slot in criterion.evidence}
    asked |= {slot for item in CRITERIA.admissibility for slot in item.evidence}
    assert asked == set(EvidenceSlot)
    assert CRITERIA.sha256 == sha256((CAR_T_CENTRES / FIRST).read_bytes()).hexdigest()
    assert CRITERIA.reading("A37").decided_by == "desk"


def test_last_day_is_no_part_of_the_hash_and_every_other_byte_is(regime: Regime) -> None:
    close_first_version(regime, "2027-06-30")
    ended = load_criteria(regime)[0]
    rewrite(regime / FIRST, "# The criteria", "# the criteria")
    assert (ended.valid_to, ended.sha256) == (date(2027, 6, 30), CRITERIA.sha256)
    assert load_criteria(regime)[0].sha256 != CRITERIA.sha256


def test_minimum_is_the_yearly_number_over_the_booked_years() -> None:
    for criterion_id, per_year, needed in (("C2", 28, 84), ("P2", 6, 18)):
        parameters = CRITERIA.criterion(criterion_id).parameters
        assert (parameters["per_year"], parameters["years"], parameters["needed"]) == (per_year, 3, needed)
    (warning,) = [rule for rule in CRITERIA.warnings if rule.code == "YEAR_BELOW_MINIMUM"]
    assert warning.parameters == {"criterion": "C2", "per_year": 28}


def test_paediatric_criteria_apply_to_children_only() -> None:
    only_children = {each.id for each in CRITERIA.criteria if each.populations == {Population.PAED}}
    assert only_children == {"P1", "P2", "P3"}


def test_first_day_is_in_force_and_the_day_before_is_not() -> None:
    assert in_force(VERSIONS, CRITERIA.valid_from) is CRITERIA
    day_before = CRITERIA.valid_from - timedelta(days=1)
    with pytest.raises(NotInForce, match=r"^no version in force on 2025-11-04; known: 2025-11-05$") as refused:
        in_force(VERSIONS, day_before)
    assert refused.value.on == day_before
    with pytest.raises(NotInForce, match=r"known: 2025-11-05, 2026-01-01$"):
        in_force([CRITERIA, replace(CRITERIA, version="2026-01-01")], day_before)
    with pytest.raises(NotInForce, match=r"known: none$"):
        in_force([], day_before)


def test_version_of_one_day_is_in_force_that_day(regime: Regime) -> None:
    add_later_version(regime, valid_from="2025-11-06")
    close_first_version(regime, "2025-11-05")
    versions = load_criteria(regime)
    found = [in_force(versions, CRITERIA.valid_from + timedelta(days=later)).version for later in (0, 1, 700)]
    assert found == ["2025-11-05", "2025-11-06", "2025-11-06"]


def test_day_of_reference_chooses_the_version(regime: Regime) -> None:
    add_later_version(regime)
    close_first_version(regime, "2027-06-30")
    versions = load_criteria(regime)
    told = {}
    for reference_on in ("2027-06-30", "2027-07-01"):
        stated_facts = stated(reference_on=reference_on, allografts=[year(each, 28) for each in YEARS])
        facts = parse_facts(stated_facts, versions)
        evaluation = evaluate(in_force(versions, facts.reference_on), facts)
        found = evaluation.finding("C2")
        told[reference_on] = (evaluation.criteria.version, found.verdict, found.margin)
    assert told == {
        "2027-06-30": ("2025-11-05", Verdict.MET, 0),
        "2027-07-01": ("2027-07-01", Verdict.NOT_MET, -6),
    }


def test_version_in_force_says_how_many_years_are_asked(regime: Regime) -> None:
    add_later_version(regime)
    close_first_version(regime, "2027-06-30")
    rewrite(regime / "2027-07-01.toml", "booked_years = 3", "booked_years = 2")
    versions = load_criteria(regime)
    for reference_on, years in (("2027-06-30", [2022, 2023, 2024]), ("2027-07-01", [2023, 2024])):
        assert parse_facts(stated(reference_on=reference_on, booked_years=years, allografts=[]), versions)
    for reference_on, years in (("2027-06-30", [2023, 2024]), ("2027-07-01", [2022, 2023, 2024])):
        with pytest.raises(InvalidFacts, match=r"^/booked_years: not_consecutive$"):
            parse_facts(stated(reference_on=reference_on, booked_years=years, allografts=[]), versions)


def test_ended_version_is_no_fallback(regime: Regime) -> None:
    close_first_version(regime, "2026-12-31")
    versions = load_criteria(regime)
    assert in_force(versions, date(2026, 12, 31)).version == "2025-11-05"
    assert parse_facts(stated(reference_on="2026-12-31"), versions).reference_on == date(2026, 12, 31)
    with pytest.raises(NotInForce):
        in_force(versions, date(2027, 1, 1))
    with pytest.raises(InvalidFacts, match="/reference_on: no_criteria"):
        parse_facts(stated(reference_on="2027-01-01"), versions)


@pytest.mark.parametrize("last_day", ["2027-06-29", "2027-07-01", "2027-07-15"])
def test_gap_or_overlap_between_versions_is_refused(regime: Regime, last_day: str) -> None:
    add_later_version(regime)
    close_first_version(regime, last_day)
    with pytest.raises(InvalidCriteria, match=r"car_t_centres/2025-11-05.toml: valid_to: 2027-06-30"):
        load_criteria(regime)


def test_earlier_version_without_end_is_refused(regime: Regime) -> None:
    add_later_version(regime)
    with pytest.raises(InvalidCriteria, match="valid_to: 2027-06-30"):
        load_criteria(regime)


def replaced(old: str, new: str, file: str = FIRST) -> Callable[[Regime], None]:
    return lambda regime: rewrite(regime / file, old, new)


UNSOUND: dict[str, tuple[Callable[[Regime], object], str]] = {
    "no version": (lambda regime: (regime / FIRST).unlink(), "folder: at least one file"),
    "no TOML": (lambda regime: (regime / FIRST).write_text("id ="), "file: UTF-8 TOML"),
    "ends before it starts": (lambda regime: close_first_version(regime, "2025-11-04"), "valid_to: not before"),
    "name of the file": (
        lambda regime: (regime / FIRST).rename(regime / "2026-01-01.toml"),
        "car_t_centres/2026-01-01.toml: version: the first day",
    ),
    "unknown key": (replaced('id = "C4"', 'id = "C4"\nweight = 2'), "criterion[C4].weight: unknown key; allowed: id,"),
    "unknown check": (replaced('"laboratory_on_site"', '"near_enough"'), "criterion[C4].check: one of acts_reach"),
    "unknown parameter": (
        replaced("needed = 84", "needed = 84, weight = 2"),
        "criterion[C2].parameters.weight: unknown parameter; allowed: per_year, years, needed, recipients",
    ),
    "missing parameter": (replaced(", needed = 84", ""), "criterion[C2].parameters.needed: required parameter"),
    "parameter of another type": (replaced("needed = 84", "needed = 84.0"), "parameters.needed: a value of type int"),
    "true is no number": (replaced("needed = 84", "needed = true"), "parameters.needed: a value of type int"),
    "day as a text": (
        replaced("transition_until = 2026-12-31", 'transition_until = "2026-12-31"'),
        "parameters.transition_until: a value of type date",
    ),
    "member of no list": (replaced('activity = "IEC"', 'activity = "AUTO"'), "activity: one of ALLO, IEC"),
    "activities no list": (replaced('activities = ["ALLO", "IEC"]', 'activities = "ALLO"'), "a list is required"),
    "rests on nothing known": (replaced('transition = "C1a" }', 'transition = "C9" }'), "one of C1a, C1b"),
    "rests on itself": (replaced('transition = "C1a" }', 'transition = "C1c" }'), "rests_on: no criterion may"),
    "rests on under another name": (replaced("rests_on = { transition", "rests_on = { waiver"), "unknown parameter"),
    "order without a criterion": (replaced('"P2", "P3"]', '"P2"]'), "order: each criterion once"),
    "missing translation": (replaced("translation.fr", "# translation.fr"), "translation.fr: a value of type str"),
    "blank help": (
        replaced('help.en = "State the establishment number of', 'help.en = " " #'),
        "criterion[C4].help.en: a text that is not blank",
    ),
    "fourth language": (replaced("help.nl", 'help.de = "x"\nhelp.nl'), "help.de: unknown key; allowed: nl, fr, en"),
    "unknown population": (replaced('["ADULT", "PAED"]', '["ADULT", "ALL"]'), "populations: one of ADULT, PAED"),
    "unknown evidence": (replaced('["LABORATORY"]', '["PHOTO"]'), "evidence: one of JACIE_CERTIFICATE"),
    "unknown reading": (replaced('"A7", "A23"', '"A7", "A99"'), "readings: A99 is not among the readings"),
    "house rule that quotes": (
        replaced('source = "house rule"', 'source = "house rule"\nsentence = "x"'),
        "sentence: a house rule quotes no sentence",
    ),
    "house rule that translates": (
        replaced('source = "house rule"', 'source = "house rule"\ntranslation.fr = "x"'),
        "translation: a house rule quotes no sentence",
    ),
    "house rule with a working translation": (
        replaced('source = "house rule"', 'source = "house rule"\nfr_is_working_translation = true'),
        "fr_is_working_translation: a house rule quotes no sentence",
    ),
    "warning unknown": (
        replaced('id = "DECLARED_DIFFERS_FROM_BILLED"', 'id = "RAIN"'),
        "warning[RAIN].id: one of CERTIFICATE_LAPSES_BEFORE_VOTE, YEAR",
    ),
    "warning left out": (replaced('[[warning]]\nid = "DECLARED_DIFFERS_FROM_BILLED"\n', ""), "warning: each of"),
    "warning on no criterion": (replaced('criterion = "C2"', 'criterion = "C9"'), "parameters.criterion: one of C1a"),
    "warning without its parameters": (
        replaced('parameters = { criterion = "C2", per_year = 28 }', ""),
        "2025-11-05.toml: warning[YEAR_BELOW_MINIMUM].criterion: required parameter",
    ),
    "criterion without its parameters": (
        replaced('parameters = { judged = "C5" }', ""),
        "2025-11-05.toml: criterion[C5].judged: required parameter",
    ),
    "reading twice": (
        replaced('id = "A2"', 'id = "A1"', "readings.toml"),
        "car_t_centres/readings.toml: reading: each id once",
    ),
    "alternative to no criterion": (
        replaced("changes.C1a.param", "changes.C9.param", "readings.toml"),
        "car_t_centres/readings.toml: reading[A1].alternative[0].changes.C9: unknown key; allowed: C1a, C1b",
    ),
    "alternative with another parameter": (
        replaced("{ transition_allowed", "{ allowed", "readings.toml"),
        "reading[A3].alternative[0].changes.C1a.parameters.allowed: unknown parameter; allowed: activity",
    ),
    "alternative with another population": (
        replaced('C2.populations = ["ADULT"]', 'C2.populations = ["MEN"]', "readings.toml"),
        "reading[A17].alternative[0].changes.C2.populations: one of ADULT, PAED",
    ),
    "alternative to no option": (
        replaced("[[reading.alternative]]\noption = 1", "[[reading.alternative]]\noption = 4", "readings.toml"),
        "reading[A1].alternative[0].option: 1 to 3, the place of an option",
    ),
    "alternative that was chosen": (
        replaced("option = 1\nunlisted_only", "option = 2\nunlisted_only", "readings.toml"),
        "reading[A3].alternative[0].option: another option than the one chosen",
    ),
    "chosen option out of range": (
        replaced("chosen_option = 1", "chosen_option = 3", "readings.toml"),
        "reading[A2].chosen_option: 1 to 2, the place of an option",
    ),
    "options not in each language": (
        replaced(', "all of January 2027"', "", "readings.toml"),
        "reading[A1].options: as many in each language",
    ),
    "reading untranslated": (replaced("why.fr", "# why.fr", "readings.toml"), "reading[A1].why.fr"),
}


@pytest.mark.parametrize(("damage", "message"), UNSOUND.values(), ids=UNSOUND.keys())
def test_unsound_file_is_refused(regime: Regime, damage: Callable[[Regime], object], message: str) -> None:
    damage(regime)
    with pytest.raises(InvalidCriteria, match=re.escape(message)) as refused:
        load_criteria(regime)
    assert re.match(r"car_t_centres(/[a-z0-9-]+\.toml)?: [^ :]+: ", str(refused.value))


def test_rules_hold_no_number_date_or_sentence_of_the_law() -> None:
    rules = CAR_T_CENTRES.parents[1] / "rules"
    code = "\n".join(path.read_text() for path in sorted(rules.glob("*.py")))
    assert re.findall(r"\b(?:28|84|18|2026|2027)\b|date\(\d", code) == []
