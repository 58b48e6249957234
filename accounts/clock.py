"""The one clock of the desk. Only doors ask it; everything below gets the time passed in."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

BRUSSELS = ZoneInfo("Europe/Brussels")


def now() -> datetime:
    """Give the present moment, in UTC, on the day set by CART_TODAY if there is one."""
    moment = datetime.now(BRUSSELS)
    day: date | None = settings.CART_TODAY
    if day is not None:
        moment = datetime.combine(day, moment.time(), tzinfo=BRUSSELS)
    return moment.astimezone(UTC)


def today() -> date:
    """Give the desk's day, as a calendar in Brussels shows it."""
    return now().astimezone(BRUSSELS).date()
