"""The minimum in each of the years, as another option of reading A9 has it: on it, one below, one above."""

from typing import Any

import pytest

from evaluation.rules.evaluate import evaluate
from evaluation.rules.explain import LANGUAGES, explain
from evaluation.rules.model import Finding
from evaluation.rules.parse import parse_facts
from evaluation.rules.variants import variant, with_parameters
from tests.rules.stated import CRITERIA, VERSIONS, YEARS, Json, stated, supplement, year

EVERY_YEAR = variant(CRITERIA, CRITERIA.reading("A9").alternatives[0])
FIRST_RULING = "allografts/2022/supplements/ruling"


def booked(acts: tuple[int, int, int], *supplements: Json) -> list[Json]:
    """Rows with these acts, on children too; the supplements are those of the first year."""
    rows = [year(each, count, count) for each, count in zip(YEARS, acts, strict=True)]
    return [rows[0] | {"supplements": list(supplements)}, *rows[1:]]


def found(criterion: str, rows: list[Json], **parameters: Any) -> Finding:
    criteria = with_parameters(EVERY_YEAR, {criterion: {"parameters": parameters}}) if parameters else EVERY_YEAR
    return evaluate(criteria, parse_facts(stated(allografts=rows), VERSIONS)).finding(criterion)


@pytest.mark.parametrize(
    ("acts", "supplements", "expected"),
    [
        ((28, 28, 28), [], ("MET", "each_year_reached", 0, (), None)),
        ((40, 29, 28), [], ("MET", "each_year_reached", 0, (), None)),
        ((29, 30, 31), [], ("MET", "each_year_reached", 1, (), None)),
        ((27, 84, 84), [], ("NOT_MET", "each_year_short", -1, (), (2022,))),
        ((84, 27, 0), [], ("NOT_MET", "each_year_short", -28, (), (2023, 2024))),
        ((27, 28, 28), [supplement(1, "ACCEPTED")], ("MET", "each_year_reached", 0, (), None)),
        ((27, 28, 28), [supplement(1, "REFUSED")], ("NOT_MET", "each_year_short", -1, (), (2022,))),
        ((27, 28, 28), [supplement(1)], ("TO_VERIFY", "each_year_undecided", -1, (FIRST_RULING,), (2022,))),
        ((27, 28, 27), [supplement(1)], ("NOT_MET", "each_year_short", -1, (), (2022, 2024))),
        ((0, 28, 28), [supplement(27)], ("NOT_MET", "each_year_short", -28, (), (2022,))),
        ((0, 28, 28), [supplement(28)], ("TO_VERIFY", "each_year_undecided", -28, (FIRST_RULING,), (2022,))),
    ],
)
def test_each_year_must_reach_the_minimum(
    acts: tuple[int, int, int], supplements: list[Json], expected: tuple[object, ...]
) -> None:
    told = found("C2", booked(acts, *supplements))
    below = told.values.get("below_years")
    assert (told.verdict, told.reason.key, told.margin, told.missing, below) == expected
    assert (told.values["per_year"], told.values["years"], told.values["unit"]) == (28, 3, "acts")
    assert [(child.id, child.verdict, child.values["billed"]) for child in told.children] == [
        (f"C2.{each}", "NOTED", count) for each, count in zip(YEARS, acts, strict=True)
    ]
    assert all(explain(each, language) for each in (told, *told.children) for language in LANGUAGES)


@pytest.mark.parametrize(("acts", "expected"), [((6, 6, 6), "MET"), ((5, 9, 9), "NOT_MET"), ((7, 6, 8), "MET")])
def test_each_year_must_reach_the_minimum_in_children(acts: tuple[int, int, int], expected: str) -> None:
    told = found("P2", booked(acts))
    assert (told.verdict, told.values["unit"]) == (expected, "children")


@pytest.mark.parametrize(("least", "expected"), [(0, "NOT_MET"), (1, "MET"), (2, "MET")])
def test_year_without_a_single_act_is_below_a_minimum_of_one(least: int, expected: str) -> None:
    assert found("C2", booked((least, 5, 5)), per_year=1).verdict == expected


def test_year_without_a_figure_leaves_every_year_open() -> None:
    told = found("C2", booked((27, 28, 28))[:2])
    assert (told.verdict, told.missing) == ("TO_VERIFY", ("allografts/2024/billed",))
