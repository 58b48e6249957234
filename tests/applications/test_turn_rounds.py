from datetime import UTC, datetime

import pytest

from applications.enums import BatchState
from applications.models import Batch
from applications.services.batches import turn_rounds
from tests.builders import make_batch

pytestmark = pytest.mark.django_db


def rounds() -> list[tuple[str, str, tuple[int, int, int]]]:
    return [(batch.code, batch.state, batch.booked_years) for batch in Batch.objects.order_by("reference_on")]


def test_round_goes_on_until_its_reference_date_has_passed_in_brussels() -> None:
    make_batch(2026, 7, first_booked_year=2022)
    turn_rounds(at=datetime(2026, 7, 31, 21, 59, tzinfo=UTC))
    assert rounds() == [("2026-07", BatchState.OPEN, (2022, 2023, 2024))]


def test_round_ends_and_the_next_opens_by_the_clock_once() -> None:
    make_batch(2026, 7, first_booked_year=2022)
    for _ in range(2):
        turn_rounds(at=datetime(2026, 7, 31, 22, 1, tzinfo=UTC))
    assert rounds() == [
        ("2026-07", BatchState.REVIEW, (2022, 2023, 2024)),
        ("2027-01", BatchState.OPEN, (2022, 2023, 2024)),
    ]


def test_booked_years_move_on_with_each_july_round_also_after_a_long_silence() -> None:
    make_batch(2026, 1, first_booked_year=2022)
    turn_rounds(at=datetime(2027, 7, 1, tzinfo=UTC))
    assert rounds()[-1] == ("2027-07", BatchState.OPEN, (2024, 2025, 2026))


def test_desk_without_any_round_waits_for_the_secretariat() -> None:
    turn_rounds(at=datetime(2027, 7, 1, tzinfo=UTC))
    assert rounds() == []
