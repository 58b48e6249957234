"""The batches that follow on a reference date."""

from datetime import date

import pytest

from applications.models import Batch
from evaluation.rules.outlook import Round
from evaluation.selectors.rounds import coming_rounds, opened_batches


def test_triple_moves_one_year_with_each_july_batch() -> None:
    assert coming_rounds(date(2026, 7, 31), (2022, 2023, 2024), opened={})[:4] == (
        Round("2026-07", date(2026, 7, 31), (2022, 2023, 2024)),
        Round("2027-01", date(2027, 1, 31), (2022, 2023, 2024)),
        Round("2027-07", date(2027, 7, 31), (2023, 2024, 2025)),
        Round("2028-01", date(2028, 1, 31), (2023, 2024, 2025)),
    )


@pytest.mark.django_db
def test_triple_that_the_secretariat_set_holds_for_that_batch_and_those_after_it() -> None:
    Batch.objects.create(
        year=2027, half=1, opens_on=date(2027, 1, 1), reference_on=date(2027, 1, 29), first_booked_year=2023
    )
    assert coming_rounds(date(2026, 7, 31), (2022, 2023, 2024), opened=opened_batches())[:3] == (
        Round("2026-07", date(2026, 7, 31), (2022, 2023, 2024)),
        Round("2027-01", date(2027, 1, 29), (2023, 2024, 2025)),
        Round("2027-07", date(2027, 7, 31), (2024, 2025, 2026)),
    )


def test_day_between_two_batches_belongs_to_the_next() -> None:
    assert [each.code for each in coming_rounds(date(2026, 9, 1), (2022, 2023, 2024), opened={})[:2]] == [
        "2027-01",
        "2027-07",
    ]
