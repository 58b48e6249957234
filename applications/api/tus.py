"""The headers of tus 1.0.0 (https://tus.io/protocols/resumable-upload), read with suspicion and written."""

import hashlib
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from typing import IO, Any, Final

from rest_framework.exceptions import APIException, UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from accounts.api.doors import Door
from accounts.errors import Invalid, sentence
from applications.errors import problem
from applications.pdf import PdfLimits
from applications.services.annex_uploads import Announced, Checksum

VERSION: Final = "1.0.0"
OFFSET_STREAM: Final = "application/offset+octet-stream"
ALGORITHMS: Final = ("sha1", "sha256")
ABLE: Final = {
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,expiration,checksum,termination",
    "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
}
OVERRIDE: Final = "X-HTTP-Method-Override"
MOST_DIGITS: Final = 15
MOST_METADATA: Final = 4000
BLOCK: Final = 64 * 1024


class OtherVersion(APIException):
    """The caller does not speak this version of tus; which ones are spoken stands in `Tus-Version`."""

    status_code = 412
    default_code = "tus-version"

    def __init__(self) -> None:
        super().__init__(sentence("tus-version", {}))


class ChecksumUnreadable(APIException):
    status_code = 400
    default_code = "checksum-unreadable"

    def __init__(self) -> None:
        super().__init__(sentence("checksum-unreadable", {"allowed": ", ".join(ALGORITHMS)}))


class Refused(APIException):
    """To a client that asks where to go on: nowhere, for the file was looked at and refused."""

    status_code = 410
    default_code = "annex-upload-refused"

    def __init__(self) -> None:
        super().__init__(sentence("annex-upload-refused", {}))


class OffsetStreamParser(BaseParser):
    """Leaves the body where it is: whoever looks for a token in it, as the authentication does, reads none of it."""

    media_type = OFFSET_STREAM

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        return {}


class Tus(Door):
    """Every answer says which tus is spoken; a client behind a narrow proxy may name its method in a header."""

    def dispatch(self, request: Any, *args: Any, **names: Any) -> Any:
        named = request.headers.get(OVERRIDE, "").upper()
        if request.method == "POST" and named in ("HEAD", "PATCH", "DELETE"):
            request.method = named
        answer = super().dispatch(request, *args, **names)
        answer["Tus-Resumable"] = VERSION
        if answer.status_code == OtherVersion.status_code:
            answer["Tus-Version"] = VERSION
        return answer


def able() -> dict[str, str]:
    """What `OPTIONS` answers."""
    return ABLE | {"Tus-Max-Size": str(PdfLimits().size)}


def require_tus(request: Request) -> None:
    if request.headers.get("Tus-Resumable", "").strip() != VERSION:
        raise OtherVersion


def announced(request: Request) -> Announced:
    """What the headers of a creation say. Raises Invalid with every header that cannot be read."""
    faults = []
    length, said = _bytes_in(request, "Upload-Length"), _metadata(request.headers.get("Upload-Metadata", ""))
    if length is None:
        faults.append(problem("/Upload-Length", "bytes-unreadable"))
    if said is None:
        faults.append(problem("/Upload-Metadata", "metadata-unreadable"))
    if length is None or said is None:
        raise Invalid(problems=faults)
    return Announced(
        slot=said.get("slot", ""),
        title=said.get("title", ""),
        file_name=said.get("filename", ""),
        length=length,
        metadata=request.headers.get("Upload-Metadata", ""),
        told=(*said, *said.values()),
    )


def offset(request: Request) -> int:
    found = _bytes_in(request, "Upload-Offset")
    if found is None:
        raise Invalid(problems=[problem("/Upload-Offset", "bytes-unreadable")])
    return found


def _bytes_in(request: Request, header: str) -> int | None:
    text = request.headers.get(header, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def _metadata(header: str) -> dict[str, str] | None:
    """`key base64,key base64`; a key may stand without a value. None for anything else."""
    if len(header) > MOST_METADATA:
        return None
    said: dict[str, str] = {}
    for pair in header.split(",") if header.strip() else ():
        key, _, value = pair.strip().partition(" ")
        text = _text(value)
        if not key or not key.isascii() or not key.isprintable() or key in said or text is None:
            return None
        said[key] = text
    return said


def _text(value: str) -> str | None:
    try:
        text = b64decode(value, validate=True).decode()
    except (NotBase64, ValueError):
        return None
    return None if "\0" in text else text


def checksum(request: Request) -> Checksum | None:
    """What the bytes of this call must add up to, if the caller says so. Raises ChecksumUnreadable."""
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _, value = header.strip().partition(" ")
    try:
        digest = b64decode(value, validate=True)
    except (NotBase64, ValueError) as error:
        raise ChecksumUnreadable from error
    if algorithm not in ALGORITHMS or len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise ChecksumUnreadable
    return Checksum(algorithm, digest)


def pieces(request: Request) -> Iterator[bytes]:
    """The body as it comes in, to its end or to where the connection breaks off. Raises UnsupportedMediaType."""
    if (request.content_type or "").partition(";")[0].strip().lower() != OFFSET_STREAM:
        raise UnsupportedMediaType(request.content_type or "")
    return _pieces(request)


def _pieces(request: Request) -> Iterator[bytes]:
    """Django reads nothing of a body without a length; the server knows where such a body ends."""
    raw: Any = request._request
    source = raw.environ["wsgi.input"] if raw.environ.get("HTTP_TRANSFER_ENCODING") else raw
    while True:
        try:
            piece: bytes = source.read(BLOCK)
        except OSError:
            return
        if not piece:
            return
        yield piece
