"""What a fault of a file says, in the reader's language; codes are stable, sentences are not."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: Final[Mapping[str, Promise]] = {
    "file-empty": _("The file is empty."),
    "file-no-rows": _("The file has a header and no rows."),
    "file-type": _("The file is not what its extension says; CSV, XLSX and JSON are read."),
    "file-nul": _("The file holds NUL bytes. Save it again as CSV in UTF-8."),
    "file-not-utf8": _("The file is not UTF-8. Save it again as CSV in UTF-8."),
    "file-csv": _("The file cannot be read as CSV: a quote is opened and not closed, or stands alone."),
    "file-json": _("The file cannot be read as JSON."),
    "file-json-rows": _("The JSON must be a list of objects, one per row."),
    "file-xlsx": _("The workbook cannot be read; it may be cut off. Save it again."),
    "file-bomb": _("The workbook unpacks to far more than it should and was not opened."),
    "file-formula": _("The workbook holds formulas. Paste the values and save it again."),
    "file-row-too-long": _("A row is far longer than any row of the template."),
    "file-more-cells": _("The row has more cells than the header."),
    "file-too-many-rows": _("The file has more rows than are taken in at once. Send it in parts."),
    "cell-type": _("The cell must be text or a whole number."),
    "column-twice": _("This column is named twice."),
    "unknown_column": _("There is no such column. Take the header from the template."),
    "missing_column": _("This column is missing. Take the header from the template."),
    "required": _("Fill this cell in."),
    "value": _("This value is not allowed here. See the example in the template."),
    "check_digit": _("The last two digits do not fit the first eight: look for a typing error."),
    "duplicate": _("Another row of this file says the same."),
    "too_long": _("The text is too long."),
    "unknown_product": _("No product has this code."),
    "unknown_paragraph": _("The product has no such paragraph."),
    "unknown_site": _("No site has this establishment number. Ask the secretariat to register it."),
    "product_of_another": _("This is not a product of your company."),
    "national_number": _("This looks like a person's national register number. Leave out patients altogether."),
    "already_submitted": _("The application with this reference was submitted; no file changes it any more."),
    "no_children": _("The indication of this paragraph excludes children."),
    "order": _("The last day is before the first."),
    "extension_order": _("The extension must end after the certificate does."),
    "two_names": _("Another row of this file gives this hospital another name."),
    "site_or_hospital": _("Name a site or a hospital, one of the two."),
    "unknown_hospital": _("No hospital has this recognition number. Register its sites first."),
    "children_above": _("There cannot be more children than transplantations."),
    "split_exceeds": _("The sites together exceed the total of their hospital for this year and code."),
    "year_after": _("This year had not begun on the day of delivery."),
    "not_cart": _("This is not a CAR-T product."),
    "unknown_reference": _("No draft of your company has this reference. Send the application first."),
    "other_site": _("The application with this reference is about another site."),
    "contrary": _("Another row of this file says the opposite. Keep one of the two."),
    "unknown_annex": _("The application holds no document with this sha256. Add the document first."),
    "annex_page": _("The document has no such page."),
    "overlaps": _("The site is on the list already in part of this period."),
    "listing_ended": _("This listing ended on another day."),
    "other_decision": _("This listing rests on another decision."),
}

NO_OUTCOME: Final[Mapping[str, Promise]] = {
    "computing": _("The outcome is being worked out. Ask again in a moment."),
    "not-ready": _("The file has faults; correct them first."),
    "failed": _("The outcome could not be worked out. The rows can be committed all the same."),
    "no-open-batch": _("No batch that takes in applications is open yet."),
    "no-criteria": _("No criteria are in force on the reference date of the batch."),
    "facts-faulty": _("What is stated about the site contradicts itself, so it cannot be judged yet."),
}
"""Why a row of an application has no would-be outcome."""


def no_outcome_message(code: str) -> str:
    return str(NO_OUTCOME.get(code, code))


def fault_message(code: str) -> str:
    return str(MESSAGES.get(code, code))
