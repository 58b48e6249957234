"""The calls of tus that drf-spectacular leaves out: `HEAD`, where to go on, and `OPTIONS`, what is spoken."""

from typing import Any

from accounts.api.problems import TITLES
from applications.api.tus import able

COLLECTION = "/annex-uploads"
ONE = "/annex-uploads/{annex_upload_id}"
SILENT = (401, 403, 404, 406, 410, 412, 429, 503)
"""What may be wrong; an answer to `HEAD` has no body to say it in."""
SHARED = ("security", "tags")


def add_silent_calls(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """drf-spectacular's post-processing hook: both calls beside the ones they belong to."""
    for path, methods in result.get("paths", {}).items():
        if path.endswith((COLLECTION, ONE)):
            methods["options"] = _options(methods["get"], path.endswith(ONE))
        if path.endswith(ONE):
            methods["head"] = _head(methods["get"], methods["delete"])
    return result


def _head(reading: dict[str, Any], removing: dict[str, Any]) -> dict[str, Any]:
    told = {str(status): {"description": TITLES[status]} for status in SILENT}
    return {name: reading[name] for name in SHARED} | {
        "operationId": "annex_upload_offset",
        "description": "Where to go on, in `Upload-Offset`. A document that was refused is gone: 410.",
        "parameters": removing["parameters"],
        "responses": {"200": {"headers": reading["responses"]["200"]["headers"], "description": "How far it is."}}
        | told,
    }


def _options(reading: dict[str, Any], is_one: bool) -> dict[str, Any]:
    said = {name: {"schema": {"type": "string"}, "example": value} for name, value in able().items()}
    told = {str(status): {"description": TITLES[status]} for status in (401, 403, 406, 429, 503)}
    return {name: reading[name] for name in SHARED} | {
        "operationId": "annex_upload_abilities" if is_one else "annex_uploads_abilities",
        "description": "Which version and extensions of tus are spoken here, and how large a file may be.",
        "parameters": [each for each in reading["parameters"] if each["in"] == "path"],
        "responses": {"204": {"headers": said, "description": "No response body"}} | told,
    }
