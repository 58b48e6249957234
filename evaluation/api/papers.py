"""Papers made when they are asked for: the receipt of a filing, the nominative list as the annex of a decision."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from accounts.api.authentication import user_of
from accounts.api.doors import AS_FILE, Door
from accounts.clock import today
from accounts.downloads import file_response
from accounts.errors import NotFound
from applications.enums import DossierLanguage
from applications.models import Application
from centres.api.files import PDF, PdfRenderer
from evaluation.api.access import FILES, READ, reader
from evaluation.dossiers.filing import NotFiled, filing_receipt, receipt_pdf
from evaluation.dossiers.list_annex import annex_pdf, list_annex
from evaluation.dossiers.model import Language

MADE = {(200, PDF): OpenApiTypes.BINARY}


class ListAnnexQuery(serializers.Serializer[date]):
    """Today and Dutch unless told."""

    on = serializers.DateField(required=False)
    language = serializers.ChoiceField(choices=DossierLanguage.choices, required=False, default="nl")


class PaperView(Door):
    renderer_classes = (PdfRenderer, JSONRenderer)


class ReceiptView(PaperView):
    asks = AS_FILE
    permission_classes = (FILES,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="application_receipt", responses=MADE)
    def get(self, request: Request, application_id: UUID) -> HttpResponse:
        """The receipt of a filing, in the language of the application; there is none before it is submitted."""
        readable = Application.objects.readable_by(user_of(request)).with_names().select_related("submitted_by")
        application = readable.filter(pk=application_id).first()
        if application is None:
            raise NotFound
        try:
            filed = filing_receipt(application)
        except NotFiled as error:
            raise NotFound from error
        return made(receipt_pdf(filed), f"{application.slug}.pdf")


class ListAnnexView(PaperView):
    asks = ("on", "language", *AS_FILE)
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(
        operation_id="list_annex",
        parameters=[
            OpenApiParameter("on", OpenApiTypes.DATE, description="Also a day to come; today unless told."),
            OpenApiParameter("language", str, enum=DossierLanguage.values, description="Dutch unless told."),
        ],
        responses=MADE,
    )
    def get(self, request: Request) -> HttpResponse:
        """The nominative list of a day as the annex of a decision, a PDF."""
        reader(request)
        asked = _asked(request)
        on: date = asked.get("on") or today()
        language: Language = "fr" if asked["language"] == "fr" else "nl"
        return made(annex_pdf(list_annex(on, language=language)), f"car-t-{language}-{on.isoformat()}.pdf")


def _asked(request: Request) -> dict[str, Any]:
    """Raises Invalid for a day or a language that there is not."""
    query = ListAnnexQuery(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)


def made(content: bytes, name: str) -> HttpResponse:
    """A paper as an attachment that no cache keeps."""
    answered = file_response(content, media_type=PDF, file_name=name)
    answered["Cache-Control"] = "no-store"
    return answered
