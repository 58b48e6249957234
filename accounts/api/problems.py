"""The body of an error for machines, `application/problem+json` (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from accounts.errors import DeskError, Invalid

MEDIA_TYPE = "application/problem+json"
TYPES = "/api/v1/problems/"
TITLES = {
    400: "The request cannot be read",
    401: "A token is needed",
    403: "Not allowed",
    404: "Not found",
    405: "This method is not known here",
    406: "No such representation",
    409: "Not possible in the present state",
    410: "No longer there",
    412: "A condition does not hold",
    413: "Too large",
    415: "This media type is not read here",
    422: "What was given has faults",
    428: "A condition is required",
    429: "Too many requests",
    460: "Other bytes than were sent",
    500: "A fault of the desk",
    503: "Not available at the moment",
}


def problem(*, status: int, code: str, detail: str, problems: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """The body: `type` and `title` stay the same for a kind of error, `detail` is in the reader's language."""
    title = TITLES[status] if status in TITLES else HTTPStatus(status).phrase
    body = {"type": f"{TYPES}{code}", "title": title, "status": status, "detail": detail, "code": code}
    return body if problems is None else body | {"problems": problems}


def desk_problem(error: DeskError) -> dict[str, Any]:
    faults = None
    if isinstance(error, Invalid):
        faults = [{"pointer": p.pointer, "code": p.code, "message": str(p.message)} for p in error.problems]
    return problem(status=error.status, code=error.code, detail=str(error.message), problems=faults)
