"""Identifiers: official rules block, rules found only by experience warn (see docs/explanation/identifiers.md)."""

import re
from collections.abc import Callable
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

KBO_MODULUS: Final = 97
_TEN_DIGITS: Final = re.compile(r"[0-9]{10}", re.ASCII)
_CNK: Final = re.compile(r"[0-9]{7}", re.ASCII)
_PARAGRAPH: Final = re.compile(r"[0-9]{7,8}", re.ASCII)
_ATC: Final = re.compile(r"[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}", re.ASCII)
_EMA: Final = re.compile(r"EMEA/H/C/[0-9]{6}", re.ASCII)
_EU: Final = re.compile(r"EU/1/[0-9]{2}/[0-9]{4}(/[0-9]{3})?", re.ASCII)


def bare_number(text: str) -> str:
    """A KBO number may be typed with dots and spaces; it is stored without."""
    return text.replace(".", "").replace(" ", "")


def kbo_fault(number: str, *, first_digits: str) -> str | None:
    """The code of the first fault of a KBO number, ``value`` or ``check_digit``; None when it is right.

    The last two digits are 97 minus the first eight modulo 97.
    """
    if not _TEN_DIGITS.fullmatch(number) or number[0] not in first_digits:
        return "value"
    return None if int(number[8:]) == KBO_MODULUS - int(number[:8]) % KBO_MODULUS else "check_digit"


def site_number_fault(number: str) -> str | None:
    """An establishment number has ten digits, the first 2 to 8."""
    return kbo_fault(number, first_digits="2345678")


def enterprise_number_fault(number: str) -> str | None:
    """An enterprise number has ten digits, the first 0 or 1."""
    return kbo_fault(number, first_digits="01")


def validate_site_number(number: str) -> None:
    match site_number_fault(number):
        case "value":
            raise ValidationError(
                _("An establishment number has ten digits and starts with 2 to 8, for example 8.000.000.071."),
                code="value",
            )
        case "check_digit":
            raise ValidationError(
                _("The last two digits do not fit the first eight: check the establishment number for a typing error."),
                code="check_digit",
            )


def validate_enterprise_number(number: str) -> None:
    match enterprise_number_fault(number):
        case "value":
            raise ValidationError(_("An enterprise number has ten digits and starts with 0 or 1."), code="value")
        case "check_digit":
            raise ValidationError(
                _("The last two digits do not fit the first eight: check the enterprise number for a typing error."),
                code="check_digit",
            )


def cnk_warning(code: str) -> bool:
    """The Luhn digit of a CNK code does not fit; experience, not law, so it warns only."""
    digits = [int(digit) for digit in reversed(code)]
    doubled = [digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits)]
    return sum(doubled) % 10 != 0


def _matching(pattern: re.Pattern[str], message: object) -> Callable[[str], None]:
    def validate(text: str) -> None:
        if not pattern.fullmatch(text):
            raise ValidationError(str(message), code="value")

    return validate


def validate_cnk(text: str) -> None:
    _matching(_CNK, _("A CNK code has seven digits, for example 9000015."))(text)


def validate_paragraph(text: str) -> None:
    _matching(_PARAGRAPH, _("A paragraph of chapter IV has seven or eight digits."))(text)


def validate_atc(text: str) -> None:
    _matching(_ATC, _("An ATC code of the fifth level looks like L01XL03."))(text)


def validate_ema_number(text: str) -> None:
    _matching(_EMA, _("An EMA product number looks like EMEA/H/C/004480."))(text)


def validate_eu_number(text: str) -> None:
    _matching(_EU, _("An EU authorisation number looks like EU/1/18/1299 or EU/1/18/1299/001."))(text)
