"""The API's one door for errors: whatever is raised becomes `application/problem+json` (RFC 9457)."""

import errno
from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import JsonResponse, UnreadablePostError
from django.utils.translation import gettext_lazy as _
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework.exceptions import APIException, ParseError
from rest_framework.response import Response

from accounts.api.problems import MEDIA_TYPE, desk_problem, problem
from accounts.errors import SENTENCES, Conflict, DeskError, Invalid, Unavailable

TRIGGER_MARKS = ("pgtrigger:", "append-only")
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
SENTENCES["too-large"] = _("The body is larger than one call may be.")
SENTENCES["refused-by-database"] = _("The record can no longer be changed in this way.")
SENTENCES["storage-full"] = _(
    "There is no room for the file at the moment. Nothing of it is kept: send it again later."
)


def as_desk_error(error: Exception) -> DeskError | None:
    """A member of the family stands for itself; a refusal by a trigger of the database is a conflict.

    A disk that is full, wherever in a call that shows, is told as such: nothing is kept, so the call may come again.
    """
    if isinstance(error, DeskError):
        return error
    if isinstance(error, DatabaseError) and any(mark in str(error) for mark in TRIGGER_MARKS):
        return Conflict("refused-by-database")
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return Unavailable("storage-full")
    return None


class TooLarge(APIException):
    """More than one call may hold; refused before it is read."""

    status_code = 413
    default_code = "too-large"
    default_detail = SENTENCES["too-large"]


class ProblemFormatter(ExceptionFormatter):
    """What the framework itself raises: parse errors, missing tokens, unknown methods, serializers' faults."""

    def format_error_response(self, error_response: Any) -> dict[str, Any]:
        status, errors = self.exc.status_code, error_response.errors
        if error_response.type != "validation_error":
            return problem(status=status, code=str(errors[0].code).replace("_", "-"), detail=str(errors[0].detail))
        faults = [{"pointer": pointer(e.attr), "code": str(e.code), "message": str(e.detail)} for e in errors]
        return problem(status=422, code="invalid", detail=str(Invalid().message), problems=faults)


def pointer(attribute: str | None) -> str:
    """The JSON pointer of a serializer's path; the whole document is the empty pointer."""
    if not attribute or attribute == "non_field_errors":
        return ""
    return f"/{attribute.removesuffix('/non_field_errors')}"


class ProblemHandler(ExceptionHandler):
    def format_exception(self, exc: APIException) -> dict[str, Any]:
        return dict(ProblemFormatter(exc, self.context, self.exc).run())

    def get_response(self, exc: APIException, data: Mapping[str, Any]) -> Response:
        return Response(data, status=data["status"], headers=self.get_headers(exc), content_type=MEDIA_TYPE)


def as_api_error(error: Exception) -> Exception:
    """What Django raises of a body: too large to be read, or broken off before it was whole."""
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    return ParseError() if isinstance(error, UnreadablePostError) else error


def answer_problem(error: Exception, context: Any) -> Response | None:
    """Django REST framework's exception handler."""
    handler = ProblemHandler(as_api_error(error), context)
    if known := as_desk_error(error):
        handler.set_rollback()
        return Response(desk_problem(known), status=known.status, content_type=MEDIA_TYPE)
    answer: Response | None = handler.run()
    return answer


def problem_response(*, status: int, code: str, detail: str) -> JsonResponse:
    """The same body outside of the framework's views, such as for an unknown address under `/api/`."""
    return JsonResponse(problem(status=status, code=code, detail=detail), status=status, content_type=MEDIA_TYPE)
