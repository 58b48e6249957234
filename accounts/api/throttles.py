"""How often one token may call; the count is fair, not exact, for it is kept in the cache of the database."""

from typing import TYPE_CHECKING, Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView


class PerAddress(SimpleRateThrottle):
    """Calls from one network address, whoever they say they are."""

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        return f"throttle-{self.scope}-{self.get_ident(request)}"


class DrawnTooOften(PerAddress):
    """Tries to draw or end a token with a client's secret."""

    scope = "tokens"


class RefusedTooOften(PerAddress):
    """Calls with a token that is none; one that holds is never counted here."""

    scope = "refused-tokens"


class PerClient(SimpleRateThrottle):
    """Calls of one API client with all its tokens together; beyond them 429 with `Retry-After`."""

    scope = "client"

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        token: Any = request.auth
        return None if token is None else f"throttle-client-{token.application_id}"
