"""Stored evaluations over the API: which there are, one with its whole tree, its receipt byte for byte."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters import CharFilter, ChoiceFilter, FilterSet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import HasScope, user_of
from accounts.api.doors import Door
from accounts.api.lists import ListOf
from accounts.api.openapi import ETAG, IF_NONE_MATCH
from accounts.api.preconditions import etag, is_known
from accounts.api.shapes import Shape, moment
from accounts.enums import Scope
from accounts.errors import NotFound
from accounts.models import User
from accounts.policies import is_holder
from applications.api.naming import named, of_round
from evaluation.api.trace_shapes import FindingShape, Receipt, TracedResolution
from evaluation.board.findings import screen_language
from evaluation.enums import Stage
from evaluation.models import ApplicationAssessment, SiteEvaluation
from evaluation.receipts import receipt_bytes
from evaluation.selectors.evaluations import (
    LARGE,
    Stored,
    assessments_readable_by,
    readable_evaluation,
    site_evaluations_readable_by,
)
from evaluation.trace.model import Trace
from evaluation.trace.sources import trace_of_stored

READ = HasScope(Scope.EVALUATIONS_READ.value)
SITE, APPLICATION = "site", "application"


class AppliedShape(Shape):
    """The version of the criteria that was applied; the sha256 is of its file."""

    id = serializers.CharField()
    version = serializers.CharField()
    sha256 = serializers.CharField()


class EvaluationShape(Shape):
    """One stored evaluation, of a site in a batch or of an application, without its findings."""

    id = serializers.UUIDField()
    kind = serializers.SerializerMethodField()
    batch = serializers.SerializerMethodField()
    site_number = serializers.SerializerMethodField()
    application = serializers.SerializerMethodField()
    stage = serializers.ChoiceField(choices=Stage.choices)
    populations = serializers.ListField(child=serializers.CharField())
    outcome = serializers.SerializerMethodField()
    criteria = serializers.SerializerMethodField()
    reference_on = serializers.DateField()
    vote_on = serializers.DateField(allow_null=True)
    evaluated_at = serializers.DateTimeField()
    receipt_sha256 = serializers.CharField()
    rules_sha256 = serializers.CharField()
    supersedes = serializers.UUIDField(source="supersedes_id", allow_null=True)

    def get_kind(self, row: Stored) -> str:
        return APPLICATION if isinstance(row, ApplicationAssessment) else SITE

    def get_batch(self, row: Stored) -> str | None:
        batch = row.application.batch if isinstance(row, ApplicationAssessment) else row.batch
        return batch.code if batch else None

    def get_site_number(self, row: Stored) -> str:
        return row.application.centre.site_number if isinstance(row, ApplicationAssessment) else row.centre.site_number

    def get_application(self, row: Stored) -> str | None:
        return row.application.reference if isinstance(row, ApplicationAssessment) else None

    def get_outcome(self, row: Stored) -> str | None:
        """Advice; none for a site, whose capacity is not assessed."""
        return row.outcome if isinstance(row, ApplicationAssessment) else None

    @extend_schema_field(AppliedShape)
    def get_criteria(self, row: Stored) -> dict[str, str]:
        return {"id": row.criteria_id, "version": row.criteria_version, "sha256": row.criteria_sha256}


class ReadEvaluation(EvaluationShape):
    """One evaluation as it stood; `about` and `facts` have the shape of the facts of a pre-check."""

    about = serializers.DictField()
    by_population = serializers.DictField(child=serializers.CharField())
    findings = FindingShape(many=True)
    resolutions = TracedResolution(many=True)
    superseded_by = serializers.UUIDField(allow_null=True)
    facts = serializers.DictField()


class EvaluationFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    """By round and site, or by the reference of an application."""

    kind = ChoiceFilter(choices=[(SITE, SITE), (APPLICATION, APPLICATION)], method="by_kind")
    application = CharFilter(method="by_application")
    batch = CharFilter(method="by_batch")
    site = CharFilter(method="by_site")

    def by_kind(self, found: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The view has chosen between the two already."""
        return found if (value == APPLICATION) is (found.model is ApplicationAssessment) else found.none()

    def by_application(self, found: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """``2026-07/0042``; anything else names nothing."""
        return named(found, value, above=_above(found)) if found.model is ApplicationAssessment else found.none()

    def by_batch(self, found: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return of_round(found, value, above=_above(found))

    def by_site(self, found: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return found.filter(**{f"{_above(found)}centre__site_number": value})


def _above(found: QuerySet[Any]) -> str:
    return "application__" if found.model is ApplicationAssessment else ""


class EvaluationsView(ListOf):
    """The evaluations that the client may see, newest first: of sites, or with `application` or `kind` of files."""

    permission_classes = (READ,)  # type: ignore[assignment]  # an instance that gives itself when called
    queryset = SiteEvaluation.objects.none()
    serializer_class = EvaluationShape
    filterset_class = EvaluationFilters
    order = ("-evaluated_at", "-id")

    def get_queryset(self) -> QuerySet[Any]:
        user, asked = reader_of(self.request), self.request.query_params
        if "application" in asked or asked.get("kind") == APPLICATION:
            rows = assessments_readable_by(user).select_related("application__batch", "application__centre")
            return rows.defer(*LARGE)
        return site_evaluations_readable_by(user).select_related("batch", "centre").defer(*LARGE)

    @extend_schema(
        operation_id="evaluation_list",
        parameters=[
            OpenApiParameter("application", str, description="A reference such as 2026-07/0042."),
            OpenApiParameter("batch", str, description="A round such as 2026-07."),
            OpenApiParameter("site", str, description="An establishment number."),
            OpenApiParameter("kind", str, enum=[SITE, APPLICATION]),
        ],
    )
    def get(self, request: Request, **names: Any) -> Response:
        return super().get(request, **names)


class EvaluationView(Door):
    """One evaluation as it stood: every finding with its law, inputs, persons and sub-findings."""

    permission_classes = (READ,)  # type: ignore[assignment]  # an instance that gives itself when called

    @extend_schema(operation_id="evaluation_read", parameters=[ETAG], responses=ReadEvaluation)
    def get(self, request: Request, evaluation_id: UUID) -> Response:
        """One evaluation with every finding, its law, inputs, persons and parts."""
        found = readable(request, evaluation_id)
        body = {**EvaluationShape(found).data, **trace_json(trace_of_stored(found, screen_language()))}
        body |= {"superseded_by": _superseded_by(found), "facts": found.facts}
        chosen = ReadEvaluation(found, context={"request": request}).fields
        return Response({name: body[name] for name in chosen}, headers={"ETag": etag(found.receipt_sha256)})


class EvaluationReceiptView(Door):
    """The receipt: canonical JSON of facts, criteria version and finding, the bytes that `verify_receipt` takes."""

    asks = ()
    permission_classes = (READ,)  # type: ignore[assignment]  # an instance that gives itself when called

    @extend_schema(
        operation_id="evaluation_receipt", parameters=[IF_NONE_MATCH, ETAG], responses={200: Receipt, 304: None}
    )
    def get(self, request: Request, evaluation_id: UUID) -> HttpResponse:
        """The receipt in canonical JSON (RFC 8785); its ETag is the sha256 of its bytes."""
        found = readable(request, evaluation_id)
        headers = {"ETag": etag(found.receipt_sha256)}
        if is_known(request, found.receipt_sha256):
            return HttpResponse(status=304, headers=headers)
        content = receipt_bytes(facts=found.facts, answered=found.answer)
        return HttpResponse(content, content_type="application/json", headers=headers)


def reader_of(request: Request) -> User:
    """Holders never get an evaluation: it names what others stated of the site."""
    user = user_of(request)
    if is_holder(user):
        raise NotFound
    return user


def readable(request: Request, pk: UUID) -> Stored:
    found = readable_evaluation(reader_of(request), pk)
    if found is None:
        raise NotFound
    return found


def _superseded_by(found: Stored) -> str | None:
    later = type(found).objects.filter(supersedes=found.pk).values_list("pk", flat=True).first()
    return str(later) if later else None


def trace_json(trace: Trace) -> dict[str, Any]:
    """The tree as JSON; words in the reader's language, sentences in all three."""
    told: dict[str, Any] = _plain(trace)
    return {name: told[name] for name in ("criteria", "about", "by_population", "findings", "resolutions")}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
