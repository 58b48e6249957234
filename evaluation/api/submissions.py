"""`POST /applications/{id}/submit`: the same way as the button of the browser."""

from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import HasScope, user_of
from accounts.api.parsers import BODILESS
from accounts.api.preconditions import etag
from accounts.clock import now
from accounts.enums import Scope
from applications.api.shapes import application_json
from applications.selectors import own_application
from centres.api.repeatable import Repeatable
from evaluation.pipeline import submit_and_take_in


class SubmitView(Repeatable):
    """File a draft; the answer carries its reference and what the holder should know."""

    parser_classes = BODILESS
    permission_classes = (HasScope(Scope.APPLICATIONS_WRITE.value),)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="application_submit", request=None, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, application_id: UUID) -> Response:
        application = own_application(user_of(request), application_id)
        submission = submit_and_take_in(application, by=user_of(request), at=now())
        filed = own_application(user_of(request), submission.application.pk)
        body = application_json(filed) | {"warnings": list(submission.warnings)}
        return Response(body, headers={"ETag": etag(filed.version)})
