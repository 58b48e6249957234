"""A file as it stands: live while its round is in review, as stored once it was assessed."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.doors import Door
from evaluation.api.access import READ, filed, reader
from evaluation.api.evaluations import AppliedShape, trace_json
from evaluation.api.trace_shapes import FindingShape, TracedResolution
from evaluation.board.findings import screen_language
from evaluation.board.traces import trace_of_application
from evaluation.selectors import current_assessment


class StandingEvaluation(serializers.Serializer[Any]):
    """The findings on a file, with the stored assessment they are of; null while closing the round would make it."""

    assessment = serializers.UUIDField(allow_null=True)
    criteria = AppliedShape()
    about = serializers.DictField()
    outcome = serializers.CharField(help_text="Advice, no decision.")
    by_population = serializers.DictField(child=serializers.CharField())
    findings = FindingShape(many=True)
    resolutions = TracedResolution(many=True)


class StandingView(Door):
    asks = ()
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="application_evaluation", responses=StandingEvaluation)
    def get(self, request: Request, application_id: UUID) -> Response:
        """Every finding on a file as closing the round now would make it or, once stored, as it was made."""
        application = filed(reader(request), application_id)
        assessment = current_assessment(application)
        trace = trace_of_application(application, screen_language())
        told = {"assessment": str(assessment.pk) if assessment else None, "outcome": trace.outcome}
        return Response(told | trace_json(trace))
