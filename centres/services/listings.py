from datetime import date, datetime

from django.db import transaction

from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import User
from accounts.policies import is_secretariat
from accounts.services.audit import record_event
from centres.models import Centre, Listing, Paragraph, Product


@transaction.atomic
def list_centre(
    centre: Centre,
    *,
    product: Product,
    paragraph: Paragraph,
    population: str,
    listed_from: date,
    decision_reference: str,
    condition_code: str = "",
    condition_due_on: date | None = None,
    by: User,
    at: datetime,
) -> Listing:
    """Put a site on the nominative list from the day of effect, by a decision of the Minister.

    Called when a decision that admits is recorded, and for listings that were there before the desk.
    Raises Conflict when the site is on the list already for the same product, paragraph and population.
    """
    if not is_secretariat(by):
        raise NotAllowed()
    if paragraph.product_id != product.pk:
        raise Invalid("paragraph-not-of-product")
    Centre.objects.select_for_update().get(pk=centre.pk)
    about = {"centre": centre, "product": product, "paragraph": paragraph, "population": population}
    if Listing.objects.filter(**about).in_force_on(listed_from).exists() or _comes_later(about, listed_from):
        raise Conflict("listed-already", centre=str(centre), product=product.name)
    listing = Listing.objects.create(
        **about,
        listed_from=listed_from,
        decision_reference=decision_reference,
        condition_code=condition_code,
        condition_due_on=condition_due_on,
    )
    record_event(listing, by=by, at=at, verb="list_centre", after=_as_listed(listing))
    return listing


@transaction.atomic
def end_listing(listing: Listing, *, listed_to: date, reason: str, by: User, at: datetime) -> Listing:
    """Set the last day, inclusive, on which a site is on the list, by a named person and for a reason."""
    if not is_secretariat(by):
        raise NotAllowed()
    if not reason.strip():
        raise Invalid("listing-end-reason")
    locked = Listing.objects.select_for_update().get(pk=listing.pk)
    if locked.listed_to is not None:
        raise Conflict("listing-ended", day=locked.listed_to)
    if listed_to < locked.listed_from:
        raise Invalid("listing-days")
    locked.listed_to = listed_to
    locked.save(update_fields=["listed_to"])
    record_event(
        locked,
        by=by,
        at=at,
        verb="end_listing",
        before={"listed_to": None},
        after={"listed_to": listed_to.isoformat()},
        reason=reason,
    )
    return locked


def _comes_later(about: dict[str, object], day: date) -> bool:
    return Listing.objects.filter(**about, listed_from__gt=day).exists()


def _as_listed(listing: Listing) -> dict[str, object]:
    return {
        "centre": listing.centre.site_number,
        "product": str(listing.product_id),
        "paragraph": listing.paragraph.number,
        "population": listing.population,
        "listed_from": listing.listed_from.isoformat(),
        "decision_reference": listing.decision_reference,
        "condition_code": listing.condition_code,
        "condition_due_on": listing.condition_due_on.isoformat() if listing.condition_due_on else None,
    }
