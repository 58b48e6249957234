"""The half-yearly rounds: which day belongs to which, as a calendar in Brussels shows it."""

from calendar import monthrange
from datetime import date, datetime

from accounts.clock import BRUSSELS
from applications.enums import Half


def local_day(at: datetime) -> date:
    """The day on which a moment falls in Brussels, summer time or not."""
    return at.astimezone(BRUSSELS).date()


def window(year: int, half: int) -> tuple[date, date]:
    """The first and the last day of a round's window, both inclusive; the last is its reference date."""
    return date(year, half, 1), date(year, half, monthrange(year, half)[1])


def is_outside_window(day: date) -> bool:
    """Filing is wished for in January and July; any other day counts for the next round, with a warning."""
    return day.month not in Half.values


def following(day: date) -> tuple[int, int]:
    """The year and half of the round whose reference date is the first on or after the day."""
    rounds = [(day.year, 1), (day.year, 7), (day.year + 1, 1)]
    return next(each for each in rounds if window(*each)[1] >= day)
