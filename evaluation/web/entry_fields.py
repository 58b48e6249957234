"""How a field of the public pre-check is read, and how its fault is worded."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.forms import BoundField
from django.utils.translation import gettext as _

from accounts.errors import Problem
from centres.validators import bare_number

MOST_DIGITS: Final = 9


def as_text(typed: Any) -> Any:
    return typed or None


def as_day(typed: Any) -> Any:
    """A day as the contract writes it; what is no day stays as typed, for the contract to refuse."""
    if isinstance(typed, date):
        return typed.isoformat()
    try:
        return datetime.strptime(typed or "", "%d/%m/%Y").date().isoformat()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return typed or None


def as_count(typed: Any) -> Any:
    """A whole number; anything else stays as typed. An empty field is unknown, never zero."""
    digits = str(typed if typed is not None else "").replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    is_whole = digits.removeprefix("-").isdigit() and digits.isascii() and len(digits) <= MOST_DIGITS
    return int(digits) if is_whole else (digits or None)


def as_site(typed: Any) -> Any:
    return bare_number(typed or "") or None


def as_flag(typed: Any) -> Any:
    return {"yes": True, "no": False, "": None, None: None}.get(typed, typed)


def worded(field: BoundField, problem: Problem) -> str:
    """The fault in the words of its field, else in those of the contract."""
    words = _words()
    kind, name = getattr(field.field, "kind", ""), field.name.rstrip("0123456789").rstrip("_")
    return words.get((name, problem.code)) or words.get((kind, problem.code)) or str(problem.message)


def _words() -> Mapping[tuple[str, str], str]:
    whole, existing = _("Enter a whole number, for example 29."), _("Enter an existing day, for example 2026-07-31.")
    number = _("An establishment number has ten digits and starts with 2 to 8, for example 8.000.000.071.")
    digits = _("The last two digits do not fit the first eight: check the establishment number for a typing error.")
    whom, scope = _("Choose adults, children or both."), _("Choose at least one activity of the certificate.")
    return {
        ("count", "type"): whole,
        ("count", "value"): whole,
        ("day", "value"): existing,
        ("site", "value"): number,
        ("site", "check_digit"): digits,
        ("populations", "empty"): whom,
        ("scopes", "empty"): scope,
        ("valid_to", "order"): _("The last day is before the first."),
        ("extended_to", "order"): _("The extension must end after the certificate does."),
        ("vote_on", "order"): _("The vote cannot be before the reference date."),
        ("paed", "exceeds"): _("There cannot be more children than transplantations."),
    }
