"""Rows of the nominative list as it stands today, from before the desk existed."""

from collections.abc import Mapping

from applications.bulk.checked import CheckedRow, Origin, Registers, compared, registers_of
from applications.bulk.faults import RowFault
from applications.bulk.rows import ListingRow
from centres.models import Listing

Rows = Mapping[int, ListingRow]
Key = tuple[str, str, str, str]


def check(rows: Rows, _origin: Origin) -> dict[int, CheckedRow]:
    """Unknown names, days out of order, and periods that overlap what is listed already."""
    registers, listed = named_registers(rows), present_listings(rows)
    return {number: _checked(row, registers, listed.get(listing_key(row), [])) for number, row in rows.items()}


def named_registers(rows: Rows) -> Registers:
    return registers_of((row.product_code for row in rows.values()), (row.site_number for row in rows.values()))


def listing_key(row: ListingRow) -> Key:
    return row.site_number, row.product_code, row.paragraph, row.population


def present_listings(rows: Rows) -> dict[Key, list[Listing]]:
    found = Listing.objects.filter(centre__site_number__in={row.site_number for row in rows.values()})
    listed: dict[Key, list[Listing]] = {}
    for row in found.select_related("centre", "product", "paragraph"):
        key = (row.centre.site_number, str(row.product.code), row.paragraph.number, row.population)
        listed.setdefault(key, []).append(row)
    return listed


def _checked(row: ListingRow, registers: Registers, listed: list[Listing]) -> CheckedRow:
    faults = registers.faults(row.product_code, row.paragraph, ("site_number", row.site_number))
    paragraph = registers.paragraphs.get((row.product_code, row.paragraph))
    if paragraph is not None and row.population == "PAED" and not paragraph.includes_children:
        faults.append(RowFault("population", "no_children", row.population))
    if row.listed_to is not None and row.listed_to < row.listed_from:
        faults.append(RowFault("listed_to", "order", row.listed_to.isoformat()))
    same = next((found for found in listed if found.listed_from == row.listed_from), None)
    if same is None and any(_overlaps(row, found) for found in listed):
        faults.append(RowFault("listed_from", "overlaps", row.listed_from.isoformat()))
    if same is not None and same.listed_to is not None and same.listed_to != row.listed_to:
        faults.append(RowFault("listed_to", "listing_ended", same.listed_to.isoformat()))
    if same is not None and same.decision_reference != row.decision_reference:
        faults.append(RowFault("decision_reference", "other_decision", same.decision_reference))
    return compared(faults, {"listed_to": same.listed_to} if same else None, {"listed_to": row.listed_to})


def _overlaps(row: ListingRow, listed: Listing) -> bool:
    starts_before_its_end = listed.listed_to is None or row.listed_from <= listed.listed_to
    return starts_before_its_end and (row.listed_to is None or listed.listed_from <= row.listed_to)
