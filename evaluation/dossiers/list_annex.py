"""The nominative list as it stands on a day, per product, paragraph and population: the annex of a decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Final

from centres.models import Listing
from evaluation.dossiers.model import Language
from evaluation.dossiers.press import tagged_pdf
from evaluation.dossiers.render import page_html

TEMPLATE: Final = "dossiers/list_annex.html"


@dataclass(frozen=True, slots=True)
class ListedSite:
    """One line: a site, since when, until when and under which condition."""

    hospital: str
    site: str
    establishment_number: str
    municipality: str
    listed_from: date
    listed_to: date | None
    decision_reference: str
    condition_code: str
    condition_due_on: date | None


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """The sites of one paragraph and population."""

    paragraph: str
    indication: str
    population: str
    sites: tuple[ListedSite, ...]


@dataclass(frozen=True, slots=True)
class ListedProduct:
    name: str
    substance: str
    code: str
    groups: tuple[ListedGroup, ...]


@dataclass(frozen=True, slots=True)
class ListAnnex:
    """The whole list of one day."""

    language: Language
    on: date
    products: tuple[ListedProduct, ...]

    @property
    def lines(self) -> int:
        return sum(len(group.sites) for product in self.products for group in product.groups)


def list_annex(on: date, *, language: Language) -> ListAnnex:
    """Every listing in force on that day, which may be a day to come that decisions already name."""
    found = Listing.objects.in_force_on(on).select_related("centre__hospital", "product", "paragraph")
    ordered = found.order_by(
        "product__name", "paragraph__number", "population", "centre__hospital__name", "centre__name", "listed_from"
    )
    products = groupby(ordered, key=lambda row: row.product)
    return ListAnnex(
        language=language,
        on=on,
        products=tuple(
            ListedProduct(product.name, product.substance, product.code or "", _groups(rows, language))
            for product, rows in products
        ),
    )


def _groups(rows: Iterable[Listing], language: str) -> tuple[ListedGroup, ...]:
    return tuple(
        ListedGroup(paragraph.number, paragraph.indication(language), population, tuple(map(_site, group)))
        for (paragraph, population), group in groupby(rows, key=lambda row: (row.paragraph, row.population))
    )


def _site(row: Listing) -> ListedSite:
    return ListedSite(
        hospital=row.centre.hospital.name,
        site=row.centre.name,
        establishment_number=row.centre.site_number,
        municipality=f"{row.centre.postal_code} {row.centre.municipality}",
        listed_from=row.listed_from,
        listed_to=row.listed_to,
        decision_reference=row.decision_reference,
        condition_code=row.condition_code,
        condition_due_on=row.condition_due_on,
    )


def annex_html(annex: ListAnnex) -> str:
    moment = datetime.combine(annex.on, time(), tzinfo=UTC)
    return page_html(TEMPLATE, annex.language, {"annex": annex, "moment_of": moment})


def annex_pdf(annex: ListAnnex) -> bytes:
    """PDF/UA-1 and PDF/A-3a; the same list gives the same bytes."""
    return tagged_pdf(annex_html(annex))
