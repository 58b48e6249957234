"""The receipt a holder keeps of a filed application: what was received, from whom and when, as a PDF of its own.

Everything in it is settled at the filing, so the same application gives the same bytes on every day.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q

from applications.models import Annex as AnnexRow
from applications.models import Application
from evaluation.dossiers.model import Annex, Language
from evaluation.dossiers.press import tagged_pdf
from evaluation.dossiers.render import page_html

TEMPLATE: Final = "dossiers/filing_receipt.html"


@dataclass(frozen=True, slots=True)
class FilingReceipt:
    """What was filed, as it stood at the moment of filing."""

    language: Language
    reference: str
    own_reference: str
    filed_at: datetime
    filed_by: str
    filed_outside_window: bool
    holder: str
    product: str
    paragraph: str
    populations: tuple[str, ...]
    hospital: str
    site: str
    establishment_number: str
    batch_year: int
    batch_month: int
    reference_on: date
    documents: tuple[Annex, ...]


class NotFiled(Exception):  # noqa: N818  # named for what did not happen
    """A draft has no receipt."""


def filing_receipt(application: Application) -> FilingReceipt:
    """The receipt of an application with its names. Raises `NotFiled`."""
    batch, at, by = application.batch, application.submitted_at, application.submitted_by
    if batch is None or at is None or by is None:
        raise NotFiled
    filed = AnnexRow.objects.filter(
        Q(removed_at=None) | Q(removed_at__gt=at), application=application, added_at__lte=at
    ).order_by("number")
    return FilingReceipt(
        language="fr" if application.language == "fr" else "nl",
        reference=application.reference,
        own_reference=application.external_reference,
        filed_at=at,
        filed_by=by.name,
        filed_outside_window=application.filed_outside_window,
        holder=application.holder.name,
        product=application.product.name,
        paragraph=application.paragraph.number,
        populations=tuple(application.populations),
        hospital=application.centre.hospital.name,
        site=application.centre.name,
        establishment_number=application.centre.site_number,
        batch_year=batch.year,
        batch_month=batch.half,
        reference_on=batch.reference_on,
        documents=tuple(Annex(row.number, row.title, row.file_name, row.pages, row.sha256) for row in filed),
    )


def receipt_html(receipt: FilingReceipt) -> str:
    return page_html(TEMPLATE, receipt.language, {"receipt": receipt, "moment_of": receipt.filed_at})


def receipt_pdf(receipt: FilingReceipt) -> bytes:
    """PDF/UA-1 and PDF/A-3a, the same bytes every time."""
    return tagged_pdf(receipt_html(receipt))
