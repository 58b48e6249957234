"""A call that a client may send twice: with the same Idempotency-Key it has one effect and one answer."""

import hashlib
import json
from typing import Any, ClassVar, Final

from django.core.files.uploadedfile import UploadedFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http.response import HttpResponseBase
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import READING, user_of
from accounts.api.doors import Door
from accounts.api.preconditions import KeyRequired
from accounts.clock import now
from accounts.errors import Conflict, Invalid, Problem, sentence
from jobs.enums import Claim
from jobs.sealing import seal, unseal
from jobs.services import claim_key, store_response

HEADER: Final = "Idempotency-Key"
KEPT: Final = ("ETag", "Location")
MOST: Final = 255
SEALED: Final = "sealed"


class Replayed(APIException):  # named for the answer it gives
    """The request was answered before; the view gives that answer again."""

    def __init__(self, status: int, answered: dict[str, Any]) -> None:
        super().__init__()
        self.status_code, self.answered = status, answered


class Repeatable(Door):
    """A view whose unsafe methods honour `Idempotency-Key`; what they write and the answer are one transaction.

    The same client, key, address and content give the first answer again; another content is refused with 422. An
    answer of 400 or more writes nothing and leaves the key free, so that a corrected request may use it. `POST`
    asks for a key, 400 without, unless `key_is_due` says that what is asked happens once by itself.
    """

    repeatable: ClassVar = True
    key_is_due: ClassVar = True
    tells_a_secret: ClassVar = False
    """Whether the answer is kept sealed, for it holds what lies open nowhere else."""

    def dispatch(self, request: Any, *args: Any, **names: Any) -> HttpResponseBase:
        if request.method in READING or HEADER not in request.headers:
            return super().dispatch(request, *args, **names)
        with transaction.atomic():
            answer = super().dispatch(request, *args, **names)
            if answer.status_code >= 400:
                transaction.set_rollback(True)
        return answer

    def initial(self, request: Request, *args: Any, **names: Any) -> None:
        super().initial(request, *args, **names)
        if request.method in READING or HEADER not in request.headers:
            if request.method == "POST" and self.key_is_due:
                raise KeyRequired
            return
        key = request.headers[HEADER].strip()
        if not key or len(key) > MOST:
            raise KeyRequired
        self._claim(request, key)

    def _claim(self, request: Request, key: str) -> None:
        outcome = claim_key(client_id=str(user_of(request).pk), key=key, request_sha256=fingerprint(request), at=now())
        match outcome.claim:
            case Claim.REPLAY:
                raise Replayed(outcome.response_status or 200, _opened(outcome.response_body or {}))
            case Claim.MISMATCH:
                told = sentence("idempotency-key-reused", {})
                raise Invalid("idempotency-key-reused", problems=[Problem(f"/{HEADER}", "duplicate", told)])
            case Claim.IN_PROGRESS:
                raise Conflict("idempotency-key-in-progress")
        self._claimed = key

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, Replayed):
            headers = exc.answered.get("headers", {}) | {"Idempotency-Replayed": "true"}
            return Response(exc.answered.get("body"), status=exc.status_code, headers=headers)
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **names: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **names)
        key = getattr(self, "_claimed", None)
        if key is not None and answer.status_code < 400:
            kept = {name: answer[name] for name in KEPT if name in answer}
            body: dict[str, Any] = {"headers": kept, "body": getattr(answer, "data", None)}
            if self.tells_a_secret:
                body = {SEALED: seal(json.dumps(body, cls=DjangoJSONEncoder))}
            store_response(client_id=str(user_of(request).pk), key=key, status=answer.status_code, body=body)
        return answer


def _opened(kept: dict[str, Any]) -> dict[str, Any]:
    opened: dict[str, Any] = json.loads(unseal(kept[SEALED])) if SEALED in kept else kept
    return opened


def fingerprint(request: Request) -> str:
    """The sha256 of method, address and content; of a file its bytes count, not how the client wrapped them."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\0".encode())
    data = request.data
    if not hasattr(data, "lists"):
        digest.update(json.dumps(data, sort_keys=True, default=str).encode())
        return digest.hexdigest()
    for name, values in sorted(data.lists()):
        for value in values:
            digest.update(name.encode() + b"\0" + _bytes_of(value) + b"\0")
    return digest.hexdigest()


def _bytes_of(value: object) -> bytes:
    if not isinstance(value, UploadedFile):
        return str(value).encode()
    content = hashlib.sha256()
    for chunk in value.chunks():
        content.update(chunk)
    value.seek(0)
    return content.digest()
