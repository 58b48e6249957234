"""Dossiers of files: which there are, the PDF of one, the order of another, taking one back."""

from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse
from django_filters import CharFilter, FilterSet, UUIDFilter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import user_of
from accounts.api.doors import AS_FILE
from accounts.api.forms import Form
from accounts.api.lists import ListOf
from accounts.api.openapi import ETAG, IF_NONE_MATCH, LOCATION
from accounts.api.parsers import BODILESS
from accounts.api.preconditions import etag
from accounts.api.shapes import Shape
from accounts.clock import now
from accounts.errors import Conflict, NotFound
from accounts.models import User
from applications.api.naming import of_round
from applications.enums import DossierLanguage
from applications.models import Application
from centres.api.files import PDF, PdfRenderer, stored_file
from centres.api.repeatable import Repeatable
from evaluation.api.access import READ, clerk, filed
from evaluation.api.jobs import JobShape
from evaluation.models import ApplicationAssessment, Dossier
from evaluation.selectors import current_assessment
from evaluation.services.closing import order_dossier
from evaluation.services.verifying import revoke_dossier
from jobs.enums import JobState
from jobs.models import Job
from jobs.services import enqueue, retry_job


class DossierShape(Shape):
    """One rendered PDF of one assessment; a later one stands beside it under the next number."""

    id = serializers.UUIDField()
    application = serializers.UUIDField(source="application_id")
    reference = serializers.CharField(source="application.reference")
    number = serializers.IntegerField()
    assessment = serializers.UUIDField(source="assessment_id")
    language = serializers.ChoiceField(choices=DossierLanguage.choices)
    template_version = serializers.CharField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    pages = serializers.IntegerField()
    rendered_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(source="revocation.at", default=None, allow_null=True)


class DossierFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    application = UUIDFilter(field_name="application_id")
    batch = CharFilter(method="by_batch")

    def by_batch(self, found: QuerySet[Dossier], name: str, value: str) -> QuerySet[Dossier]:
        return of_round(found, value, above="application__")


def readable(user: User) -> QuerySet[Dossier]:
    return Dossier.objects.readable_by(user).select_related("application__batch", "revocation")


class DossiersView(ListOf):
    """The dossiers that the caller may open, newest first; never for a holder."""

    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called
    serializer_class = DossierShape
    filterset_class = DossierFilters
    queryset = Dossier.objects.none()
    order: ClassVar = ("-rendered_at", "-id")

    def get_queryset(self) -> QuerySet[Dossier]:
        return readable(user_of(self.request))


class DossierDoor(Repeatable):
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called

    def found(self, user: User, dossier_id: UUID) -> Dossier:
        row = readable(user).filter(pk=dossier_id).first()
        if row is None:
            raise NotFound
        return row


class DossierView(DossierDoor):
    @extend_schema(operation_id="dossier_read", parameters=[ETAG], responses=DossierShape)
    def get(self, request: Request, dossier_id: UUID) -> Response:
        """One dossier, without its file."""
        row = self.found(user_of(request), dossier_id)
        return Response(DossierShape(row, context={"request": request}).data, headers={"ETag": etag(row.sha256)})


class DossierFileView(DossierDoor):
    asks = AS_FILE
    renderer_classes = (PdfRenderer, JSONRenderer)

    @extend_schema(
        operation_id="dossier_file",
        parameters=[IF_NONE_MATCH, ETAG],
        responses={(200, PDF): OpenApiTypes.BINARY, 304: None},
    )
    def get(self, request: Request, dossier_id: UUID) -> HttpResponseBase:
        """The PDF; its ETag is the sha256 of its bytes, which the verify page tells too."""
        row = self.found(user_of(request), dossier_id)
        return stored_file(request, row.sha256, name=f"{row.application.slug}-v{row.number}.pdf")


class RevocationForm(Form[Dossier]):
    reason = serializers.CharField(max_length=2_000)


class RevokeView(DossierDoor):
    @extend_schema(operation_id="dossier_revoke", request=RevocationForm, responses=DossierShape)
    def post(self, request: Request, dossier_id: UUID) -> Response:
        """Take a dossier back: whoever verifies it reads so from then on; the reason stays inside."""
        user = clerk(request)
        row = self.found(user, dossier_id)
        form = RevocationForm(data=request.data)
        form.is_valid(raise_exception=True)
        revoke_dossier(row, reason=form.validated_data["reason"], by=user, at=now())
        return Response(DossierShape(self.found(user, dossier_id)).data)


class OrderDossierView(Repeatable):
    parser_classes = BODILESS
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="dossier_order", request=None, parameters=[LOCATION], responses={202: JobShape})
    def post(self, request: Request, application_id: UUID) -> Response:
        """Order the dossier of the assessment that stands; the same one is rendered once, a failed one again."""
        user = clerk(request)
        assessment = standing(filed(user, application_id))
        return ordered(request, lambda: order_dossier(assessment, at=now()), by=user)


def standing(application: Application) -> ApplicationAssessment:
    """The assessment that stands. Raises Conflict while the round has not closed."""
    assessment = current_assessment(application)
    if assessment is None:
        raise Conflict("batch-not-closed", batch=application.batch.code if application.batch else "")
    return assessment


def ordered(request: Request, order: Callable[[], Job], *, by: User) -> Response:
    """202 with the job and where to follow it; one that failed or was given up is tried again."""
    with transaction.atomic():
        job = order()
        if job.has_stopped:
            job = retry_job(job, by=by.email) or job
        if job.state == JobState.QUEUED:
            enqueue(job)
    address = reverse("api:job", args=[job.pk])
    return Response(JobShape(job, context={"request": request}).data, status=202, headers={"Location": address})
