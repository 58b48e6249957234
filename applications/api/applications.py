"""Applications as their holder reads them over the API."""

from uuid import UUID

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter, FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import HasScope, user_of
from accounts.api.lists import ListOf
from accounts.clock import now
from accounts.enums import Scope
from accounts.errors import Invalid, Problem, sentence
from applications.api.shapes import AnnexShape, ApplicationShape
from applications.enums import ApplicationState
from applications.models import Application
from applications.policies import require_own
from applications.selectors import own_application
from applications.services.annexes import add_annex
from centres.api.repeatable import Repeatable

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
        match _numbers(value):
            case [year, half, number]:
                return found.filter(batch__year=year, batch__half=half, number=number)
        return found.none()

    def by_batch(self, found: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        match _numbers(value):
            case [year, half]:
                return found.filter(batch__year=year, batch__half=half)
        return found.none()


def _numbers(text: str) -> list[int]:
    parts = text.replace("/", "-").split("-")
    return [int(part) for part in parts] if all(p.isascii() and p.isdigit() and len(p) <= 4 for p in parts) else []


class ApplicationsView(ListOf):
    """The applications that the client may see, newest first."""

    permission_classes = (READ,)  # type: ignore[assignment]  # an instance that gives itself when called
    serializer_class = ApplicationShape
    filterset_class = ApplicationFilters

    def get_queryset(self) -> QuerySet[Application]:
        return Application.objects.readable_by(user_of(self.request)).with_names()


class AnnexesView(Repeatable):
    """The evidence of an application; a PDF is added as multipart `file` with `slot` and `title`."""

    permission_classes = (READ,)  # type: ignore[assignment]  # an instance that gives itself when called
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="annex_list", responses=AnnexShape(many=True))
    def get(self, request: Request, application_id: UUID) -> Response:
        application = own_application(user_of(request), application_id)
        return Response({"results": AnnexShape(application.annexes.present(), many=True).data})

    @extend_schema(operation_id="annex_create", request=OpenApiTypes.BINARY, responses={201: AnnexShape})
    def post(self, request: Request, application_id: UUID) -> Response:
        application = own_application(user_of(request), application_id)
        require_own(user_of(request), application)
        given = request.data if isinstance(request.data, dict) else {}
        file = request.FILES.get("file")
        if file is None:
            problem = Problem("/file", "required", sentence("file-missing", {}))
            raise Invalid(problems=[problem])
        annex = add_annex(
            application,
            slot=str(given.get("slot", "")),
            title=str(given.get("title", "")),
            file_name=file.name or "",
            content=file.read(),
            by=user_of(request),
            at=now(),
        )
        return Response(AnnexShape(annex).data, status=201)
