"""Bytes over the interface: a stored file by its sha256, a published document that may be kept."""

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from accounts.api.preconditions import etag, is_known
from jobs.files import open_file

PDF = "application/pdf"
AN_HOUR = "public, max-age=3600"


class PdfRenderer(JSONRenderer):
    """Lets a client ask for a PDF; the view answers with the file, an error is a problem in JSON all the same."""

    media_type = PDF
    format = "pdf"


class TomlRenderer(JSONRenderer):
    media_type = "application/toml"
    format = "toml"


def stored_file(request: Request, sha256: str, *, name: str, content_type: str = PDF) -> HttpResponseBase:
    """A stored file as an attachment that no cache keeps; its ETag is the sha256 of its bytes."""
    if is_known(request, sha256):
        return HttpResponse(status=304, headers={"ETag": etag(sha256)})
    answer = FileResponse(open_file(sha256), as_attachment=True, filename=name, content_type=content_type)
    answer["ETag"] = etag(sha256)
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def published(request: Request, content: bytes, *, sha256: str, content_type: str) -> HttpResponse:
    """Bytes for everyone, which a cache may keep for an hour; 304 to who has them."""
    headers = {"ETag": etag(sha256), "Cache-Control": AN_HOUR}
    if is_known(request, sha256):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(content, content_type=content_type, headers=headers)
