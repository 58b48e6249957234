"""The API's one door for errors: whatever is raised becomes `application/problem+json` (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError
from django.http import JsonResponse
from django.utils.translation import gettext_lazy as _
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from accounts.errors import SENTENCES, Conflict, DeskError, Invalid

MEDIA_TYPE = "application/problem+json"
TYPES = "/api/v1/problems/"
TRIGGER_MARKS = ("pgtrigger:", "append-only")
SENTENCES["refused-by-database"] = _("The record can no longer be changed in this way.")
TITLES = {
    400: "The request cannot be read",
    401: "A token is needed",
    403: "Not allowed",
    404: "Not found",
    405: "This method is not known here",
    406: "No such representation",
    409: "Not possible in the present state",
    412: "Changed in the meantime",
    413: "Too large",
    415: "This media type is not read here",
    422: "What was given has faults",
    428: "A condition is required",
    429: "Too many requests",
    500: "A fault of the desk",
    503: "Not available at the moment",
}


def problem(*, status: int, code: str, detail: str, problems: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """The body: `type` and `title` stay the same for a kind of error, `detail` is in the reader's language."""
    title = TITLES.get(status, HTTPStatus(status).phrase)
    body = {"type": f"{TYPES}{code}", "title": title, "status": status, "detail": detail, "code": code}
    return body if problems is None else body | {"problems": problems}


def desk_problem(error: DeskError) -> dict[str, Any]:
    faults = None
    if isinstance(error, Invalid):
        faults = [{"pointer": p.pointer, "code": p.code, "message": str(p.message)} for p in error.problems]
    return problem(status=error.status, code=error.code, detail=str(error.message), problems=faults)


def as_desk_error(error: Exception) -> DeskError | None:
    """A member of the family stands for itself; a refusal by a trigger of the database is a conflict."""
    if isinstance(error, DeskError):
        return error
    if isinstance(error, DatabaseError) and any(mark in str(error) for mark in TRIGGER_MARKS):
        return Conflict("refused-by-database")
    return None


class ProblemFormatter(ExceptionFormatter):
    """What the framework itself raises: parse errors, missing tokens, unknown methods, serializers' faults."""

    def format_error_response(self, error_response: Any) -> dict[str, Any]:
        status, errors = self.exc.status_code, error_response.errors
        if error_response.type != "validation_error":
            return problem(status=status, code=str(errors[0].code).replace("_", "-"), detail=str(errors[0].detail))
        faults = [{"pointer": pointer(e.attr), "code": str(e.code), "message": str(e.detail)} for e in errors]
        return problem(status=422, code="invalid", detail=str(Invalid().message), problems=faults)


def pointer(attribute: str | None) -> str:
    """The JSON pointer of a serializer's dotted path; the whole document is the empty pointer."""
    if not attribute or attribute == "non_field_errors":
        return ""
    return "/" + attribute.removesuffix(".non_field_errors").replace(".", "/")


class ProblemHandler(ExceptionHandler):
    def format_exception(self, exc: APIException) -> dict[str, Any]:
        return dict(ProblemFormatter(exc, self.context, self.exc).run())

    def get_response(self, exc: APIException, data: Mapping[str, Any]) -> Response:
        return Response(data, status=data["status"], headers=self.get_headers(exc), content_type=MEDIA_TYPE)


def answer_problem(error: Exception, context: Any) -> Response | None:
    """Django REST framework's exception handler."""
    handler = ProblemHandler(error, context)
    if known := as_desk_error(error):
        handler.set_rollback()
        return Response(desk_problem(known), status=known.status, content_type=MEDIA_TYPE)
    answer: Response | None = handler.run()
    return answer


def problem_response(*, status: int, code: str, detail: str) -> JsonResponse:
    """The same body outside of the framework's views, such as for an unknown address under `/api/`."""
    return JsonResponse(problem(status=status, code=code, detail=detail), status=status, content_type=MEDIA_TYPE)
