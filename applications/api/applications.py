"""Applications as their holder reads them over the API."""

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter, FilterSet

from accounts.api.authentication import HasScope, user_of
from accounts.api.lists import ListOf
from accounts.enums import Scope
from applications.api.naming import named, of_round
from applications.api.shapes import ApplicationShape
from applications.enums import ApplicationState
from applications.models import Application

READ = HasScope(Scope.APPLICATIONS_READ.value, Scope.APPLICATIONS_WRITE.value)


class ApplicationFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    """By the holder's own reference, by state, by the reference of the desk, by round or site."""

    external_reference = CharFilter()
    state = ChoiceFilter(choices=ApplicationState.choices)
    reference = CharFilter(method="by_reference")
    batch = CharFilter(method="by_batch")
    site_number = CharFilter(field_name="centre__site_number")
    product_code = CharFilter(field_name="product__code")

    def by_reference(self, found: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        """``2026-07/0042``; anything else names nothing."""
        return named(found, value)

    def by_batch(self, found: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        return of_round(found, value)


class ApplicationsView(ListOf):
    """The applications that the client may see, newest first."""

    permission_classes = (READ,)  # type: ignore[assignment]  # an instance that gives itself when called
    queryset = Application.objects.none()
    serializer_class = ApplicationShape
    filterset_class = ApplicationFilters

    def get_queryset(self) -> QuerySet[Application]:
        return Application.objects.readable_by(user_of(self.request)).with_names()
