"""Bulk uploads over the API: `/uploads` and what hangs below it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django_filters import CharFilter, ChoiceFilter, FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import HasScope, user_of
from accounts.api.doors import AS_FILE, Door
from accounts.api.forms import Form
from accounts.api.lists import ListOf
from accounts.api.openapi import ETAG, IF_MATCH, LOCATION
from accounts.api.parsers import BODILESS
from accounts.api.preconditions import etag, require_match, required_key
from accounts.api.shapes import moment
from accounts.clock import now
from accounts.downloads import csv_response, file_response
from accounts.enums import Scope
from accounts.errors import Invalid, NotAllowed, NotFound, Problem, sentence
from applications.api.file_renderers import CSVRenderer, XLSXRenderer
from applications.api.upload_shapes import Listed, UploadShape
from applications.bulk import workbooks
from applications.bulk.exports import template_rows
from applications.bulk.kinds import KINDS
from applications.enums import UploadKind, UploadState
from applications.errors import TooLarge
from applications.models import Upload
from applications.selectors import own_upload
from applications.services.uploads import Sent, order_commit, receive_upload
from jobs.services import enqueue

SANDBOX_SAID = "`true`: checked and previewed, never committed."
UPLOADS = HasScope(Scope.UPLOADS_WRITE.value)


class UploadForm(Form[Upload]):
    kind = serializers.ChoiceField(choices=sorted(KINDS))
    file = serializers.FileField(allow_empty_file=True)
    delivered_on = serializers.DateField(required=False)
    source = serializers.CharField(required=False, max_length=200)  # type: ignore[assignment]  # the contract's name
    on_ready = serializers.ChoiceField(choices=["commit"], required=False)


def upload_json(upload: Upload) -> dict[str, Any]:
    """The resource as clients know it."""
    return {
        "id": str(upload.pk),
        "kind": upload.kind,
        "state": upload.state,
        "sha256": upload.sha256,
        "rows": {
            "total": upload.rows_total,
            "new": upload.rows_new,
            "changed": upload.rows_changed,
            "unchanged": upload.rows_unchanged,
            "faulty": upload.rows_faulty,
        },
        "progress": {"done": upload.progress_done, "total": upload.progress_total},
        "problems_url": reverse("api:upload-problems", args=[upload.pk]),
        "created_at": moment(upload.created_at),
        "committed_at": moment(upload.committed_at),
        "earlier": str(upload.earlier_id) if upload.earlier_id else None,
        "sandbox": upload.sandbox,
        "delivered_on": upload.delivered_on.isoformat() if upload.delivered_on else None,
        "source": upload.source,
    }


def answer(upload: Upload, status: int = 200) -> Response:
    headers = {"ETag": etag(upload.version)}
    if status == 202:
        headers["Location"] = reverse("api:upload", args=[upload.pk])
    return Response(upload_json(upload), status=status, headers=headers)


class ListedUpload(UploadShape, Listed):
    """One upload of a list."""

    def tell(self, instance: Upload) -> dict[str, Any]:
        return upload_json(instance)


class UploadFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    kind = ChoiceFilter(choices=UploadKind.choices)
    state = ChoiceFilter(choices=UploadState.choices)
    sha256 = CharFilter()


class UploadsView(ListOf):
    """The uploads of the client's holder or service, newest first."""

    serializer_class = ListedUpload
    filterset_class = UploadFilters
    queryset = Upload.objects.none()
    permission_classes = (UPLOADS,)  # type: ignore[assignment]  # an instance that gives itself when called
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="upload_create",
        request={"multipart/form-data": UploadForm},
        parameters=[
            OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True),
            OpenApiParameter("X-Sandbox", bool, OpenApiParameter.HEADER, description=SANDBOX_SAID),
            LOCATION,
            ETAG,
        ],
        responses={202: OpenApiResponse(UploadShape, description="The upload, being checked.")},
    )
    def post(self, request: Request) -> Response:
        """Send a file of rows; it is checked in the background and committed by a second call."""
        if not any(kind.role == user_of(request).role for kind in KINDS.values()):
            raise NotAllowed
        key = required_key(request)
        sent = sent_by(request)
        with transaction.atomic():
            upload, job = receive_upload(sent, key=key, by=user_of(request), at=now())
            if job is not None:
                enqueue(job)
        return answer(upload, 202)

    def get_queryset(self) -> QuerySet[Upload]:
        return Upload.objects.visible_to(user_of(self.request))


