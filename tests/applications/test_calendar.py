from datetime import UTC, date, datetime

import pytest

from accounts.errors import Unavailable
from applications.calendar import is_outside_window, local_day, window
from applications.selectors import batch_for, days_left
from tests.builders import BRUSSELS, make_batch


def test_window_is_the_whole_month() -> None:
    assert [window(2026, 1), window(2026, 7)] == [
        (date(2026, 1, 1), date(2026, 1, 31)),
        (date(2026, 7, 1), date(2026, 7, 31)),
    ]


@pytest.mark.parametrize(
    ("at", "day", "outside"),
    [
        (datetime(2026, 1, 31, 23, 59, 59, tzinfo=BRUSSELS), date(2026, 1, 31), False),
        (datetime(2026, 2, 1, 0, 0, tzinfo=BRUSSELS), date(2026, 2, 1), True),
        (datetime(2026, 1, 31, 22, 59, 59, tzinfo=UTC), date(2026, 1, 31), False),
        (datetime(2026, 1, 31, 23, 0, tzinfo=UTC), date(2026, 2, 1), True),
        (datetime(2026, 6, 30, 21, 59, tzinfo=UTC), date(2026, 6, 30), True),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1), False),
        (datetime(2026, 7, 31, 21, 59, tzinfo=UTC), date(2026, 7, 31), False),
        (datetime(2026, 7, 31, 22, 0, tzinfo=UTC), date(2026, 8, 1), True),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), date(2026, 3, 29), True),
        (datetime(2025, 12, 31, 23, 0, tzinfo=UTC), date(2026, 1, 1), False),
    ],
)
def test_day_is_that_of_brussels_in_winter_and_summer(at: datetime, day: date, outside: bool) -> None:
    assert (local_day(at), is_outside_window(local_day(at))) == (day, outside)


@pytest.mark.django_db
def test_batch_for_gives_the_round_of_the_day_or_the_next_open_one() -> None:
    january, july = make_batch(2026, 1), make_batch(2026, 7)
    days = [date(2025, 11, 16), date(2026, 1, 31), date(2026, 2, 1), date(2026, 7, 31)]
    assert [batch_for(day) for day in days] == [january, january, july, july]
    assert [days_left(july, day) for day in (date(2026, 7, 20), date(2026, 7, 31), date(2026, 8, 1))] == [12, 1, 0]


@pytest.mark.django_db
def test_batch_for_without_an_open_round_is_unavailable() -> None:
    make_batch(2026, 1)
    with pytest.raises(Unavailable) as refused:
        batch_for(date(2026, 2, 1))
    assert refused.value.code == "no-open-batch"
