"""The batches that follow on a reference date, as they are set or, while nobody has opened them, as they will be."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Final

from applications.calendar import following, window
from applications.enums import Half
from applications.models import Batch
from evaluation.rules.outlook import Round

LOOKED_AHEAD: Final = 9
"""This batch and those of the four years after it."""
LAST_YEAR: Final = date.max.year - LOOKED_AHEAD
"""Beyond it the calendar has no batches left to look ahead to."""


Opened = Mapping[tuple[int, int], tuple[date, tuple[int, ...]]]


def opened_batches() -> Opened:
    """Reference date and booked years of every batch there is, by year and half; one query for however many facts."""
    return {(row.year, row.half): (row.reference_on, row.booked_years) for row in Batch.objects.all()}


def coming_rounds(reference_on: date, booked_years: tuple[int, ...], *, opened: Opened) -> tuple[Round, ...]:
    """The batch of the reference date, with the years given, and those after it.

    The triple moves by one year with each July batch, unless the secretariat has set another one for it.
    At the end of the calendar there is only the batch itself.
    """
    if reference_on.year > LAST_YEAR:
        return (Round(_code(reference_on.year, reference_on.month), reference_on, booked_years),)
    first, *later = islice(_halves(*following(reference_on)), LOOKED_AHEAD)
    rounds = [Round(_code(*first), reference_on, booked_years)]
    for year, half in later:
        moved = 1 if half == Half.JULY else 0
        expected = tuple(each + moved for each in rounds[-1].booked_years)
        ends_on, years = opened.get((year, half), (window(year, half)[1], expected))
        rounds.append(Round(_code(year, half), ends_on, years))
    return tuple(rounds)


def _halves(year: int, half: int) -> Iterator[tuple[int, int]]:
    while True:
        yield year, half
        year, half = (year + 1, Half.JANUARY.value) if half == Half.JULY else (year, Half.JULY.value)


def _code(year: int, half: int) -> str:
    return f"{year}-{half:02d}"
