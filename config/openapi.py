"""What drf-spectacular cannot see: that every error is a problem, with one shape and one media type."""

from typing import Any

from accounts.api.problems import MEDIA_TYPE

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "An error as in RFC 9457.",
    "required": ["type", "title", "status", "detail", "code"],
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
REFERENCE = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
ALWAYS = {"401": "No valid token", "403": "Not allowed", "404": "Not found"}
WITH_BODY = {"400": "The request cannot be read", "409": "Not possible in the present state", "422": "Faults"}


def describe_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """drf-spectacular's post-processing hook: one `Problem` for every error of every operation."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    for methods in result.get("paths", {}).values():
        for method, operation in methods.items():
            answers = {code: item for code, item in operation["responses"].items() if not code.startswith(("4", "5"))}
            errors = ALWAYS | (WITH_BODY if method in {"post", "put", "patch", "delete"} else {})
            answers |= {code: {"description": text} | REFERENCE for code, text in errors.items()}
            operation["responses"] = dict(sorted(answers.items()))
    return result
