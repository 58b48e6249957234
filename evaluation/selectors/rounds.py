"""The batches that follow on a reference date, as they are set or, while nobody has opened them, as they will be."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Final

from applications.calendar import following, window
from applications.enums import Half
from applications.models import Batch
from evaluation.rules.outlook import Round

LOOKED_AHEAD: Final = 9
"""This batch and those of the four years after it."""


def coming_rounds(reference_on: date, booked_years: tuple[int, ...], *, count: int = LOOKED_AHEAD) -> tuple[Round, ...]:
    """The batch of the reference date, with the years given, and those after it.

    The triple moves by one year with each July batch, unless the secretariat has set another one for it.
    """
    first = following(reference_on)
    codes = list(islice(_halves(*first), count))
    opened = Batch.objects.filter(year__gte=first[0], year__lte=codes[-1][0])
    known = {(row.year, row.half): (row.reference_on, row.booked_years) for row in opened}
    rounds = [Round(_code(*first), reference_on, booked_years)]
    for year, half in codes[1:]:
        moved = 1 if half == Half.JULY else 0
        expected = tuple(each + moved for each in rounds[-1].booked_years)
        ends_on, years = known.get((year, half), (window(year, half)[1], expected))
        rounds.append(Round(_code(year, half), ends_on, years))
    return tuple(rounds)


def _halves(year: int, half: int) -> Iterator[tuple[int, int]]:
    while True:
        yield year, half
        year, half = (year + 1, Half.JANUARY.value) if half == Half.JULY else (year, Half.JULY.value)


def _code(year: int, half: int) -> str:
    return f"{year}-{half:02d}"
