from datetime import UTC, date, datetime

import pytest
from pytest_django import Settings

from accounts import clock
from accounts.errors import Conflict, DeskError, Invalid, NotAllowed, NotFound, Problem, Unavailable


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (NotAllowed(), 403, "You are not allowed to do this."),
        (NotFound(), 404, "This does not exist, or you may not see it."),
        (Conflict("client-taken", client="demo"), 409, "There is already an API client named demo."),
        (Invalid(), 422, "Some of what was given is not right."),
        (Unavailable("no-such-sentence"), 503, "no-such-sentence"),
    ],
)
def test_error_has_status_and_sentence(error: DeskError, status: int, message: str) -> None:
    assert (error.status, error.message) == (status, message)


def test_invalid_keeps_its_problems() -> None:
    problem = Problem("role", "role-unknown", "There is no role KING.")
    assert Invalid(problems=[problem]).problems == (problem,)


def test_clock_on_a_set_day(settings: Settings) -> None:
    settings.CART_TODAY = date(2026, 11, 16)
    assert clock.today() == date(2026, 11, 16)
    assert clock.now().utcoffset() == datetime.now(UTC).utcoffset()


def test_clock_without_a_set_day(settings: Settings) -> None:
    settings.CART_TODAY = None
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 5
