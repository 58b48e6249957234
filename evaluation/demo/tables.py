"""The tables of the demo year, and the moments at which things happen in it."""

import tomllib
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from accounts.clock import BRUSSELS

DATA: Final = Path(__file__).with_name("data")
DEMO_DAY: Final = date(2026, 11, 16)


@cache
def table(name: str) -> dict[str, Any]:
    """The contents of one file of data, by its name without extension."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A time of day in Brussels."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BRUSSELS)


def local(value: datetime) -> datetime:
    """A local time, as the tables write it, in Brussels."""
    return value.replace(tzinfo=BRUSSELS)


class Pace:
    """A working day passes: each call is some minutes after the one before, and after five o'clock the next day."""

    def __init__(self, start: datetime, *, minutes: int = 7) -> None:
        self._next, self._step = start, timedelta(minutes=minutes)

    def tick(self) -> datetime:
        at, self._next = self._next, self._next + self._step
        if self._next.hour >= 17:
            self._next = moment((self._next + timedelta(days=1)).date(), 9, 4)
        return at
