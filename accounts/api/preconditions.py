"""Lost updates and repeated calls: what the headers of an unsafe call must say."""

import hashlib
import json

from django.core.serializers.json import DjangoJSONEncoder
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from accounts.errors import SENTENCES


class PreconditionRequired(APIException):  # named for the answer it gives
    status_code = 428
    default_code = "precondition-required"
    default_detail = SENTENCES["if-match-missing"]


class PreconditionFailed(APIException):  # named for the answer it gives
    status_code = 412
    default_code = "precondition-failed"
    default_detail = SENTENCES["if-match-stale"]


class KeyRequired(APIException):  # named for the answer it gives
    status_code = 400
    default_code = "idempotency-key-missing"
    default_detail = SENTENCES["idempotency-key-missing"]


def etag(version: int | str) -> str:
    """The strong entity tag of a resource at one version, or of bytes with this sha256."""
    return f'"{version}"'


def version_told(told: object) -> str:
    """The sha256 of what is told of a resource: whatever changes of it changes its ETag."""
    return hashlib.sha256(json.dumps(told, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()


def require_match(request: Request, version: int | str) -> None:
    """428 without ``If-Match``, 412 when it names another version than the present one."""
    given = request.headers.get("If-Match")
    if given is None:
        raise PreconditionRequired
    if etag(version) not in [tag.strip() for tag in given.split(",")] and given.strip() != "*":
        raise PreconditionFailed


def required_key(request: Request) -> str:
    """The client's Idempotency-Key, at most 255 characters."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key or len(key) > 255:
        raise KeyRequired
    return key


def is_known(request: Request, version: int | str) -> bool:
    """Whether the reader has this version already, so that 304 says enough."""
    given = request.headers.get("If-None-Match", "")
    return given.strip() == "*" or etag(version) in [tag.strip().removeprefix("W/") for tag in given.split(",")]
