"""Documents sent in parts, for connections that break: tus 1.0.0 over the same service as a document sent whole."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.http import http_date
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import user_of
from accounts.api.openapi import LOCATION
from accounts.api.parsers import BODILESS
from accounts.api.shapes import Shape, listed, whole
from accounts.clock import now
from applications.api.annex_upload_headers import CREATING, OF_AN_UPLOAD, SENDING, TUS
from applications.api.applications import READ
from applications.api.tus import (
    OFFSET_STREAM,
    OffsetStreamParser,
    Refused,
    Tus,
    able,
    announced,
    checksum,
    offset,
    pieces,
    require_tus,
)
from applications.enums import AnnexUploadState, EvidenceSlot
from applications.models import AnnexUpload
from applications.policies import require_own
from applications.selectors import own_annex_upload, own_application
from applications.services.annex_uploads import Part, open_annex_upload, receive_part, refusal_of, remove_annex_upload
from centres.api.repeatable import Repeatable


class RefusalShape(serializers.Serializer[Any]):
    """Why a document was refused."""

    code = serializers.CharField()
    message = serializers.CharField()


class AnnexUploadShape(Shape):
    """A document that arrives in parts; `annex` is there once it was taken in, `refusal` if it was refused."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=AnnexUploadState.choices)
    slot = serializers.ChoiceField(choices=EvidenceSlot.choices)
    title = serializers.CharField(allow_blank=True)
    file_name = serializers.CharField()
    length = serializers.IntegerField(help_text="Bytes.")
    offset = serializers.IntegerField(help_text="Bytes that arrived.")
    opened_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    annex = serializers.UUIDField(source="annex_id", allow_null=True)
    refusal = serializers.SerializerMethodField()

    @extend_schema_field(RefusalShape(allow_null=True))
    def get_refusal(self, upload: AnnexUpload) -> dict[str, str] | None:
        if not upload.refusal:
            return None
        return {"code": upload.refusal, "message": str(refusal_of(upload).problems[0].message)}


def told(upload: AnnexUpload) -> dict[str, str]:
    """How far an upload is, as headers."""
    headers = {"Upload-Offset": str(upload.offset), "Cache-Control": "no-store"}
    if upload.annex_id:
        return headers | {"Annex-Id": str(upload.annex_id)}
    return headers | {"Upload-Expires": http_date(upload.expires_at.timestamp())}


def whole_told(upload: AnnexUpload) -> dict[str, str]:
    said = {"Upload-Metadata": upload.metadata} if upload.metadata else {}
    return told(upload) | {"Upload-Length": str(upload.length)} | said


class AnnexUploadsView(Tus, Repeatable):
    """What of an application's evidence is still arriving; a document is announced here and sent to its own address."""

    key_is_due = False
    permission_classes = (READ,)  # type: ignore[assignment]  # an instance that gives itself when called
    parser_classes = BODILESS

    @extend_schema(operation_id="annex_upload_list", responses=listed(AnnexUploadShape))
    def get(self, request: Request, application_id: UUID) -> Response:
        """What the company is sending for an application, newest first."""
        application = own_application(user_of(request), application_id)
        rows = AnnexUpload.objects.visible_to(user_of(request)).standing().filter(application=application)
        return Response(whole(AnnexUploadShape, rows, request))

    @extend_schema(
        operation_id="annex_upload_create",
        request=None,
        parameters=[*TUS, *CREATING, LOCATION],
        responses={201: AnnexUploadShape},
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        """Announce a document that will arrive in parts (tus `creation`); it has a day to do so."""
        application = own_application(user_of(request), application_id)
        require_own(user_of(request), application)
        require_tus(request)
        upload = open_annex_upload(application, announced(request), by=user_of(request))
        place = reverse("api:application-annex-upload", args=[application_id, upload.pk])
        return Response(AnnexUploadShape(upload).data, status=201, headers=told(upload) | {"Location": place})

    def options(self, request: Any, *args: Any, **names: Any) -> Response:
        """What of tus is spoken here."""
        return Response(status=204, headers=able())


class AnnexUploadView(Tus):
    """One document on its way in; its offset makes a repeated call harmless, so no key is needed."""

    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called

    def get_parsers(self) -> list[Any]:
        sends = getattr(self.request, "method", None) == "PATCH"
        return [OffsetStreamParser()] if sends else [parser() for parser in BODILESS]

    @extend_schema(operation_id="annex_upload_read", parameters=[*OF_AN_UPLOAD], responses=AnnexUploadShape)
    def get(self, request: Request, application_id: UUID, annex_upload_id: UUID) -> Response:
        """How far a document is, what it became or why it was refused."""
        upload = self._own(request, application_id, annex_upload_id)
        shape = AnnexUploadShape(upload, context={"request": request})
        return Response(shape.data, headers=whole_told(upload))

    def head(self, request: Request, application_id: UUID, annex_upload_id: UUID) -> Response:
        """Where to go on. What was refused is gone (410), so that no client takes it for taken in."""
        upload = self._own(request, application_id, annex_upload_id)
        require_tus(request)
        if upload.state == AnnexUploadState.REFUSED:
            raise Refused
        return Response(headers=whole_told(upload))

    @extend_schema(
        operation_id="annex_upload_send",
        request={OFFSET_STREAM: OpenApiTypes.BINARY},
        parameters=[*TUS, *SENDING],
        responses={204: None},
    )
    def patch(self, request: Request, application_id: UUID, annex_upload_id: UUID) -> Response:
        """Send bytes from `Upload-Offset` on; with the last of them the document is looked at and taken in."""
        upload = self._own(request, application_id, annex_upload_id)
        require_tus(request)
        part = Part(offset(request), pieces(request), checksum(request))
        return Response(status=204, headers=told(receive_part(upload, part, by=user_of(request), at=now())))

    @extend_schema(operation_id="annex_upload_remove", parameters=[*TUS], responses={204: None})
    def delete(self, request: Request, application_id: UUID, annex_upload_id: UUID) -> Response:
        """Throw away what arrived (tus `termination`); refused for a document that is an annex already."""
        upload = self._own(request, application_id, annex_upload_id)
        require_tus(request)
        remove_annex_upload(upload, by=user_of(request))
        return Response(status=204)

    def options(self, request: Any, *args: Any, **names: Any) -> Response:
        """What of tus is spoken here."""
        return Response(status=204, headers=able())

    def _own(self, request: Request, application_id: UUID, annex_upload_id: UUID) -> AnnexUpload:
        return own_annex_upload(user_of(request), application_id, annex_upload_id)
