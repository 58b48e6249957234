"""Packs of a round and annexes of a file, each bound into one PDF: which there are, the file, the order."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
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
from accounts.api.shapes import Shape
from accounts.clock import now
from accounts.errors import Conflict, NotFound
from accounts.models import User
from accounts.policies import is_holder
from applications.api.naming import of_round
from applications.enums import DossierLanguage
from applications.models import Application
from applications.selectors import find_batch
from centres.api.files import PDF, PdfRenderer, stored_file
from centres.api.repeatable import Repeatable
from evaluation.api.access import READ, clerk, filed
from evaluation.api.dossiers import ordered, standing
from evaluation.api.jobs import JobShape
from evaluation.models import AnnexVolume, Pack
from evaluation.services.binding import order_pack, order_volume
from jobs.models import Job

FILE = {(200, PDF): OpenApiTypes.BINARY, 304: None}


class PackShape(Shape):
    """All dossiers of a round in one file, as they were then."""

    id = serializers.UUIDField()
    batch = serializers.CharField(source="batch.code")
    language = serializers.ChoiceField(choices=DossierLanguage.choices)
    sha256 = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    pages = serializers.IntegerField()
    bound_at = serializers.DateTimeField()


class VolumeShape(Shape):
    """The evidence of one file bound into one; `unreadable` documents stand in it by name only."""

    id = serializers.UUIDField()
    application = serializers.UUIDField(source="application_id")
    reference = serializers.CharField(source="application.reference")
    language = serializers.ChoiceField(choices=DossierLanguage.choices)
    sha256 = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    pages = serializers.IntegerField()
    unreadable = serializers.IntegerField()
    bound_at = serializers.DateTimeField()


class PackForm(Form[Pack]):
    """The language of its front; the dossiers keep theirs."""

    language = serializers.ChoiceField(choices=DossierLanguage.choices)


class PackFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    batch = CharFilter(method="by_batch")
    language = CharFilter()

    def by_batch(self, found: QuerySet[Pack], name: str, value: str) -> QuerySet[Pack]:
        return of_round(found, value)


class VolumeFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    application = UUIDFilter(field_name="application_id")


def packs_of(user: User) -> QuerySet[Pack]:
    return Pack.objects.readable_by(user).select_related("batch")


def volumes_of(user: User) -> QuerySet[AnnexVolume]:
    """Whoever may open the dossier may open its annexes; never a holder."""
    if is_holder(user):
        return AnnexVolume.objects.none()
    files = Application.objects.readable_by(user)
    return AnnexVolume.objects.filter(application__in=files).select_related("application__batch")


class PacksView(ListOf):
    """The packs that the caller may open: those of which every dossier is open to them."""

    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called
    serializer_class = PackShape
    filterset_class = PackFilters
    queryset = Pack.objects.none()
    order: ClassVar = ("-bound_at", "-id")

    def get_queryset(self) -> QuerySet[Pack]:
        return packs_of(user_of(self.request))


class VolumesView(ListOf):
    """The annexes of files that the caller may open, newest first."""

    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called
    serializer_class = VolumeShape
    filterset_class = VolumeFilters
    queryset = AnnexVolume.objects.none()
    order: ClassVar = ("-bound_at", "-id")

    def get_queryset(self) -> QuerySet[AnnexVolume]:
        return volumes_of(user_of(self.request))


class PackView(Repeatable):
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="pack_read", responses=PackShape)
    def get(self, request: Request, pack_id: UUID) -> Response:
        """One pack, without its file."""
        return Response(PackShape(found_pack(request, pack_id), context={"request": request}).data)


class PackFileView(Repeatable):
    asks = AS_FILE
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called
    renderer_classes = (PdfRenderer, JSONRenderer)

    @extend_schema(operation_id="pack_file", parameters=[IF_NONE_MATCH, ETAG], responses=FILE)
    def get(self, request: Request, pack_id: UUID) -> HttpResponseBase:
        """The PDF of a pack; its ETag is the sha256 of its bytes."""
        row = found_pack(request, pack_id)
        return stored_file(request, row.sha256, name=f"{row.batch.code}-{row.language}.pdf")


class VolumeView(Repeatable):
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="annex_volume_read", responses=VolumeShape)
    def get(self, request: Request, volume_id: UUID) -> Response:
        """The bound annexes of a file, without the PDF."""
        return Response(VolumeShape(found_volume(request, volume_id), context={"request": request}).data)


class VolumeFileView(Repeatable):
    asks = AS_FILE
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called
    renderer_classes = (PdfRenderer, JSONRenderer)

    @extend_schema(operation_id="annex_volume_file", parameters=[IF_NONE_MATCH, ETAG], responses=FILE)
    def get(self, request: Request, volume_id: UUID) -> HttpResponseBase:
        """The PDF of bound annexes; its ETag is the sha256 of its bytes."""
        row = found_volume(request, volume_id)
        return stored_file(request, row.sha256, name=f"{row.application.slug}-annexes-{row.language}.pdf")


class OrderPackView(Repeatable):
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="pack_order", request=PackForm, parameters=[LOCATION], responses={202: JobShape})
    def post(self, request: Request, code: str) -> Response:
        """Order the pack of a closed round as it stands; the same one is made once."""
        user = clerk(request)
        batch = find_batch(code)
        form = PackForm(data=request.data)
        form.is_valid(raise_exception=True)
        language = form.validated_data["language"]
        return ordered(request, lambda: order_pack(batch, language=language, at=now()), by=user)


class OrderVolumeView(Repeatable):
    parser_classes = BODILESS
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="annex_volume_order", request=None, parameters=[LOCATION], responses={202: JobShape})
    def post(self, request: Request, application_id: UUID) -> Response:
        """Order the annexes of a file bound into one PDF; the same annexes are bound once, 409 without any."""
        user = clerk(request)
        assessment = standing(filed(user, application_id))

        def order() -> Job:
            job = order_volume(assessment, at=now())
            if job is None:
                raise Conflict("no-annexes")
            return job

        return ordered(request, order, by=user)


def found_pack(request: Request, pack_id: UUID) -> Pack:
    row = packs_of(user_of(request)).filter(pk=pack_id).first()
    if row is None:
        raise NotFound
    return row


def found_volume(request: Request, volume_id: UUID) -> AnnexVolume:
    row = volumes_of(user_of(request)).filter(pk=volume_id).first()
    if row is None:
        raise NotFound
    return row
