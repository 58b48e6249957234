"""What the public pre-check starts from: the open batch, the empty page, the example, a code."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import Unavailable
from applications.calendar import following, window
from applications.models import Batch
from applications.selectors import batch_for
from applications.selectors.batches import newest_batches
from evaluation.codes import UnreadableCode, decode
from evaluation.law import criteria_versions
from evaluation.rules.facts import Facts

LONGEST_CODE: Final = 20_000
"""Characters of a code that the page still shows and takes."""
EXAMPLE_ACTS: Final = (31, 27, 25)
"""A mean of 27.67: one short of three times 28, and never rounded up."""
EXAMPLE_SITE: Final = "8000000071"
FIGURES: Final[Mapping[str, str | Promise]] = {
    "booked": gettext_lazy("Booked"),
    "paed": gettext_lazy("Of which under 18"),
    "a470654": gettext_lazy("Code 470654"),
    "a470665": gettext_lazy("Code 470665"),
    "p470654": gettext_lazy("Code 470654, under 18"),
    "p470665": gettext_lazy("Code 470665, under 18"),
    "declared": gettext_lazy("The hospital's own count"),
}


def usual_batch(today: date) -> dict[str, Any]:
    """The reference date and the booked years of the batch that takes files in, else of the newest there is.

    Where the desk has no batch yet, that of the calendar, with the last years that are over.
    """
    batch: Batch | None
    try:
        batch = batch_for(today)
    except Unavailable:
        batch = next(iter(newest_batches(1)), None)
    if batch is not None:
        return {"reference_on": batch.reference_on.isoformat(), "booked_years": list(batch.booked_years)}
    reference_on = window(*following(today))[1]
    return {"reference_on": reference_on.isoformat(), "booked_years": [reference_on.year - back for back in (3, 2, 1)]}


def blank(usual: Mapping[str, Any]) -> dict[str, Any]:
    """The page before anything is typed."""
    return {**usual, "populations": ["ADULT"], "stage": "REVIEW"}


def example(usual: Mapping[str, Any]) -> dict[str, Any]:
    """An invented site that is one transplantation short."""
    years = usual["booked_years"]
    units = [{"role": role, "site": EXAMPLE_SITE} for role in ("CLINICAL", "COLLECTION", "PROCESSING")]
    certificate = {
        "body": "JACIE",
        "number": "DEMO-0001",
        "valid_from": f"{years[-1]}-05-01",
        "valid_to": f"{years[-1] + 4}-04-30",
        "scopes": [["ADULT", "ALLO"], ["ADULT", "IEC"]],
        "facilities": units,
    }
    rows = zip(years, EXAMPLE_ACTS, strict=True)
    return {
        **usual,
        "populations": ["ADULT"],
        "apheresis_site": EXAMPLE_SITE,
        "administration_site": EXAMPLE_SITE,
        "certificates": [certificate],
        "allografts": [{"year": year, "billed": {"470654": 0, "470665": acts}} for year, acts in rows],
        "laboratory_site": EXAMPLE_SITE,
    }


def facts_in(code: str) -> Facts:
    """The entry of a code. Raises UnreadableCode."""
    return decode(code, criteria_versions())


def code_fault(unread: UnreadableCode) -> str:
    sentences = {
        "damaged": _("This code is damaged or not complete. Copy it again as a whole."),
        "version": _("This code was made by another version of the desk, which this one cannot read."),
        "facts": _("This code holds an entry that the criteria of today do not accept. Fill in the page anew."),
    }
    return sentences[unread.reason]


def label_of(field: BoundField) -> str:
    """A field as the summary of faults calls it: a figure with its year, a block with its number."""
    name, _sep, place = field.name.rpartition("_")
    if name in FIGURES and place.isdigit():
        return f"{FIGURES[name]}, {field.label}"
    prefix = field.form.prefix or ""
    block = {"c": _("Certificate"), "s": _("Line")}.get(prefix[:1])
    return f"{block} {int(prefix[1:]) + 1}, {field.label}" if block else str(field.label)
