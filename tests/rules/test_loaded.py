"""What stands in the files of the criteria is what the rules apply, value by value."""

import tomllib
from hashlib import sha256

import pytest

from evaluation.rules.load import CAR_T_CENTRES, HOUSE_RULE, load_criteria
from evaluation.rules.model import Admissibility, Alternative, CriteriaVersion, Criterion
from tests.rules.stated import Json

FILE = CAR_T_CENTRES / "2025-11-05.toml"
STATED = tomllib.loads(FILE.read_text())
READINGS = tomllib.loads((CAR_T_CENTRES / "readings.toml").read_text())["reading"]


@pytest.fixture
def loaded() -> CriteriaVersion:
    return load_criteria()[0]


def as_stated(item: Criterion | Admissibility) -> Json:
    provenance = item.provenance
    published = {
        "sentence": provenance.sentence,
        "translation": provenance.translations,
        "fr_is_working_translation": provenance.fr_is_working_translation,
    }
    if provenance.is_house_rule:
        assert published == {"sentence": "", "translation": {}, "fr_is_working_translation": False}
        assert provenance.source == HOUSE_RULE
    return {
        "id": item.id,
        "source": provenance.source,
        "help": item.help,
        "evidence": list(item.evidence),
        "readings": list(item.readings),
    } | ({} if provenance.is_house_rule else published)


def test_version_is_the_file(loaded: CriteriaVersion) -> None:
    names = ("id", "version", "valid_from", "checked_on", "booked_years")
    assert {name: getattr(loaded, name) for name in names} == {name: STATED[name] for name in names}
    assert list(loaded.order) == STATED["order"]
    assert loaded.sha256 == sha256(FILE.read_bytes()).hexdigest()


def test_criteria_are_those_of_the_file(loaded: CriteriaVersion) -> None:
    for criterion, stated in zip(loaded.criteria, STATED["criterion"], strict=True):
        assert loaded.criterion(stated["id"]) is criterion
        told = as_stated(criterion) | {"populations": sorted(criterion.populations), "check": stated["check"]}
        assert told | {"rests_on": criterion.rests_on} == {"rests_on": {}} | {
            name: value for name, value in stated.items() if name != "parameters"
        }
        assert criterion.check.__name__ == stated["check"]
        assert as_written(criterion.parameters) == stated.get("parameters", {})


def as_written(parameters: object) -> Json:
    assert isinstance(parameters, dict)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in parameters.items()}


def test_admissibility_is_that_of_the_file(loaded: CriteriaVersion) -> None:
    assert [as_stated(item) for item in loaded.admissibility] == STATED["admissibility"]
    assert [loaded.admissibility_item(item.id) for item in loaded.admissibility] == list(loaded.admissibility)


def test_warnings_are_those_of_the_file(loaded: CriteriaVersion) -> None:
    told = [
        {"id": rule.code.value} | ({"parameters": rule.parameters} if rule.parameters else {})
        for rule in loaded.warnings
    ]
    assert told == STATED["warning"]


def test_readings_are_those_of_the_file(loaded: CriteriaVersion) -> None:
    for reading, stated in zip(loaded.readings, READINGS, strict=True):
        assert loaded.reading(stated["id"]) is reading
        texts = ("question", "chosen", "why", "decided_by", "decided_on", "checked_on")
        assert {name: getattr(reading, name) for name in texts} == {name: stated[name] for name in texts}
        assert {language: list(options) for language, options in reading.options.items()} == stated["options"]
        assert reading.chosen_option == stated.get("chosen_option")
        assert reading.alternatives == tuple(
            Alternative(stated["id"], each["option"], each.get("unlisted_only", False), each["changes"])
            for each in stated.get("alternative", [])
        )
