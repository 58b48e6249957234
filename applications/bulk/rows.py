"""One typed row per kind of upload; the checks are those of the form and the registers."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, TypeAlias

from django.core.exceptions import ValidationError as FormFault
from django.core.validators import validate_email
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from applications.enums import StatementField
from centres.enums import Activity, NomenclatureCode, Population
from centres.validators import bare_number, site_number_fault

NEUTRAL = "{code}"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
"""The weeks and days of years that ISO 8601 knows as well are no dates here."""
LONGEST_EMAIL = 254
KEPT = 8_192
"""Cells that were found right and are looked up when a later row says the same: sites, days, codes."""


def _fault(code: str) -> PydanticCustomError:
    return PydanticCustomError(code, NEUTRAL, {"code": code})


@lru_cache(maxsize=KEPT)
def _site(text: Any) -> str:
    number = bare_number(str(text))
    if fault := site_number_fault(number):
        raise _fault("check_digit" if fault == "check_digit" else "value")
    return number


def _digits(*lengths: int) -> Callable[[Any], str]:
    @lru_cache(maxsize=KEPT)
    def check(text: Any) -> str:
        digits = bare_number(str(text)).replace("-", "")
        if not (digits.isascii() and digits.isdigit() and len(digits) in lengths):
            raise _fault("value")
        return digits

    return check


@lru_cache(maxsize=KEPT)
def _day(text: Any) -> date:
    if not DAY.fullmatch(str(text)):
        raise _fault("value")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _fault("value") from error


def _count(text: Any) -> int:
    if not (isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 6):
        raise _fault("value")
    return int(text)


@lru_cache(maxsize=KEPT)
def _populations(text: Any) -> tuple[str, ...]:
    names = [name.strip() for name in str(text).split("|")]
    if not set(names) <= set(Population.values):
        raise _fault("value")
    if len(set(names)) != len(names):
        raise _fault("duplicate")
    return tuple(sorted(names))


def _sites(text: Any) -> tuple[str, ...]:
    numbers = [_site(part) for part in str(text).split("|")]
    if len(set(numbers)) != len(numbers):
        raise _fault("duplicate")
    return tuple(sorted(numbers))


@lru_cache(maxsize=KEPT)
def _scopes(text: Any) -> tuple[tuple[str, str], ...]:
    known = {f"{population}:{activity}" for population in Population.values for activity in Activity.values}
    names = [name.strip() for name in str(text).split("|")]
    if not set(names) <= known:
        raise _fault("value")
    if len(set(names)) != len(names):
        raise _fault("duplicate")
    return tuple(sorted((population, activity) for population, activity in (name.split(":") for name in names)))


def _matching(pattern: str) -> Callable[[Any], str]:
    def check(text: Any) -> str:
        if not re.fullmatch(pattern, str(text), re.ASCII):
            raise _fault("value")
        return str(text)

    return check


def _number(pattern: str) -> Callable[[Any], int]:
    matching = _matching(pattern)

    @lru_cache(maxsize=KEPT)
    def check(text: Any) -> int:
        return int(matching(text))

    return check


@lru_cache(maxsize=KEPT)
def _email(text: Any) -> str:
    try:
        validate_email(str(text))
    except FormFault as error:
        raise _fault("value") from error
    if len(str(text)) > LONGEST_EMAIL:
        raise _fault("too_long")
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
Sites: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_sites)]
Scopes: TypeAlias = Annotated[tuple[tuple[str, str], ...], BeforeValidator(_scopes)]
Year: TypeAlias = Annotated[int, BeforeValidator(_number(r"(19|20)[0-9]{2}"))]
HospitalNumber: TypeAlias = Annotated[int, BeforeValidator(_number(r"[1-9][0-9]{0,2}"))]
PostalCode: TypeAlias = Annotated[str, BeforeValidator(_matching(r"[1-9][0-9]{3}"))]
Nomenclature: TypeAlias = Annotated[str, BeforeValidator(_one_of(*NomenclatureCode.values))]
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


class CentreRow(Row):
    site_number: Site
    site_name: str = Field(max_length=200)
    street: str = Field(default="", max_length=200)
    postal_code: PostalCode
    municipality: str = Field(max_length=100)
    hospital_name: str = Field(max_length=200)
    hospital_number: HospitalNumber


class CertificateRow(Row):
    body: str = Field(max_length=40)
    certificate_number: str = Field(max_length=60)
    programme_name: str = Field(max_length=200)
    programme_sites: Sites
    valid_from: Day
    valid_to: Day
    extended_to: Day | None = None
    renewal_filed_on: Day | None = None
    scopes: Scopes
    clinical_sites: Sites = ()
    collection_sites: Sites = ()
    processing_sites: Sites = ()


class AllograftRow(Row):
    site_number: Site | None = None
    hospital_number: HospitalNumber | None = None
    year: Year
    nomenclature_code: Nomenclature
    acts: Count
    acts_paediatric: Count | None = None

    @property
    def place_number(self) -> str | int:
        """The number of the site or, for the total of a hospital, of the hospital; 0 when the row names neither."""
        return self.site_number or self.hospital_number or 0


class RealisedRow(Row):
    site_number: Site
    year: Year
    product_code: ProductCode
    treatments: Count


class StatementRow(Row):
    external_reference: str = Field(max_length=80)
    site_number: Site
    field: Annotated[str, BeforeValidator(_one_of(*StatementField.values))]
    year: Year | None = None
    value: str = Field(max_length=11_000)
    annex_sha256: Annotated[str, BeforeValidator(_matching(r"[0-9a-f]{64}"))] | None = None
    page: Annotated[int, BeforeValidator(_number(r"[1-9][0-9]{0,4}"))] | None = None


CODES = {"missing": "required", "extra_forbidden": "unknown_column", "string_too_long": "too_long"}


def faults_of(error: ValidationError) -> list[tuple[str, str]]:
    """Column and code of every fault of one row."""
    found = []
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        kind = fault["type"]
        code = CODES.get(kind, kind if kind in ("value", "check_digit", "duplicate", "too_long") else "value")
        found.append((str(fault["loc"][0]) if fault["loc"] else "", code))
    return found
