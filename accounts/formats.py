"""How a day is written out; pages, sentences and mails say it the same way."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language

NO_BREAK = "\N{NO-BREAK SPACE}"


def with_colon(text: object) -> str:
    """A text that announces what follows; French sets a space before the colon."""
    return f"{text}{NO_BREAK if get_language() == 'fr' else ''}:"


def long_day(day: date) -> str:
    """31 July 2026, in the active language: in French the first is *1er*, in German the day takes a full stop."""
    french = r"j\e\r F Y" if day.day == 1 else "j F Y"
    shape = {"de": "j. F Y", "fr": french}.get(get_language() or "", "j F Y")
    return date_format(day, shape, use_l10n=True)
