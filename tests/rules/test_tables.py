"""Typed reading of the tables: what is refused is named by file, key and what is allowed there."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from evaluation.rules.certificates import certificate_held
from evaluation.rules.checks import person_judges
from evaluation.rules.enums import Activity, Judged, Population
from evaluation.rules.tables import Table, bound_parameters, changed_parameters, members
from evaluation.rules.versions import InvalidCriteria

NONE_GIVEN: frozenset[str] = frozenset()


def table(**data: Any) -> Table:
    return Table("regime/file.toml", "entry[C1]", data)


def several(_facts: object, *, activities: tuple[Activity, ...], number: int = 3) -> None:
    """A check with a list of members."""


def test_parameters_come_in_their_types() -> None:
    told = table(activity="IEC", at_vote=True, population="PAED")
    assert bound_parameters(told, certificate_held, given=NONE_GIVEN) == {
        "activity": Activity.IEC,
        "at_vote": True,
        "population": Population.PAED,
    }
    assert bound_parameters(table(activities=["IEC", "ALLO"]), several, given=NONE_GIVEN) == {
        "activities": (Activity.IEC, Activity.ALLO)
    }
    assert bound_parameters(table(judged="C5"), person_judges, given=NONE_GIVEN) == {"judged": Judged.C5}
    assert changed_parameters(table(number=4), several, given=NONE_GIVEN) == {"number": 4}
    assert bound_parameters(table(), several, given=frozenset({"activities"})) == {}


def read_both(told: Table) -> object:
    return bound_parameters(told, several, given=frozenset({"number"}))


def read(told: Table) -> object:
    return bound_parameters(told, several, given=NONE_GIVEN)


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "unknown key": (lambda: table(b=1, a=2).require_only("x", "y"), "a: unknown key; allowed: x, y"),
    "missing": (lambda: table().get("day", date), "day: a value of type date is required"),
    "another type": (lambda: table(day="2026-01-01").get("day", date), "day: a value of type date is required"),
    "true for a number": (lambda: table(n=True).get("n", int), "n: a value of type int is required"),
    "blank": (lambda: table(text=" \n").get("text", str), "text: a text that is not blank is required"),
    "default does not hide": (lambda: table(n="1").get_or("n", int, 2), "n: a value of type int is required"),
    "no list of texts": (lambda: table(names=["a", 1]).strings("names"), "names: a list of texts is required"),
    "no list of tables": (lambda: table(items=[{}, 1]).tables("items"), "items: a list of tables is required"),
    "table in a table": (
        lambda: table(help={"nl": "x", "fr": "y"}).texts("help"),
        "help.en: a value of type str is required",
    ),
    "lists in a table": (
        lambda: table(options={"nl": ["x"], "fr": [2], "en": []}).lists_of_texts("options"),
        "options.fr: a list of texts is required",
    ),
    "entry without an id": (
        lambda: table(items=[{}, {"a": 1}]).tables("items")[1].require_only("id"),
        "items[1].a: unknown key; allowed: id",
    ),
    "unknown parameter": (
        lambda: read(table(activities=[], weight=1)),
        "weight: unknown parameter; allowed: activities, number",
    ),
    "parameter of a check without any": (
        lambda: bound_parameters(table(n=1), lambda facts: None, given=NONE_GIVEN),
        "n: unknown parameter; allowed: none",
    ),
    "required parameter": (lambda: read(table(number=1)), "activities: required parameter"),
    "given twice": (lambda: read_both(table(activities=[], number=1)), "number: given twice"),
    "no list": (lambda: read(table(activities="IEC")), "activities: a list is required"),
    "no member in a list": (lambda: read(table(activities=["IEC", "AUTO"])), "activities: one of ALLO, IEC"),
    "parameter of another type": (
        lambda: read(table(activities=[], number="3")),
        "number: a value of type int is required",
    ),
    "no member at all": (lambda: members(table(who=[]), "who", Population), "who: at least one of ADULT, PAED"),
    "no member": (lambda: members(table(who=["ALL"]), "who", Population), "who: one of ADULT, PAED"),
}


@pytest.mark.parametrize(("reading", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_allowed_is_refused_by_its_key(reading: Callable[[], object], message: str) -> None:
    with pytest.raises(InvalidCriteria) as refused:
        reading()
    assert str(refused.value) == f"regime/file.toml: entry[C1].{message}"


def test_table_at_the_top_has_no_key_before_its_names() -> None:
    top = Table("regime/file.toml", "", {"entry": [{"id": "C1", "help": {"nl": 1}}]})
    with pytest.raises(InvalidCriteria, match=r"^regime/file.toml: entry\[C1\].help.nl: a value of type str"):
        top.tables("entry")[0].texts("help")
    with pytest.raises(InvalidCriteria, match=r"^regime/file.toml: missing: a value of type dict"):
        top.table("missing")
    with pytest.raises(InvalidCriteria, match=r"^regime/file.toml: help.nl: a value of type str"):
        Table("regime/file.toml", "", {"help": {"nl": 1}}).texts("help")


def test_reading_gives_what_is_there() -> None:
    told = table(n=1, text="x", names=["a"], help={"nl": "1", "fr": "2", "en": "3"}, items=[{"id": "B"}, {}])
    assert (told.get("n", int), told.get("text", str), told.strings("names")) == (1, "x", ("a",))
    assert (told.get_or("n", int, 5), told.get_or("m", int, 5)) == (1, 5)
    assert told.texts("help") == {"nl": "1", "fr": "2", "en": "3"}
    assert [each.key for each in told.tables("items")] == [f"entry[C1].items[{name}]" for name in ("B", 1)]
