"""Applications as their holder reads them over the API."""

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter, FilterSet

from accounts.api.authentication import HasScope, user_of
from accounts.api.lists import ListOf
from accounts.enums import Scope
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
        match numbers_in(value):
            case [year, half, number]:
                return found.filter(batch__year=year, batch__half=half, number=number)
        return found.none()

    def by_batch(self, found: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        match numbers_in(value):
            case [year, half]:
                return found.filter(batch__year=year, batch__half=half)
        return found.none()


def numbers_in(text: str) -> list[int]:
    """The parts of a round's code or a reference; none for what is neither."""
    parts = text.replace("/", "-").split("-")
    return [int(part) for part in parts] if all(p.isascii() and p.isdigit() and len(p) <= 4 for p in parts) else []


class ApplicationsView(ListOf):
    """The applications that the client may see, newest first."""

    permission_classes = (READ,)  # type: ignore[assignment]  # an instance that gives itself when called
    queryset = Application.objects.none()
    serializer_class = ApplicationShape
    filterset_class = ApplicationFilters

    def get_queryset(self) -> QuerySet[Application]:
        return Application.objects.readable_by(user_of(self.request)).with_names()
