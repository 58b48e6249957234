"""Many listings at once, by the rules of the single ones: a constant number of queries.

The caller writes the one audit line of the set.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import User
from accounts.policies import is_secretariat
from centres.models import Centre, Listing, Paragraph, Product
from centres.services.register_sets import WrittenRows, write_set

Key = tuple[Any, Any, Any, str]


@dataclass(frozen=True, slots=True)
class WantedListing:
    """A site on the list from the day of effect; ``listed_to`` None: it still is."""

    centre: Centre
    product: Product
    paragraph: Paragraph
    population: str
    listed_from: date
    listed_to: date | None
    decision_reference: str

    @property
    def key(self) -> Key:
        return self.centre.pk, self.product.pk, self.paragraph.pk, self.population


@transaction.atomic
def write_listings(wanted: Iterable[WantedListing], *, by: User) -> WrittenRows:
    """New rows are listed from their own day; one that now has a last day ends the listing that is there.

    Raises Conflict when a site is on the list already for the same product, paragraph and population.
    """
    if not is_secretariat(by):
        raise NotAllowed()
    rows = list(wanted)
    standing = _locked(rows)
    new, ended = [], []
    for row in rows:
        _require_valid(row)
        listed = standing.setdefault(row.key, [])
        same = next((found for found in listed if found.listed_from == row.listed_from), None)
        if same is None:
            listed.append(_listed(row, listed))
            new.append(listed[-1])
        elif row.listed_to is not None and same.listed_to is None:
            same.listed_to = row.listed_to
            ended.append(same)
    write_set(new, ended, fields=("listed_to",))
    return WrittenRows(len(new), len(ended))


def _locked(rows: list[WantedListing]) -> dict[Key, list[Listing]]:
    """Every listing of the sites named; who lists one of them at the same time waits on the site, as here."""
    centres = {row.centre.pk for row in rows}
    list(Centre.objects.select_for_update().filter(pk__in=centres).order_by("pk").values_list("pk"))
    standing: dict[Key, list[Listing]] = {}
    for listing in Listing.objects.select_for_update().filter(centre__in=centres).order_by("listed_from", "pk"):
        key = (listing.centre_id, listing.product_id, listing.paragraph_id, listing.population)
        standing.setdefault(key, []).append(listing)
    return standing


def _require_valid(row: WantedListing) -> None:
    if row.paragraph.product_id != row.product.pk:
        raise Invalid("paragraph-not-of-product")
    if row.listed_to is not None and row.listed_to < row.listed_from:
        raise Invalid("listing-days")


def _overlaps(row: WantedListing, listed: Listing) -> bool:
    starts_before_its_end = listed.listed_to is None or row.listed_from <= listed.listed_to
    return starts_before_its_end and (row.listed_to is None or listed.listed_from <= row.listed_to)


def _listed(row: WantedListing, standing: list[Listing]) -> Listing:
    if any(_overlaps(row, found) for found in standing):
        raise Conflict("listed-already", centre=str(row.centre), product=row.product.name)
    return Listing(
        centre=row.centre,
        product=row.product,
        paragraph=row.paragraph,
        population=row.population,
        listed_from=row.listed_from,
        listed_to=row.listed_to,
        decision_reference=row.decision_reference,
    )
