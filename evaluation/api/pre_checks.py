"""`POST /api/v1/pre-checks`: facts in, findings out; nothing is stored and nobody is remembered."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle

from accounts.api.authentication import HasScope
from accounts.api.doors import Door
from accounts.api.problems import desk_problem
from accounts.enums import Scope
from accounts.errors import Invalid, NotAllowed, Problem, sentence
from evaluation.api.pre_check_shapes import ANSWERS, FACTS
from evaluation.pre_checks import pre_check
from evaluation.selectors.rounds import Opened, opened_batches

MOST_FACTS = 1000
EXAMPLE = {
    "reference_on": "2026-07-31",
    "populations": ["ADULT"],
    "booked_years": [2022, 2023, 2024],
    "apheresis_site": "8000000071",
    "administration_site": "8000000071",
    "allografts": [{"year": 2022, "billed": {"470654": 0, "470665": 28}}],
}


class PreCheckView(Door):
    """Judge one site, or for clients with a token up to 1,000, against the criteria in force; nothing is saved."""

    permission_classes = (AllowAny,)
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "pre-checks"

    @extend_schema(
        operation_id="pre_check",
        request=FACTS,
        responses={200: OpenApiResponse(ANSWERS, description="The findings, or a list of {status, body}.")},
        examples=[OpenApiExample("one year known", value=EXAMPLE, request_only=True)],
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Judge facts, or with a token a list of them; nothing is stored and nobody is remembered."""
        if isinstance(request.data, list):
            self._require_batch_rights(request)
            opened = opened_batches()
            return Response([_listed(document, opened) for document in request.data])
        return Response(pre_check(request.data, opened=opened_batches()))

    def _require_batch_rights(self, request: Request) -> None:
        if request.auth is None:
            needed = Problem("", "type", sentence("list-without-token", {"scope": Scope.PRECHECKS_WRITE.value}))
            raise Invalid("facts-faulty", problems=[needed])
        allowed = HasScope(Scope.PRECHECKS_WRITE.value)
        if not allowed.has_permission(request, self):
            raise NotAllowed("scope-missing", scope=Scope.PRECHECKS_WRITE.value)
        if len(request.data) > MOST_FACTS:
            problem = Problem("", "value", sentence("too-many-facts", {"most": MOST_FACTS}))
            raise Invalid("too-many-facts", problems=[problem], most=MOST_FACTS)


def _listed(document: object, opened: Opened) -> Mapping[str, Any]:
    try:
        return {"status": 200, "body": pre_check(document, opened=opened)}
    except Invalid as invalid:
        return {"status": invalid.status, "body": desk_problem(invalid)}
