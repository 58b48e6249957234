"""The registers of sites as the secretariat and the auditor read them: sites, certificates, listings."""

from datetime import date

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.errors import NotAllowed, NotFound
from accounts.policies import reads_all
from centres.models import Centre, Certificate, Listing

PER_PAGE = 50


def _require_reader(request: HttpRequest) -> None:
    if not reads_all(request.user):
        raise NotAllowed


def _listed_on(day: date) -> Q:
    open_end = Q(listings__listed_to=None) | Q(listings__listed_to__gte=day)
    return open_end & Q(listings__listed_from__lte=day)


@require_safe
def centres(request: HttpRequest) -> HttpResponse:
    """Every known site with the number of its certificates and of its lines on the list today."""
    _require_reader(request)
    query = request.GET.get("q", "").strip()
    rows = Centre.objects.select_related("hospital").annotate(
        certificates_known=Count("certificates", distinct=True),
        listed=Count("listings", filter=_listed_on(clock.today()), distinct=True),
    )
    if query:
        digits = query.replace(".", "")
        found = Q(name__icontains=query) | Q(hospital__name__icontains=query) | Q(municipality__icontains=query)
        rows = rows.filter(found | Q(site_number__startswith=digits) if digits.isdecimal() else found)
    page = Paginator(rows.order_by("hospital__name", "name"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "centres/list.html", {"page": page, "query": query})


@require_safe
def centre(request: HttpRequest, site_number: str) -> HttpResponse:
    """One site: its certificates with what they cover, and its lines on the list, past ones too."""
    _require_reader(request)
    certificates = Prefetch("certificates", Certificate.objects.prefetch_related("scopes", "facilities"))
    listings = Prefetch("listings", Listing.objects.select_related("product", "paragraph").order_by("-listed_from"))
    found = Centre.objects.filter(site_number=site_number).select_related("hospital")
    shown = found.prefetch_related(certificates, listings).first()
    if shown is None:
        raise NotFound
    return render(request, "centres/centre.html", {"centre": shown, "today": clock.today()})
