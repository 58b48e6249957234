"""Rows of realised CAR-T treatments, shown beside capacity and never weighed."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from applications.bulk.checked import CheckedRow, Origin, Registers, compared, registers_of, year_faults
from applications.bulk.faults import RowFault
from applications.bulk.rows import RealisedRow
from centres.models import RealisedTreatment

Rows = Mapping[int, RealisedRow]
Key = tuple[UUID, UUID, int]


def check(rows: Rows, origin: Origin) -> dict[int, CheckedRow]:
    """Unknown sites and products, products that are no CAR-T product, and years to come."""
    registers = named_registers(rows)
    standing = standing_treatments(registers, delivered_on=origin.delivered_on or date.max)
    return {number: _checked(row, registers, standing, origin) for number, row in rows.items()}


def named_registers(rows: Rows) -> Registers:
    return registers_of((row.product_code for row in rows.values()), (row.site_number for row in rows.values()))


def standing_treatments(registers: Registers, *, delivered_on: date) -> dict[Key, int]:
    """The newest count per site, product and year at the day of delivery."""
    told = ("centre_id", "product_id", "year")
    found = (
        RealisedTreatment.objects.filter(
            centre__in=list(registers.centres.values()), vintage__delivered_on__lte=delivered_on
        )
        .order_by(*told, "-vintage__delivered_on", "-vintage__loaded_at")
        .distinct(*told)
        .values_list(*told, "treatments")
    )
    return {(centre, product, year): treatments for centre, product, year, treatments in found.iterator()}


def _checked(row: RealisedRow, registers: Registers, standing: Mapping[Key, int], origin: Origin) -> CheckedRow:
    faults = year_faults(row.year, origin)
    centre, product = registers.centres.get(row.site_number), registers.products.get(row.product_code)
    if centre is None:
        faults.append(RowFault("site_number", "unknown_site", row.site_number))
    if product is None:
        faults.append(RowFault("product_code", "unknown_product", row.product_code))
    elif not product.is_cart:
        faults.append(RowFault("product_code", "not_cart", row.product_code))
    known = standing.get((centre.pk, product.pk, row.year)) if centre and product else None
    return compared(faults, None if known is None else {"treatments": known}, {"treatments": row.treatments})
