"""What hangs below an upload: its faults, and what each of its rows does."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters import CharFilter, ChoiceFilter, FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import user_of
from accounts.api.lists import ListOf
from accounts.downloads import csv_response
from applications.api.file_renderers import CSVRenderer
from applications.api.upload_shapes import Listed, UploadProblemShape, UploadRowShape
from applications.api.uploads import UPLOADS
from applications.bulk.exports import problem_rows, told_problem, told_rows
from applications.enums import RowState
from applications.models import Upload, UploadProblem, UploadRow
from applications.selectors import own_upload


class ListedProblem(UploadProblemShape, Listed):
    """One fault of a list."""

    def tell(self, instance: UploadProblem) -> dict[str, Any]:
        return told_problem(instance)


class ListedRow(UploadRowShape, Listed):
    """One row of a list, as it was told for the whole page; only one of an application has an outcome."""


class UploadProblemFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    code = CharFilter()
    column = CharFilter()


class UploadRowFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    state = ChoiceFilter(choices=RowState.choices)


class UploadProblemsView(ListOf):
    """Every fault of an upload, paged as JSON or whole as CSV."""

    serializer_class = ListedProblem
    filterset_class = UploadProblemFilters
    queryset = UploadProblem.objects.none()
    order: ClassVar = ("row", "column", "code", "id")
    permission_classes = (UPLOADS,)  # type: ignore[assignment]  # an instance that gives itself when called
    renderer_classes = (JSONRenderer, CSVRenderer)

    @extend_schema(
        operation_id="upload_problems",
        responses={(200, "application/json"): ListedProblem(many=True), (200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, upload_id: UUID) -> Response | HttpResponse:  # type: ignore[override]  # or a file
        if request.accepted_media_type == CSVRenderer.media_type:
            upload = own_upload(user_of(request), upload_id)
            return csv_response(problem_rows(upload), file_name=f"problems-{upload.pk}.csv")
        return super().get(request)

    def get_queryset(self) -> QuerySet[UploadProblem]:
        return own_upload(user_of(self.request), self.kwargs["upload_id"]).problems.all()


class UploadRowsView(ListOf):
    """What each row will do, or did; a row of an application says what its outcome would be, as advice."""

    serializer_class = ListedRow
    filterset_class = UploadRowFilters
    queryset = UploadRow.objects.none()
    order: ClassVar = ("row",)
    permission_classes = (UPLOADS,)  # type: ignore[assignment]  # an instance that gives itself when called

    @extend_schema(operation_id="upload_rows", responses=ListedRow(many=True))
    def get(self, request: Request, upload_id: UUID) -> Response:  # type: ignore[override]  # its name in the address
        upload: Upload = own_upload(user_of(request), upload_id)
        rows = self.paginate_queryset(self.filter_queryset(upload.rows.all())) or []
        return self.get_paginated_response(self.get_serializer(told_rows(upload, rows), many=True).data)
