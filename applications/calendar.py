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
