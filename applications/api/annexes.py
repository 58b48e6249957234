"""The evidence of an application: its documents, one of them, its file."""

from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import user_of
from accounts.api.doors import AS_FILE
from accounts.api.forms import Form, unknown_members
from accounts.api.openapi import ETAG, IF_NONE_MATCH, LOCATION
from accounts.api.parsers import BODILESS
from accounts.api.shapes import listed, whole
from accounts.clock import now
from accounts.errors import Invalid, NotFound, Problem, sentence
from applications.api.applications import READ
from applications.api.shapes import AnnexShape
from applications.enums import EvidenceSlot
from applications.models import Annex, Application
from applications.policies import require_own
from applications.selectors import own_application
from applications.services.annexes import add_annex, remove_annex
from centres.api.files import PDF, PdfRenderer, stored_file
from centres.api.repeatable import Repeatable


class AnnexForm(Form[Application]):
    """One PDF with the place it takes among the evidence."""

    file = serializers.FileField()
    slot = serializers.ChoiceField(choices=EvidenceSlot.choices)
    title = serializers.CharField(max_length=200)


class AnnexesView(Repeatable):
    """The evidence of an application; a PDF is added as multipart `file` with `slot` and `title`."""

    permission_classes = (READ,)  # type: ignore[assignment]  # an instance that gives itself when called
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="annex_list", responses=listed(AnnexShape))
    def get(self, request: Request, application_id: UUID) -> Response:
        """The documents of an application."""
        application = own_application(user_of(request), application_id)
        return Response(whole(AnnexShape, application.annexes.present(), request))

    @extend_schema(
        operation_id="annex_create",
        request={"multipart/form-data": AnnexForm},
        parameters=[LOCATION],
        responses={201: AnnexShape},
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        """Add a document; it is looked at before it is kept."""
        application = own_application(user_of(request), application_id)
        require_own(user_of(request), application)
        given = request.data if isinstance(request.data, dict) else {}
        if unknown := unknown_members(given, AnnexForm().fields):
            raise Invalid(problems=unknown)
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
        address = reverse("api:application-annex", args=[application_id, annex.pk])
        return Response(AnnexShape(annex).data, status=201, headers={"Location": address})


class AnnexView(Repeatable):
    parser_classes = BODILESS
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="annex_read", responses=AnnexShape)
    def get(self, request: Request, application_id: UUID, annex_id: UUID) -> Response:
        """One document, without its file."""
        return Response(AnnexShape(_present(request, application_id, annex_id), context={"request": request}).data)

    @extend_schema(operation_id="annex_remove", responses={204: None})
    def delete(self, request: Request, application_id: UUID, annex_id: UUID) -> Response:
        """Take a document out of a draft; refused while an answer cites it."""
        remove_annex(_present(request, application_id, annex_id), by=user_of(request), at=now())
        return Response(status=204)


class AnnexFileView(Repeatable):
    asks = AS_FILE
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called
    renderer_classes = (PdfRenderer, JSONRenderer)

    @extend_schema(
        operation_id="annex_file",
        parameters=[IF_NONE_MATCH, ETAG],
        responses={(200, PDF): OpenApiTypes.BINARY, 304: None},
    )
    def get(self, request: Request, application_id: UUID, annex_id: UUID) -> HttpResponseBase:
        """The PDF as it was sent; its ETag is the sha256 of its bytes."""
        annex = _present(request, application_id, annex_id)
        return stored_file(request, annex.sha256, name=annex.file_name)


def _present(request: Request, application_id: UUID, annex_id: UUID) -> Annex:
    application = own_application(user_of(request), application_id)
    annex = Annex.objects.present().filter(application=application, pk=annex_id).first()
    if annex is None:
        raise NotFound
    return annex
