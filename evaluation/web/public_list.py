"""The nominative list as anyone may read it, on a day of choice up to today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.downloads import csv_response
from accounts.models import User
from accounts.policies import reads_all
from centres.enums import Population
from centres.models import Listing, Product

CONDITIONS: Mapping[str, str | Promise] = {
    "IEC_CERTIFICATE_DUE": gettext_lazy("JACIE certificate for immune effector cells to be obtained"),
}
COLUMNS = (
    "hospital",
    "site",
    "site_number",
    "postal_code",
    "municipality",
    "product_code",
    "product",
    "paragraph",
    "population",
    "listed_from",
    "listed_to",
    "decision_reference",
    "condition",
    "condition_due_on",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; `refused` when the day cannot be read or is yet to come, then today is shown."""

    on: date
    today: date
    q: str
    product: str
    population: str
    refused: str = ""

    def query(self, **changes: str) -> str:
        """The address of the same list with something else chosen."""
        values = {"q": self.q, "product": self.product, "population": self.population}
        if self.on != self.today:
            values["on"] = self.on.isoformat()
        return "?" + urlencode({name: value for name, value in (values | changes).items() if value})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list in the reader's language."""

    listing: Listing
    indication: str
    indication_language: str
    condition: str


@login_not_required
@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    """Only listings in force on the day asked for, never one before its day of effect."""
    wanted = wanted_of(request)
    context = {
        "wanted": wanted,
        "rows": [row_of(listing) for listing in listings_of(wanted)],
        "products": Product.objects.filter(listings__in=Listing.objects.in_force_on(wanted.on)).distinct(),
        "chips": _chips(wanted),
        "is_narrowed": bool(wanted.q or wanted.product or wanted.population),
        "csv_query": wanted.query(),
        "annex_on": wanted.on if isinstance(request.user, User) and reads_all(request.user) else None,
        "public_page": True,
    }
    return render(request, "evaluation/public_list.html", context)


@login_not_required
@require_safe
def public_list_csv(request: HttpRequest) -> HttpResponse:
    """The same as a file; a cell that a spreadsheet would run as a formula is kept as text."""
    wanted = wanted_of(request)
    rows = map(cells_of, listings_of(wanted))
    return csv_response([COLUMNS, *rows], file_name=f"car-t-list-{wanted.on.isoformat()}.csv")


def wanted_of(request: HttpRequest) -> Wanted:
    """What the address asks; a day that does not exist or is still to come gives the list of today and says so."""
    today, given = clock.today(), request.GET.get("on", "")
    population = request.GET.get("population", "")
    on, refused = today, ""
    if given:
        try:
            on = date.fromisoformat(given)
        except ValueError:
            refused = _("This is no day that exists. The list of today is shown.")
        if on > today:
            on, refused = today, _("The list of a day to come is not known yet. The list of today is shown.")
    return Wanted(
        on=on,
        today=today,
        q=request.GET.get("q", "").replace("\0", "").strip()[:100],
        product=request.GET.get("product", "").replace("\0", "")[:7],
        population=population if population in Population.values else "",
        refused=refused,
    )


def listings_of(wanted: Wanted) -> QuerySet[Listing]:
    found = Listing.objects.in_force_on(wanted.on).select_related("centre__hospital", "product", "paragraph")
    if wanted.product:
        found = found.filter(product__code=wanted.product)
    if wanted.population:
        found = found.filter(population=wanted.population)
    for word in wanted.q.split():
        found = found.filter(_has(word))
    return found


def _has(word: str) -> Q:
    places = Q(centre__name__icontains=word) | Q(centre__hospital__name__icontains=word)
    places |= Q(centre__municipality__icontains=word) | Q(centre__postal_code=word)
    if number := word.replace(".", ""):
        places |= Q(centre__site_number__startswith=number)
    return places | Q(product__name__icontains=word) | Q(product__substance__icontains=word) | Q(paragraph__number=word)


def row_of(listing: Listing) -> Row:
    language = get_language() or "en"
    shown = language if language in ("nl", "fr") else "en"
    condition = str(CONDITIONS.get(listing.condition_code, listing.condition_code))
    return Row(listing, listing.paragraph.indication(language), shown if shown != language else "", condition)


def cells_of(listing: Listing) -> Sequence[object]:
    """One line of the file, in the order of its columns: codes and ISO days, no words."""
    centre = listing.centre
    return (
        centre.hospital.name,
        centre.name,
        centre.site_number,
        centre.postal_code,
        centre.municipality,
        listing.product.code or "",
        listing.product.name,
        listing.paragraph.number,
        listing.population,
        listing.listed_from.isoformat(),
        listing.listed_to.isoformat() if listing.listed_to else "",
        listing.decision_reference,
        listing.condition_code,
        listing.condition_due_on.isoformat() if listing.condition_due_on else "",
    )


def _chips(wanted: Wanted) -> list[dict[str, object]]:
    choices = [("", _("All")), *((value, str(label).capitalize()) for value, label in Population.choices)]
    return [
        {"label": label, "href": wanted.query(population=value), "active": wanted.population == value}
        for value, label in choices
    ]
