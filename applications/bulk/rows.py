"""One typed row per kind of upload; the checks are those of the form and the registers."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, TypeAlias

from django.core.exceptions import ValidationError as FormFault
from django.core.validators import validate_email
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from centres.enums import Population
from centres.validators import bare_number, site_number_fault

NEUTRAL = "{code}"


def _fault(code: str) -> PydanticCustomError:
    return PydanticCustomError(code, NEUTRAL, {"code": code})


def _site(text: Any) -> str:
    number = bare_number(str(text))
    if fault := site_number_fault(number):
        raise _fault("check_digit" if fault == "check_digit" else "value")
    return number


def _digits(*lengths: int) -> Callable[[Any], str]:
    def check(text: Any) -> str:
        digits = bare_number(str(text)).replace("-", "")
        if not (digits.isascii() and digits.isdigit() and len(digits) in lengths):
            raise _fault("value")
        return digits

    return check


def _day(text: Any) -> date:
    try:
        day = date.fromisoformat(text)
    except (ValueError, TypeError) as error:
        raise _fault("value") from error
    if len(text) != len("2026-01-31"):
        raise _fault("value")
    return day


def _count(text: Any) -> int:
    if not (isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 6):
        raise _fault("value")
    return int(text)


def _populations(text: Any) -> tuple[str, ...]:
    names = [name.strip() for name in str(text).split("|")]
    if not set(names) <= set(Population.values):
        raise _fault("value")
    if len(set(names)) != len(names):
        raise _fault("duplicate")
    return tuple(sorted(names))


def _email(text: Any) -> str:
    try:
        validate_email(str(text))
    except FormFault as error:
        raise _fault("value") from error
    return str(text)


def _one_of(*allowed: str) -> Callable[[Any], str]:
    def check(text: Any) -> str:
        if text not in allowed:
            raise _fault("value")
        return str(text)

    return check


Site: TypeAlias = Annotated[str, BeforeValidator(_site)]
ProductCode: TypeAlias = Annotated[str, BeforeValidator(_digits(7))]
ParagraphNumber: TypeAlias = Annotated[str, BeforeValidator(_digits(7, 8))]
Day: TypeAlias = Annotated[date, BeforeValidator(_day)]
Count: TypeAlias = Annotated[int, BeforeValidator(_count)]
Email: TypeAlias = Annotated[str, BeforeValidator(_email)]


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class ApplicationRow(Row):
    external_reference: str = Field(max_length=80)
    product_code: ProductCode
    paragraph: ParagraphNumber
    site_number: Site
    populations: Annotated[tuple[str, ...], BeforeValidator(_populations)]
    language: Annotated[str, BeforeValidator(_one_of("nl", "fr"))]
    apheresis_site: Site
    laboratory_site: Site | None = None
    contact_email: Email
    forecast_year_1: Count | None = None
    forecast_year_2: Count | None = None
    forecast_year_3: Count | None = None
    motivation: str = Field(default="", max_length=10_000)


class ListingRow(Row):
    site_number: Site
    product_code: ProductCode
    paragraph: ParagraphNumber
    population: Annotated[str, BeforeValidator(_one_of(*Population.values))]
    listed_from: Day
    listed_to: Day | None = None
    decision_reference: str = Field(max_length=100)


CODES = {"missing": "required", "extra_forbidden": "unknown_column", "string_too_long": "too_long"}


def faults_of(error: ValidationError) -> list[tuple[str, str]]:
    """Column and code of every fault of one row."""
    found = []
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        kind = fault["type"]
        code = CODES.get(kind, kind if kind in ("value", "check_digit", "duplicate") else "value")
        found.append((str(fault["loc"][0]) if fault["loc"] else "", code))
    return found
