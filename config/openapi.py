"""What drf-spectacular cannot see: that every error is a problem, with one shape and one media type."""

from typing import Any

from accounts.api.problems import MEDIA_TYPE, TITLES, problem

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "An error as in RFC 9457.",
    "required": ["type", "title", "status", "detail", "code"],
    "examples": [
        {
            "type": "/api/v1/problems/invalid",
            "title": "What was given has faults",
            "status": 422,
            "detail": "Some of what was given is not right.",
            "code": "invalid",
            "problems": [{"pointer": "/site_number", "code": "unknown_site", "message": "This site is not known."}],
        }
    ],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "Stable per kind of error."},
        "title": {"type": "string", "description": "Stable, in English."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "In the language of the request."},
        "code": {"type": "string", "description": "Stable per kind of error."},
        "problems": {
            "type": "array",
            "description": "Every fault in what was given; only for 422.",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer; empty for the whole document."},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
SCHEMA = {"$ref": "#/components/schemas/Problem"}
ALWAYS = (400, 401, 403, 404, 406, 409, 422, 429, 503)
WITH_BODY = (413, 415)
"""Also where no body is read: one may be sent along."""
BY_PARAMETER = {
    "If-Match": (412, 428),
    "Tus-Resumable": (412,),
    "Upload-Length": (413,),
    "Upload-Checksum": (460,),
}
WAIT = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
WHO = {"WWW-Authenticate": {"description": "What was wrong with the token.", "schema": {"type": "string"}}}
HEADERS = {401: {"headers": WHO}, 429: {"headers": WAIT}}
CODES = {
    400: "parse-error",
    401: "not-authenticated",
    403: "not-allowed",
    404: "not-found",
    406: "not-acceptable",
    409: "refused-by-database",
    410: "annex-upload-refused",
    412: "precondition-failed",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid",
    428: "precondition-required",
    429: "throttled",
    460: "checksum-differs",
    503: "unavailable",
}
"""One code of each status, for the examples; all of them are in the reference of errors."""
STRICT = "FormRequest"
"""How the shapes of bodies end; what they do not know is refused."""
METHODS = ("get", "post", "put", "patch", "delete")


def describe_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """drf-spectacular's post-processing hook: one `Problem` for every error that an operation can answer."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    for name, schema in schemas.items():
        if name.endswith(STRICT):
            schema["additionalProperties"] = False
    for methods in result.get("paths", {}).values():
        for method, operation in methods.items():
            if method in METHODS:
                _describe(operation, sends=method != "get")
            operation["summary"] = summary_of(operation["description"])
    return result


def summary_of(description: str) -> str:
    """The first clause: what is done, without what else there is to know of it."""
    first = description.strip().partition("\n")[0]
    for end in (". ", "; ", ": "):
        first = first.partition(end)[0]
    return first.rstrip(".")


def _describe(operation: dict[str, Any], *, sends: bool) -> None:
    answers = {code: item for code, item in operation["responses"].items() if not code.startswith(("4", "5"))}
    for status in (*_statuses(operation), *(WITH_BODY if sends else ())):
        content = {MEDIA_TYPE: {"schema": SCHEMA, "example": problem_example(status)}}
        answers[str(status)] = {"description": TITLES[status], "content": content} | HEADERS.get(status, {})
    operation["responses"] = dict(sorted(answers.items()))


def problem_example(status: int) -> dict[str, Any]:
    if status == 422:
        return dict(PROBLEM["examples"][0])
    code = CODES[status]
    return problem(status=status, code=code, detail=f"{TITLES[status]}.")


def _statuses(operation: dict[str, Any]) -> list[int]:
    asked = {parameter["name"] for parameter in operation.get("parameters", ())}
    more = {status for name in asked for status in BY_PARAMETER.get(str(name), ())}
    return [*ALWAYS, *more]
