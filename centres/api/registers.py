"""Registers over the API: sites, certificates, products, figures; for those who read everything, the list for all."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, DateFilter, FilterSet, NumberFilter, UUIDFilter
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from accounts.api.authentication import HasScope, user_of
from accounts.api.doors import Door
from accounts.api.lists import ListOf
from accounts.clock import today
from accounts.enums import Scope
from accounts.errors import NotAllowed, NotFound
from accounts.policies import reads_all
from centres.api.shapes import (
    AllograftShape,
    CentreShape,
    CertificateShape,
    ListingShape,
    ProductShape,
    TreatmentShape,
    VintageShape,
)
from centres.enums import Population, VintageKind
from centres.models import AllograftCount, Centre, Certificate, Listing, Product, RealisedTreatment, Vintage

CENTRES = HasScope(Scope.CENTRES_WRITE.value)
COUNTS = HasScope(Scope.COUNTS_WRITE.value)


class ReadsAll(BasePermission):
    """The registers are for the secretariat and the auditor."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not reads_all(user_of(request)):
            raise NotAllowed
        return True


class CentreFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    hospital_number = NumberFilter(field_name="hospital__number")
    postal_code = CharFilter()
    name = CharFilter(lookup_expr="icontains")


class CentresView(ListOf):
    """Every known site, by its number."""

    permission_classes = (CENTRES, ReadsAll)  # type: ignore[assignment]  # gives itself when called
    serializer_class = CentreShape
    filterset_class = CentreFilters
    order: ClassVar = ("site_number",)

    def get_queryset(self) -> QuerySet[Centre]:
        return Centre.objects.select_related("hospital")


class CentreView(Door):
    permission_classes = (CENTRES, ReadsAll)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="centre_read", responses=CentreShape)
    def get(self, request: Request, site_number: str) -> Response:
        """One site by its establishment number."""
        centre = Centre.objects.select_related("hospital").filter(site_number=site_number).first()
        if centre is None:
            raise NotFound
        return Response(CentreShape(centre, context={"request": request}).data)


class CertificateFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    body = CharFilter()
    number = CharFilter()
    site_number = CharFilter(field_name="centres__site_number", distinct=True)
    valid_on = DateFilter(method="by_day")

    def by_day(self, found: QuerySet[Certificate], name: str, value: Any) -> QuerySet[Certificate]:
        """By the printed days; an extension letter is shown beside them."""
        return found.filter(valid_from__lte=value, valid_to__gte=value)


class CertificatesView(ListOf):
    """Every certificate of the register, with what it covers."""

    permission_classes = (CENTRES, ReadsAll)  # type: ignore[assignment]  # gives itself when called
    serializer_class = CertificateShape
    filterset_class = CertificateFilters
    order: ClassVar = ("number", "body", "id")

    def get_queryset(self) -> QuerySet[Certificate]:
        return Certificate.objects.prefetch_related("centres", "scopes", "facilities")


class ProductFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    code = CharFilter()
    name = CharFilter(lookup_expr="icontains")


class ProductsView(ListOf):
    """The CAR-T products and the paragraphs under which they are reimbursed: what an application can name."""

    permission_classes = (HasScope(Scope.APPLICATIONS_READ.value),)  # type: ignore[assignment]  # gives itself when called
    serializer_class = ProductShape
    filterset_class = ProductFilters
    order: ClassVar = ("name", "id")

    def get_queryset(self) -> QuerySet[Product]:
        return Product.objects.filter(is_cart=True).prefetch_related("paragraphs")


class ListingFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    site_number = CharFilter(field_name="centre__site_number")
    product_code = CharFilter(field_name="product__code")
    paragraph = CharFilter(field_name="paragraph__number")
    population = ChoiceFilter(choices=Population.choices)
    on = DateFilter(method="by_day")
    ended = BooleanFilter(field_name="listed_to", lookup_expr="isnull", exclude=True)

    def by_day(self, found: QuerySet[Listing], name: str, value: Any) -> QuerySet[Listing]:
        """As the list stood on that day; a day to come is answered as today, for nothing is told before its time."""
        in_force: QuerySet[Listing] = Listing.objects.in_force_on(min(value, today()))
        return found.filter(pk__in=in_force.values("pk"))


class ListingsView(ListOf):
    """The nominative list, as everyone may read it; `on=2026-07-31` shows it as it stood that day."""

    permission_classes = (AllowAny,)
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "public"
    serializer_class = ListingShape
    filterset_class = ListingFilters
    order: ClassVar = ("-listed_from", "id")

    def get_queryset(self) -> QuerySet[Listing]:
        named = ("centre__hospital", "product", "paragraph")
        known = Listing.objects.filter(listed_from__lte=today())
        return known.select_related(*named).prefetch_related("product__paragraphs")


class VintageFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    kind = ChoiceFilter(choices=VintageKind.choices)


class VintagesView(ListOf):
    """The deliveries of figures, newest first."""

    permission_classes = (COUNTS, ReadsAll)  # type: ignore[assignment]  # gives itself when called
    serializer_class = VintageShape
    filterset_class = VintageFilters
    order: ClassVar = ("-loaded_at", "id")

    def get_queryset(self) -> QuerySet[Vintage]:
        return Vintage.objects.order_by(*self.order)


class AllograftFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    vintage = UUIDFilter(field_name="vintage_id")
    site_number = CharFilter(field_name="centre__site_number")
    hospital_number = NumberFilter(field_name="hospital__number")
    year = NumberFilter()


class AllograftsView(ListOf):
    """Booked allografts, every delivery beside the others."""

    permission_classes = (COUNTS, ReadsAll)  # type: ignore[assignment]  # gives itself when called
    serializer_class = AllograftShape
    filterset_class = AllograftFilters
    order: ClassVar = ("-id",)

    def get_queryset(self) -> QuerySet[AllograftCount]:
        return AllograftCount.objects.select_related("centre", "hospital")


class TreatmentFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    vintage = UUIDFilter(field_name="vintage_id")
    site_number = CharFilter(field_name="centre__site_number")
    year = NumberFilter()


class TreatmentsView(ListOf):
    """Realised CAR-T treatments, for the secretariat and the auditor only."""

    permission_classes = (COUNTS, ReadsAll)  # type: ignore[assignment]  # gives itself when called
    serializer_class = TreatmentShape
    filterset_class = TreatmentFilters
    order: ClassVar = ("-id",)

    def get_queryset(self) -> QuerySet[RealisedTreatment]:
        return RealisedTreatment.objects.select_related("centre", "product")
