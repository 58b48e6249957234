"""Rows of applications: each becomes or changes a draft of the token's holder, through the services of the form."""

from collections.abc import Mapping
from typing import Any, Final

from applications.bulk.checked import FORM_CODES, CheckedRow, Origin, Registers, Said, compared, registers_of
from applications.bulk.faults import RowFault
from applications.bulk.rows import ApplicationRow
from applications.enums import ApplicationState
from applications.models import Application
from applications.validators import CHECKS, application_problems
from centres.models import Holder

Rows = Mapping[int, ApplicationRow]
SAME_NAME: Final = (
    "language",
    "contact_email",
    "apheresis_site",
    "laboratory_site",
    "forecast_year_1",
    "forecast_year_2",
    "forecast_year_3",
    "motivation",
)
"""Columns that a draft calls the same."""


def check(rows: Rows, origin: Origin) -> dict[int, CheckedRow]:
    """Unknown products, paragraphs and sites, products of another company, references already submitted."""
    registers = named_registers(rows)
    existing = existing_drafts(rows, origin.holder)
    return {number: _checked(row, origin.holder, registers, existing) for number, row in rows.items()}


def named_registers(rows: Rows) -> Registers:
    return registers_of((row.product_code for row in rows.values()), (row.site_number for row in rows.values()))


def existing_drafts(rows: Rows, holder: Holder | None) -> dict[str, Application]:
    references = [row.external_reference for row in rows.values()]
    found = Application.objects.filter(holder=holder, external_reference__in=references)
    return {row.external_reference: row for row in found.select_related("product", "paragraph", "centre")}


def _checked(
    row: ApplicationRow, holder: Holder | None, registers: Registers, existing: Mapping[str, Application]
) -> CheckedRow:
    faults = registers.faults(row.product_code, row.paragraph, ("site_number", row.site_number))
    product = registers.products.get(row.product_code)
    if product is not None and product.holder_id != (holder.pk if holder else None):
        faults.append(RowFault("product_code", "product_of_another", row.product_code))
    faults += _form_faults(row)
    draft = existing.get(row.external_reference)
    if draft is not None and draft.state != ApplicationState.DRAFT:
        faults.append(RowFault("external_reference", "already_submitted", row.external_reference))
    return compared(faults, told_draft(draft) if draft else None, told_row(row))


def _form_faults(row: ApplicationRow) -> list[RowFault]:
    """What the form would refuse. What is refused for a person's number is not shown again."""
    found = application_problems({name: getattr(row, name) for name in CHECKS})
    columns = [(problem.pointer.removeprefix("/"), FORM_CODES.get(problem.code, "value")) for problem in found]
    return [
        RowFault(column, code, "" if code == "national_number" else str(getattr(row, column)))
        for column, code in columns
    ]


def values_of(row: ApplicationRow, registers: Registers) -> dict[str, Any]:
    return {
        "product": registers.products[row.product_code],
        "paragraph": registers.paragraphs[row.product_code, row.paragraph],
        "centre": registers.centres[row.site_number],
        "populations": list(row.populations),
        **{column: getattr(row, column) for column in SAME_NAME},
        "laboratory_site": row.laboratory_site or "",
    }


def told_row(row: ApplicationRow) -> Said:
    return row.model_dump(exclude={"external_reference"}) | {"laboratory_site": row.laboratory_site or ""}


def told_draft(draft: Application) -> Said:
    return {
        "product_code": str(draft.product.code),
        "paragraph": draft.paragraph.number,
        "site_number": draft.centre.site_number,
        "populations": tuple(draft.populations),
        **{column: getattr(draft, column) for column in SAME_NAME},
    }
