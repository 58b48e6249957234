"""Lists for machines: pages by cursor, filters that refuse what they do not know."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import QuerySet
from django_filters import FilterSet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.doors import Door, address_faults
from accounts.api.shapes import CHOSEN, WRITTEN_OUT, Shape
from accounts.errors import Invalid, Problem, sentence

MOST = 200
CURSOR, LIMIT = "cursor", "limit"
ALWAYS = (CURSOR, LIMIT, CHOSEN, WRITTEN_OUT)


class Pages(CursorPagination):
    """Pages of 100, or of up to 200 with `limit`, in an order that new rows do not disturb; the last has no `next`."""

    page_size = 100
    max_page_size = MOST
    page_size_query_param = LIMIT
    cursor_query_param = CURSOR

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> tuple[str, ...]:
        return tuple(getattr(view, "order", ("-created_at", "-id")))

    def get_page_size(self, request: Request) -> int:
        if faults := limit_faults(request):
            raise Invalid("filter-invalid", problems=faults)
        return int(request.query_params.get(LIMIT, self.page_size))

    def decode_cursor(self, request: Request) -> Cursor | None:
        try:
            cursor = super().decode_cursor(request)
        except NotFound as error:
            raise broken_cursor() from error
        if cursor is not None and "\0" in str(cursor.position or ""):
            raise broken_cursor()
        return cursor

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any] | None:
        """A page. Raises Invalid for a cursor that the list never gave."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError, OverflowError, DataError) as error:
            if CURSOR not in request.query_params:
                raise
            raise broken_cursor() from error

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A page as OpenAPI 3.1 says it: both addresses are always there, and null where there is no such page."""
        address = {"type": ["string", "null"], "format": "uri"}
        following = address | {"example": "https://desk.example/api/v1/centres?cursor=cD00ODY%3D"}
        places = {"next": following, "previous": address | {"example": None}}
        return {"type": "object", "required": [*places, "results"], "properties": {**places, "results": schema}}


def broken_cursor() -> Invalid:
    return Invalid("filter-invalid", problems=[Problem(f"/{CURSOR}", "value", sentence("cursor-unknown", {}))])


def limit_faults(request: Request) -> list[Problem]:
    text = request.query_params.get(LIMIT, "1")
    if text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) and 1 <= int(text) <= MOST:
        return []
    return [Problem(f"/{LIMIT}", "value", sentence("limit-outside", {"most": MOST}))]


def choice_faults(request: Request, view: APIView) -> list[Problem]:
    """What `fields` and `expand` name that the rows of the list do not have."""
    shape = getattr(view, "serializer_class", None)
    return shape.unknown_choices(request) if isinstance(shape, type) and issubclass(shape, Shape) else []


class KnownFilters(DjangoFilterBackend):  # type: ignore[misc]  # no types in django-filter
    """Filters by the view's `filterset_class`; every unknown name and every unreadable value is refused at once."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        filters: FilterSet | None = self.get_filterset(request, queryset, view)
        known = list(filters.filters) if filters is not None else []
        faults = [*address_faults(request, (*known, *ALWAYS)), *limit_faults(request), *choice_faults(request, view)]
        if filters is not None and not filters.is_valid():
            faults += [Problem(f"/{name}", "value", str(rows[0])) for name, rows in filters.errors.items()]
        if faults:
            raise Invalid("filter-invalid", problems=faults)
        return filters.qs if filters is not None else queryset


class ListOf(Door, GenericAPIView[Any]):
    """`GET` a list of what the caller may see: set `serializer_class`, `filterset_class`, `order`, `get_queryset`.

    `order` ends with a unique column, so that a page neither repeats nor loses a row.
    """

    asks = None
    pagination_class = Pages
    filter_backends = (KnownFilters,)
    order: ClassVar[tuple[str, ...]] = ("-created_at", "-id")

    def get(self, request: Request, **names: Any) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)
