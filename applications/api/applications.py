"""Applications as their holder reads them over the API."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import HasScope, user_of
from accounts.api.preconditions import etag
from accounts.clock import now
from accounts.enums import Scope
from accounts.errors import Invalid, Problem, sentence
from applications.models import Annex, Application
from applications.policies import require_own
from applications.selectors import own_application
from applications.services.annexes import add_annex

PAGE = 200
READ = HasScope(Scope.APPLICATIONS_READ.value, Scope.APPLICATIONS_WRITE.value)
FILTERS = ("external_reference", "state", "reference")


def application_json(application: Application) -> dict[str, Any]:
    """The resource as clients know it; sites by number, products by code."""
    return {
        "id": str(application.pk),
        "reference": application.reference if application.number else None,
        "state": application.state,
        "batch": application.batch.code if application.batch else None,
        "external_reference": application.external_reference,
        "product_code": application.product.code,
        "paragraph": application.paragraph.number,
        "site_number": application.centre.site_number,
        "populations": application.populations,
        "language": application.language,
        "apheresis_site": application.apheresis_site,
        "laboratory_site": application.laboratory_site,
        "contact_email": application.contact_email,
        "forecast": list(application.forecast),
        "motivation": application.motivation,
        "submitted_at": application.submitted_at.isoformat() if application.submitted_at else None,
        "version": application.version,
    }


def visible(request: Request) -> QuerySet[Application]:
    return Application.objects.readable_by(user_of(request)).with_names()


class ApplicationsView(APIView):
    """The applications that the client may see, newest first, by its own reference or by state."""

    permission_classes = (READ,)  # type: ignore[assignment]  # an instance that gives itself when called

    @extend_schema(
        operation_id="application_list",
        parameters=[OpenApiParameter(name, str) for name in FILTERS],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        unknown = [name for name in request.query_params if name not in FILTERS]
        if unknown:
            problems = [Problem(f"/{name}", "unknown_field", sentence("filter-unknown", {})) for name in unknown]
            raise Invalid("filter-unknown", problems=problems)
        found = visible(request)
        for name in ("external_reference", "state"):
            if name in request.query_params:
                found = found.filter(**{name: request.query_params[name]})
        if reference := request.query_params.get("reference"):
            found = found.filter(**_named(reference))
        rows = found.order_by("-created_at", "-id")[:PAGE]
        return Response({"results": [application_json(row) for row in rows]})


def _named(reference: str) -> dict[str, Any]:
    """``2026-07/0042`` to year, half and number; anything else names nothing."""
    parts = reference.replace("/", "-").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        return {"pk": None}
    return {"batch__year": int(parts[0]), "batch__half": int(parts[1]), "number": int(parts[2])}


class ApplicationView(APIView):
    permission_classes = (READ,)  # type: ignore[assignment]  # an instance that gives itself when called

    @extend_schema(operation_id="application_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, application_id: UUID) -> Response:
        application = own_application(user_of(request), application_id)
        return Response(application_json(application), headers={"ETag": etag(application.version)})


class AnnexesView(APIView):
    """The evidence of an application; a PDF is added as multipart `file` with `slot` and `title`."""

    permission_classes = (READ,)  # type: ignore[assignment]  # an instance that gives itself when called
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="annex_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, application_id: UUID) -> Response:
        application = own_application(user_of(request), application_id)
        return Response({"results": [annex_json(annex) for annex in application.annexes.present()]})

    @extend_schema(operation_id="annex_create", request=OpenApiTypes.BINARY, responses={201: OpenApiTypes.OBJECT})
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
        return Response(annex_json(annex), status=201)


def annex_json(annex: Annex) -> dict[str, Any]:
    return {
        "id": str(annex.pk),
        "number": annex.number,
        "slot": annex.slot,
        "title": annex.title,
        "file_name": annex.file_name,
        "sha256": annex.sha256,
        "pages": annex.pages,
    }
