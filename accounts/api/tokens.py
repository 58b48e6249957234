"""Where a client draws a token with its secret, and ends one; how often one address may try is bounded."""

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Any
from urllib.parse import unquote_to_bytes

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import RevokeTokenView, TokenView

from accounts.api.problems import MEDIA_TYPE, problem
from accounts.api.throttles import DrawnTooOften

UNREADABLE = {"error": "invalid_request"}


class Bounded:
    """Every try costs a slow hash: beyond the limit of an address 429 with `Retry-After`, before anything is hashed."""

    @method_decorator([csrf_exempt, login_not_required])
    def dispatch(self, request: HttpRequest, *args: Any, **names: Any) -> HttpResponseBase:
        limit = DrawnTooOften()
        if not limit.allow_request(request, None):  # type: ignore[arg-type]  # asks only whence the call comes
            return _too_often(limit.wait())
        if _is_unreadable(request):
            return JsonResponse(UNREADABLE, status=400)
        answer: HttpResponseBase = super().dispatch(request, *args, **names)  # type: ignore[misc]  # the view beside it
        return answer

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **names: Any) -> HttpResponse:
        """Not OAuth's to word, so a problem as everywhere."""
        told = problem(status=405, code="method-not-allowed", detail=_("This address is only posted to."))
        return JsonResponse(told, status=405, content_type=MEDIA_TYPE, headers={"Allow": "POST, OPTIONS"})


class DrawTokenView(Bounded, TokenView):  # type: ignore[misc]  # no types in django-oauth-toolkit
    """Client credentials only: whatever else is asked for is an unsupported grant."""

    def post(self, request: HttpRequest, *args: Any, **names: Any) -> HttpResponse:
        answer: HttpResponse = self.authorization_flow_token_response(request)
        return answer


class EndTokenView(Bounded, RevokeTokenView):  # type: ignore[misc]  # no types in django-oauth-toolkit
    """A client ends a token of its own; for any other the answer is the same 200, and nothing happens."""


def _too_often(wait: float | None) -> HttpResponse:
    told = problem(status=429, code="throttled", detail=_("Too many tries. Come back later."))
    seconds = str(max(1, round(wait or 60)))
    return JsonResponse(told, status=429, content_type=MEDIA_TYPE, headers={"Retry-After": seconds})


def _is_unreadable(request: HttpRequest) -> bool:
    """No text of the database holds a NUL, wherever the client names itself; a header in Base64 is ASCII."""
    kind, _space, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic" and (not given.isascii() or b"\0" in unquote_to_bytes(_decoded(given))):
        return True
    return any("\0" in text for name, values in request.POST.lists() for text in (name, *values))


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text)
    except NotBase64:
        return b""
