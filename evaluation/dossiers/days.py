"""Days and moments as a dossier prints them, in its language and in Belgian time."""

from datetime import UTC, date, datetime

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.clock import BRUSSELS
from accounts.formats import NO_BREAK


def day(value: date | None) -> str:
    """A date in words; the first of the month as French writes it."""
    if value is None:
        return ""
    text = date_format(value, "j F Y")
    return text.replace("1 ", "1er ", 1) if value.day == 1 and get_language() == "fr" else text


def printed_day(value: date | None) -> str:
    """A date on paper: its day and its month stay on one line."""
    return day(value).replace(" ", NO_BREAK, 1)


def moment(value: datetime | None) -> str:
    """A day and a time of day in Brussels, whatever the zone of the machine."""
    if value is None:
        return ""
    local = value.astimezone(BRUSSELS)
    return _("%(day)s, %(hour)s:%(minute)s") % {
        "day": printed_day(local.date()),
        "hour": f"{local:%H}",
        "minute": f"{local:%M}",
    }


def stamp(value: datetime) -> str:
    """A moment as the metadata of a file has it."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_day(value: datetime | None) -> str:
    """The day of a moment in Brussels."""
    return printed_day(value.astimezone(BRUSSELS).date()) if value else ""
