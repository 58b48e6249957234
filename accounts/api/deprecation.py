"""How an endpoint that will go away says so in every answer, long before it does."""

from datetime import UTC, date, datetime, time
from typing import Any, ClassVar

from django.utils.http import http_date
from rest_framework.request import Request
from rest_framework.views import APIView


class Deprecated(APIView):
    """Every answer carries `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and a link to what takes its place.

    `deprecated_on` is the day from which clients should move, `gone_on` the first day on which it may be gone.
    """

    deprecated_on: ClassVar[date]
    gone_on: ClassVar[date]
    successor: ClassVar[str]

    def finalize_response(self, request: Request, response: Any, *args: Any, **names: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **names)
        answer["Deprecation"] = f"@{_midnight(self.deprecated_on)}"
        answer["Sunset"] = http_date(_midnight(self.gone_on))
        answer["Link"] = f'<{self.successor}>; rel="successor-version"'
        return answer


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time.min, UTC).timestamp())
