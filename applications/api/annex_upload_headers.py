"""The headers of a document sent in parts, as the OpenAPI document tells them."""

from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from accounts.api.openapi import HEADER
from applications.api.tus import ALGORITHMS, VERSION

COUNT: Final = {"type": "integer", "minimum": 0}


def asked(name: str, kind: object, text: str, *, required: bool = True, **more: object) -> OpenApiParameter:
    return OpenApiParameter(name, kind, HEADER, required=required, description=text, **more)  # type: ignore[arg-type]  # its names


def answered(name: str, kind: object, text: str, *on: int) -> OpenApiParameter:
    return OpenApiParameter(name, kind, HEADER, response=list(on), description=text)  # type: ignore[arg-type]  # a type or a schema


SPOKEN: Final = answered("Tus-Resumable", OpenApiTypes.STR, "The version of tus that is spoken.", 200, 201, 204)
TUS: Final = (asked("Tus-Resumable", OpenApiTypes.STR, "The version of tus.", enum=[VERSION]), SPOKEN)
REACHED: Final = answered("Upload-Offset", COUNT, "Bytes that arrived.", 200, 201, 204)
ENDING: Final = answered(
    "Upload-Expires",
    OpenApiTypes.STR,
    "When what arrived is thrown away.",
    200,
    201,
    204,
)
BECAME: Final = answered("Annex-Id", OpenApiTypes.UUID, "The annex, once the document is taken in.", 200, 204)
CREATING: Final = (
    asked("Upload-Length", COUNT, "The size of the file in bytes."),
    asked(
        "Upload-Metadata",
        OpenApiTypes.STR,
        "Keys, each with its value in base64, and commas between them: `slot` (as of an annex), `title`, `filename`;"
        " others are told back and mean nothing here.",
    ),
    REACHED,
    ENDING,
)
SENDING: Final = (
    asked("Upload-Offset", COUNT, "Where these bytes go; 409 when that is not where the file goes on."),
    asked(
        "Upload-Checksum",
        OpenApiTypes.STR,
        f"One of {', '.join(ALGORITHMS)}, a space and the digest of these bytes in base64; 460 when it differs.",
        required=False,
    ),
    REACHED,
    ENDING,
    BECAME,
)
OF_AN_UPLOAD: Final = (
    SPOKEN,
    REACHED,
    answered("Upload-Length", COUNT, "The size of the file in bytes.", 200),
    answered("Upload-Metadata", OpenApiTypes.STR, "What the client said of the file.", 200),
    ENDING,
    BECAME,
)
