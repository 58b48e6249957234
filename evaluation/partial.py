"""What of a faulty entry can be judged all the same: a part with a fault is unknown, never false and never zero."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from accounts.errors import Invalid, Problem
from evaluation.pre_checks import stated_facts
from evaluation.rules.facts import Facts

LEAST: Final = ("", "reference_on", "populations", "booked_years", "apheresis_site", "administration_site")
"""Without these nothing can be judged."""
ROWS: Final = "allografts"
JUDGED: Final = "judgements"
ROUNDS: Final = 3
"""Leaving a part out can lay bare one more fault, hardly a third."""


def readable_facts(document: Mapping[str, Any]) -> Facts | None:
    """The facts without the parts that are at fault; None where too little is left to judge.

    A list of certificates with one faulty certificate is left out whole: the others alone would say there are no more.
    A year with a fault is left out whole as well.
    """
    left: dict[str, Any] = dict(document)
    for _round in range(ROUNDS):
        try:
            return stated_facts(left)
        except Invalid as refused:
            if any(_top(each) in LEAST for each in refused.problems):
                return None
            left = _without(left, refused.problems)
    return None


def _top(problem: Problem) -> str:
    return problem.pointer.split("/")[1] if problem.pointer else ""


def _without(document: Mapping[str, Any], problems: Iterable[Problem]) -> dict[str, Any]:
    left = dict(document)
    for problem in sorted(problems, key=lambda each: each.pointer, reverse=True):
        top, _, inside = problem.pointer.removeprefix("/").partition("/")
        place = inside.partition("/")[0]
        if top == ROWS and place.isdigit():
            left[ROWS] = [row for at, row in enumerate(document[ROWS]) if at not in _rows(problems)]
        elif top == JUDGED and place:
            left[JUDGED] = {name: value for name, value in left[JUDGED].items() if name != place}
        else:
            left.pop(top, None)
            left = left if top != "vote_on" else {name: value for name, value in left.items() if name != "stage"}
    return left


def _rows(problems: Iterable[Problem]) -> set[int]:
    pointers = (problem.pointer.split("/") for problem in problems)
    return {int(parts[2]) for parts in pointers if len(parts) > 2 and parts[1] == ROWS and parts[2].isdigit()}
