"""What must not weigh has no way in: no field, no parameter, and a word beside a reason that names it."""

import shutil
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints

import pytest

from evaluation.grounds import Ground, grounds_of, load_grounds, reminders
from evaluation.paragraphs import note_of
from evaluation.rules import facts
from evaluation.rules.checks import CHECKS
from evaluation.rules.facts import Facts
from evaluation.rules.load import CAR_T_CENTRES, InvalidCriteria
from evaluation.rules.model import Conclusion
from tests.rules.stated import CRITERIA

FILE = "excluded-2025-11-05.toml"
NOTE = note_of("2025-11-05")
ON = date(2026, 7, 31)


def names_within(kind: Any) -> set[str]:
    """The names of the fields of a dataclass of facts and of all that it holds."""
    if get_args(kind) or isinstance(kind, UnionType):
        return {name for each in get_args(kind) for name in names_within(each)}
    if not is_dataclass(kind) or kind.__module__ != facts.__name__:
        return set()
    hints = get_type_hints(kind)
    return {each.name for each in fields(kind)} | {name for hint in hints.values() for name in names_within(hint)}


def test_facts_have_no_field_for_what_must_not_weigh() -> None:
    excluded = {word for ground in grounds_of("2025-11-05") for word in ground.inputs}
    held = names_within(Facts)
    assert {"allografts", "billed", "n470654", "extended_to", "filed_on"} <= held
    assert {name for name in held if set(name.split("_")) & excluded} == set()


def test_every_paragraph_that_is_not_weighed_has_its_ground() -> None:
    assert {ground.id: ground.paragraphs for ground in grounds_of("2025-11-05")} == {
        "geography": ("motivation.1",),
        "price": ("principles.3b",),
        "car-t-numbers": ("motivation.2",),
        "jacie-minimum": ("findings.2b", "findings.2c", "findings.2e"),
    }


def test_criterion_that_reads_an_excluded_input_is_refused() -> None:
    def near_enough(facts: Facts, *, distance_km: int) -> Conclusion:
        raise AssertionError(f"a check that would let geography in: {distance_km} from {facts.administration_site}")

    bent = [replace(each, check=near_enough, parameters={"distance_km": 50}) for each in CRITERIA.criteria[:1]]
    criteria = replace(CRITERIA, criteria=(*bent, *CRITERIA.criteria[1:]))
    with pytest.raises(InvalidCriteria) as caught:
        load_grounds(criteria, NOTE)
    assert str(caught.value) == (
        "car_t_centres/2025-11-05.toml: criterion[C1a].parameters.distance_km:"
        " another input than distance_km: geography must not weigh (motivation.1)"
    )
    assert [name for name, check in CHECKS.items() if "distance" in get_type_hints(check)] == []


NAMED = [
    ("De afstand tot Brussel is te groot.", {"geography": "afstand"}),
    ("Geen centrum in deze Provincie of REGIO", {"geography": "provincie"}),
    ("Cette région n'a pas de centre", {"geography": "region"}),
    ("trop éloigné des patients", {"geography": "eloigne"}),
    ("The distance is large and the price high", {"geography": "distance", "price": "price"}),
    ("De kostprijs weegt door", {"price": "kostprijs"}),
    ("Coût trop élevé", {"price": "cout"}),
    ("Het aantal  CAR\u2011T-behandelingen is laag", {"car-t-numbers": "aantal car-t"}),
    ("le nombre de CAR-T par an", {"car-t-numbers": "nombre de car-t"}),
    ("JACIE\u2019s minimum is not reached", {"jacie-minimum": "jacie's minimum"}),
    ("De neuroloog is 24/7 bereikbaar, registratie in het register loopt.", {}),
    ("28 allogene transplantaties per jaar op de site", {}),
    ("Vergoeding van de rota; un registre; an unpriced, regionless text", {}),
    ("", {}),
]


@pytest.mark.parametrize(("reason", "named"), NAMED, ids=[reason[:30] or "empty" for reason, _ in NAMED])
def test_reason_is_searched_for_excluded_grounds(reason: str, named: dict[str, str]) -> None:
    assert {each.ground.id: each.word for each in reminders(reason, on=ON)} == named


def test_reminder_carries_the_sentence_of_the_note() -> None:
    (found,) = reminders("wegens de ligging", on=ON)
    sentence = "Er is geen criterium die uitbreiding op gebied van geografische ligging motiveert."
    assert (found.paragraph, found.sentence) == ("motivation.1", sentence)


def test_number_of_car_t_may_be_spoken_of_for_capacity() -> None:
    reason = "Het aantal CAR-T stijgt."
    assert [[each.ground.id for each in reminders(reason, on=ON, criterion=name)] for name in ("C7", "C5")] == [
        [],
        ["car-t-numbers"],
    ]


def test_nothing_is_excluded_where_no_version_is_in_force() -> None:
    assert reminders("de afstand", on=date(2025, 11, 4)) == ()


def changed(tmp_path: Path, old: str, new: str) -> str:
    regime = Path(shutil.copytree(CAR_T_CENTRES, tmp_path / "car_t_centres"))
    text = (regime / FILE).read_text()
    assert old in text
    (regime / FILE).write_text(text.replace(old, new, 1))
    with pytest.raises(InvalidCriteria) as caught:
        load_grounds(CRITERIA, NOTE, folder=regime)
    return str(caught.value)


UNSOUND = {
    "paragraph that weighs": ('["motivation.1"]', '["I.2"]', "ground[geography].paragraphs: I.2 is none of principles"),
    "no paragraph": ('["motivation.1"]', "[]", "ground[geography].paragraphs: at least one"),
    "paragraph without a ground": (', "findings.2e"]', "]", "ground: a ground for findings.2e, which is not weighed"),
    "unknown criterion": ('["C7"]', '["C9"]', "ground[car-t-numbers].not_for: C9 is none of C1a"),
    "language without words": ("words.fr = [", "words.fr = []\n# [", "ground[geography].words.fr: at least one word"),
    "blank word": ('words.en = ["geograph*"', 'words.en = ["*"', "ground[geography].words.en: at least one word, none"),
    "missing language": ("words.en", "# words.en", "ground[geography].words.en: a value of type list"),
    "unknown key": ('id = "price"', 'id = "price"\nweight = 1', "ground[price].weight: unknown key; allowed: id,"),
    "another version": ('version = "2025', 'version = "2024', "version: 2025-11-05, as in the name"),
}


@pytest.mark.parametrize(("old", "new", "message"), UNSOUND.values(), ids=UNSOUND.keys())
def test_unsound_grounds_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert message in changed(tmp_path, old, new)


def test_words_are_folded_once_for_all_languages() -> None:
    ground = Ground("x", {}, ("motivation.1",), (), (), ("région*", "ça"))
    assert [ground.named_in(text) for text in ("Regionaal", "CA", "cab", "la  RÉGION")] == [
        "regionaal",
        "ca",
        "",
        "region",
    ]
