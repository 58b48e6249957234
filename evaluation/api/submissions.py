"""`POST /applications/{id}/submit`: the same way as the button of the browser."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import HasScope, user_of
from accounts.api.openapi import ETAG
from accounts.api.parsers import BODILESS
from accounts.api.preconditions import etag
from accounts.clock import now
from accounts.enums import Scope
from applications.api.shapes import ApplicationShape, application_json
from applications.selectors import own_application
from centres.api.repeatable import Repeatable
from evaluation.pipeline import submit_and_take_in


class SubmittedShape(ApplicationShape):
    """The application as filed, with what the holder should know."""

    warnings = serializers.ListField(child=serializers.CharField())


class SubmitView(Repeatable):
    """File a draft; the answer carries its reference and what the holder should know."""

    key_is_due = False
    parser_classes = BODILESS
    permission_classes = (HasScope(Scope.APPLICATIONS_WRITE.value),)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="application_submit", request=None, parameters=[ETAG], responses=SubmittedShape)
    def post(self, request: Request, application_id: UUID) -> Response:
        """File a draft; the answer carries its reference and what the holder should know."""
        application = own_application(user_of(request), application_id)
        submission = submit_and_take_in(application, by=user_of(request), at=now())
        filed = own_application(user_of(request), submission.application.pk)
        body = application_json(filed) | {"warnings": list(submission.warnings)}
        return Response(body, headers={"ETag": etag(filed.version)})
