"""What checking a row found, and the registers that rows of several kinds name."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from applications.bulk.faults import RowFault
from applications.enums import RowState
from centres.models import Centre, Holder, Paragraph, Product

FORM_CODES: Final[Mapping[str, str]] = {
    "national-number": "national_number",
    "site-number-check-digit": "check_digit",
    "text-too-long": "too_long",
}
"""The code of a fault that the form knows under another."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose file it is, None the desk's; figures also say when they were delivered and where they come from."""

    holder: Holder | None
    delivered_on: date | None = None
    source: str = ""


Said: TypeAlias = Mapping[str, object]
"""By column what a row says, or what stands where it will be written."""


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """``replaces`` is what stands today in the columns that a CHANGED row changes, each as a cell of a file."""

    state: RowState
    faults: tuple[RowFault, ...] = ()
    replaces: Mapping[str, str] | None = None


NEW, UNCHANGED = CheckedRow(RowState.NEW), CheckedRow(RowState.UNCHANGED)


def compared(faults: list[RowFault], standing: Said | None, wanted: Said) -> CheckedRow:
    """FAULTY with any fault, else NEW when nothing stands there, UNCHANGED when it is equal, CHANGED otherwise."""
    if faults:
        return CheckedRow(RowState.FAULTY, tuple(faults))
    if standing is None:
        return NEW
    if standing == wanted:
        return UNCHANGED
    differing = {column: cell_of(value) for column, value in standing.items() if value != wanted[column]}
    return CheckedRow(RowState.CHANGED, replaces=differing)


def year_faults(year: int, origin: Origin) -> list[RowFault]:
    """Figures of a year are there once it has begun."""
    is_after = origin.delivered_on is not None and year > origin.delivered_on.year
    return [RowFault("year", "year_after", str(year))] if is_after else []


def cell_of(value: object) -> str:
    """A value as a cell says it: lists with bars, days as ISO 8601, what has members as JSON, nothing as nothing."""
    match value:
        case None:
            return ""
        case date():
            return value.isoformat()
        case list() | tuple():
            return "|".join(cell_of(each) for each in value)
        case dict() | bool():
            return json.dumps(value, ensure_ascii=False, sort_keys=True)
        case _:
            return str(value)


@dataclass(frozen=True, slots=True)
class Registers:
    """Everything the rows of one file name, loaded at once."""

    products: Mapping[str, Product]
    paragraphs: Mapping[tuple[str, str], Paragraph]
    centres: Mapping[str, Centre]

    def faults(self, product_code: str, paragraph: str, *sites: tuple[str, str | None]) -> list[RowFault]:
        found = []
        if product_code not in self.products:
            found.append(RowFault("product_code", "unknown_product", product_code))
        elif (product_code, paragraph) not in self.paragraphs:
            found.append(RowFault("paragraph", "unknown_paragraph", paragraph))
        for column, number in sites:
            if number is not None and number not in self.centres:
                found.append(RowFault(column, "unknown_site", number))
        return found


def registers_of(product_codes: Iterable[str], sites: Iterable[str]) -> Registers:
    codes = set(product_codes)
    paragraphs = Paragraph.objects.filter(product__code__in=codes).select_related("product")
    return Registers(
        products={str(row.code): row for row in Product.objects.filter(code__in=codes).select_related("holder")},
        paragraphs={(str(row.product.code), row.number): row for row in paragraphs},
        centres={row.site_number: row for row in Centre.objects.filter(site_number__in=set(sites))},
    )