def sent_by(request: Request) -> Sent:
    form = UploadForm(data=request.data)
    form.is_valid(raise_exception=True)
    given = form.validated_data
    if given["file"].size > settings.CART_UPLOAD_BYTES:
        raise TooLarge("upload-too-large", limit=settings.CART_UPLOAD_BYTES // 1024 // 1024)
    return Sent(
        kind=given["kind"],
        file_name=given["file"].name,
        content=given["file"].read(),
        delivered_on=given.get("delivered_on"),
        source=given.get("source", ""),
        on_ready_commit=given.get("on_ready") == "commit",
        sandbox=_asks_sandbox(request),
    )


def _asks_sandbox(request: Request) -> bool:
    """A misspelt wish is refused: taken for no, it could write what was only to be tried."""
    asked = request.headers.get("X-Sandbox", "false").strip().lower()
    if asked not in ("true", "false"):
        raise Invalid("sandbox-unclear", problems=[Problem("/X-Sandbox", "value", sentence("sandbox-unclear", {}))])
    return asked == "true"


class UploadView(Door):
    """One upload: its state, its counts, how far it is."""

    asks = ()
    permission_classes = (UPLOADS,)  # type: ignore[assignment]  # an instance that gives itself when called

    @extend_schema(operation_id="upload_read", parameters=[ETAG], responses=UploadShape)
    def get(self, request: Request, upload_id: UUID) -> Response:
        return answer(own_upload(user_of(request), upload_id))


class UploadCommitView(Door):
    """Write every row of a checked upload, all or nothing."""

    parser_classes = BODILESS
    permission_classes = (UPLOADS,)  # type: ignore[assignment]  # an instance that gives itself when called

    @extend_schema(
        operation_id="upload_commit",
        request=None,
        parameters=[IF_MATCH, ETAG, LOCATION],
        responses={202: OpenApiResponse(UploadShape, description="The upload, being committed.")},
    )
    def post(self, request: Request, upload_id: UUID) -> Response:
        upload = own_upload(user_of(request), upload_id)
        require_match(request, upload.version)
        with transaction.atomic():
            enqueue(order_commit(upload, by=user_of(request), at=now()))
        upload.refresh_from_db()
        return answer(upload, 202)


class UploadTemplateView(Door):
    """A file of a kind to fill in: the header and one example; the workbook says what each column asks.

    The ending of the address says which file, else ``format``, else ``Accept``; without any of these it is CSV.
    """

    asks = AS_FILE
    permission_classes = (UPLOADS,)  # type: ignore[assignment]  # an instance that gives itself when called
    renderer_classes = (CSVRenderer, XLSXRenderer, JSONRenderer)

    @extend_schema(
        operation_id="upload_template",
        parameters=[
            OpenApiParameter(
                "kind", str, OpenApiParameter.PATH, description="One of the kinds, also with `.csv` or `.xlsx`."
            ),
            OpenApiParameter("format", str, enum=["csv", "xlsx"]),
        ],
        responses={(200, "text/csv"): OpenApiTypes.STR, (200, workbooks.MEDIA_TYPE): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, kind: str) -> HttpResponse:
        name, _, ending = kind.partition(".")
        asked = ending or request.accepted_renderer.format
        if name not in KINDS or ending not in ("", "csv", "xlsx"):
            raise NotFound("upload-unknown-kind")
        if asked == "xlsx":
            return file_response(
                workbooks.template_workbook(name), media_type=workbooks.MEDIA_TYPE, file_name=f"{name}.xlsx"
            )
        return csv_response(template_rows(name), file_name=f"{name}.csv")
