"""The interface for machines under `/api/v1/`: the apps' endpoints, the token, the description of it all."""

from importlib.util import find_spec
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.tokens import DrawTokenView, EndTokenView
from config.api_reference import reference_page
from config.problems import problem_response

APPS = ("accounts", "jobs", "centres", "applications", "evaluation")


@csrf_exempt
@login_not_required
def unknown_address(request: HttpRequest, address: str) -> JsonResponse:
    return problem_response(status=404, code="not-found", detail=_("There is nothing at this address."))


class DocumentView(SpectacularJSONAPIView):
    """In English whatever language a client asks for: names and words of the document are one."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **names: Any) -> Response:
        with override("en"):
            answer: Response = super().get(request, *args, **names)  # type: ignore[no-untyped-call]  # has no types
        return answer


def with_endpoints(app: str) -> bool:
    return find_spec(f"{app}.api") is not None and find_spec(f"{app}.api.urls") is not None


endpoints: list[URLPattern | URLResolver] = [
    path("", include(f"{app}.api.urls")) for app in APPS if with_endpoints(app)
]

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("oauth/token", DrawTokenView.as_view(), name="token"),
    path("oauth/revoke", EndTokenView.as_view(), name="revoke"),
    path("docs", reference_page, name="docs"),
    path("schema", DocumentView.as_view(), name="schema"),
    *endpoints,
    re_path("^(?P<address>.*)$", unknown_address),
]
