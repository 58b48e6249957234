"""Re-scorings over the API: what other rules would have given. A simulation; no verdict changes."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django_filters import ChoiceFilter, FilterSet
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import HasScope, user_of
from accounts.api.doors import Door
from accounts.api.forms import Form
from accounts.api.lists import CURSOR, LIMIT, ListOf, Pages
from accounts.api.openapi import LOCATION
from accounts.api.preconditions import required_key
from accounts.api.shapes import Shape, moment
from accounts.clock import now
from accounts.enums import Scope
from accounts.errors import Invalid, NotAllowed, NotFound, Problem, sentence
from accounts.models import User
from accounts.policies import reads_all
from applications.models import Batch
from evaluation.api.rescoring_shapes import ReadRescoring, RescoringShape
from evaluation.board.findings import screen_language
from evaluation.enums import RescoringKind
from evaluation.models import RescoredBallot, RescoredFile, Rescoring
from evaluation.policies import may_request_rescoring
from evaluation.register import question_in_words, refusal_in_words
from evaluation.selectors.rescorings import ballots_of, rescorings_listed, rows_of
from evaluation.services.rescoring import question_of, request_rescoring
from evaluation.services.rescoring_questions import MOST_VALUES
from evaluation.simulation import Question
from jobs.services import enqueue

RESCORINGS = HasScope(Scope.EVALUATIONS_READ.value)
EXAMPLE = {"kind": "MINIMUM", "criterion": "C2", "needed": [80, 84, 88], "batch": "2026-07"}


class RescoringForm(Form[Rescoring]):
    """What is asked; of the fields only those of its kind count."""

    kind = serializers.ChoiceField(choices=RescoringKind.choices)
    version = serializers.CharField(required=False, max_length=20)
    on = serializers.DateField(required=False)
    reading = serializers.CharField(required=False, max_length=10)
    option = serializers.IntegerField(required=False, min_value=1, max_value=99)
    criterion = serializers.CharField(required=False, max_length=10)
    needed = serializers.ListField(child=serializers.IntegerField(), required=False, max_length=MOST_VALUES)
    batch = serializers.CharField(required=False, max_length=7)
    with_superseded = serializers.BooleanField(required=False, default=False)


def rescoring_json(rescoring: Rescoring) -> dict[str, Any]:
    """The resource as clients know it."""
    question = question_of(rescoring)
    return {
        "id": str(rescoring.pk),
        "simulation": True,
        "kind": rescoring.kind,
        "question": question_in_words(question, screen_language()),
        "version": question.version or None,
        "on": question.reference_on.isoformat() if question.reference_on else None,
        "reading": question.reading or None,
        "option": question.option,
        "criterion": question.criterion or None,
        "needed": list(question.values) or None,
        "batch": rescoring.batch.code if rescoring.batch else None,
        "with_superseded": rescoring.with_superseded,
        "requested_at": moment(rescoring.requested_at),
        "finished_at": moment(rescoring.finished_at),
        "state": rescoring.job.state,
        "progress": {"done": rescoring.job.progress_done, "total": rescoring.job.progress_total},
        "counts": rescoring.counts or None,
    }


def row_json(row: RescoredFile) -> dict[str, Any]:
    language = screen_language()
    return {
        "application": str(row.application_id),
        "reference": row.application.reference,
        "assessment": str(row.assessment_id) if row.assessment_id else None,
        "needed": row.value,
        "outcome_before": row.outcome_before,
        "outcome_after": row.outcome_after or None,
        "changes": {name: {"before": was, "after": then} for name, (was, then) in row.changes.items()},
        "cannot_be_judged": [{**each, "message": refusal_in_words(each, language)} for each in row.refused],
    }


def reader_of(request: Request) -> User:
    user = user_of(request)
    if not reads_all(user):
        raise NotAllowed
    return user


class ListedRescoring(RescoringShape, Shape):
    """One re-scoring of a list."""

    def to_representation(self, instance: Rescoring) -> dict[str, Any]:
        told = rescoring_json(instance)
        chosen: list[str] = list(self.fields.keys())
        return {name: told[name] for name in chosen}


class RescoringFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    kind = ChoiceFilter(choices=RescoringKind.choices)


class RescoringsView(ListOf):
    """What was asked of other rules, newest first."""

    serializer_class = ListedRescoring
    filterset_class = RescoringFilters
    queryset = Rescoring.objects.none()
    order: ClassVar = ("-requested_at", "-id")
    permission_classes = (RESCORINGS,)  # type: ignore[assignment]  # an instance that gives itself when called

    @extend_schema(
        operation_id="rescoring_create",
        request=RescoringForm,
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True), LOCATION],
        responses={202: OpenApiResponse(RescoringShape, description="The re-scoring, being worked out.")},
        examples=[OpenApiExample("a row of minima", value=EXAMPLE, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Ask what another version, date, reading or minimum would have given; the answer says where to follow it."""
        user = user_of(request)
        if not may_request_rescoring(user):
            raise NotAllowed
        key = required_key(request)
        form = RescoringForm(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        with transaction.atomic():
            rescoring, job = request_rescoring(
                _question(given),
                batch=_batch(given.get("batch")),
                with_superseded=given["with_superseded"],
                key=key,
                by=user,
                at=now(),
            )
            if job is not None:
                enqueue(job)
        location = reverse("api:rescoring", args=[rescoring.pk])
        return Response(rescoring_json(rescoring), status=202, headers={"Location": location})

    def get_queryset(self) -> QuerySet[Rescoring]:
        return rescorings_listed(reader_of(self.request))


def _question(given: dict[str, Any]) -> Question:
    kind = RescoringKind(given["kind"])
    match kind:
        case RescoringKind.VERSION:
            return Question(kind, version=given.get("version", ""))
        case RescoringKind.DATE:
            return Question(kind, reference_on=given.get("on"))
        case RescoringKind.READING:
            return Question(kind, reading=given.get("reading", ""), option=given.get("option"))
        case RescoringKind.MINIMUM:
            return Question(kind, criterion=given.get("criterion", ""), values=tuple(given.get("needed", ())))


def _batch(code: str | None) -> Batch | None:
    if code is None:
        return None
    known = {batch.code: batch for batch in Batch.objects.order_by("year", "half")}
    if code not in known:
        data: dict[str, object] = {"given": code, "known": ", ".join(known) or "?"}
        raise Invalid(
            "rescoring-batch", problems=[Problem("/batch", "value", sentence("rescoring-batch", data))], **data
        )
    return known[code]


class RescoringView(Door):
    """One re-scoring with its rows: every file before and after, page by page."""

    asks = (CURSOR, LIMIT)
    permission_classes = (RESCORINGS,)  # type: ignore[assignment]  # an instance that gives itself when called
    order: ClassVar = ("id",)

    @extend_schema(
        operation_id="rescoring_read",
        parameters=[OpenApiParameter(CURSOR, str), OpenApiParameter(LIMIT, int)],
        responses=ReadRescoring,
    )
    def get(self, request: Request, rescoring_id: UUID) -> Response:
        """One re-scoring with a page of its rows, as they were worked out; `next` leads to the following ones."""
        found = rescorings_listed(reader_of(request)).filter(pk=rescoring_id).first()
        if found is None:
            raise NotFound
        pages = Pages()
        rows = pages.paginate_queryset(rows_of(found, changed_only=False), request, view=self) or []
        body = rescoring_json(found) | {
            "rows": [row_json(row) for row in rows],
            "next": pages.get_next_link(),
            "previous": pages.get_previous_link(),
            "ballots": [ballot_json(row) for row in ballots_of(found)],
        }
        return Response(body)


def ballot_json(row: RescoredBallot) -> dict[str, Any]:
    return {
        "ballot": str(row.ballot_id),
        "reference": row.ballot.application.reference,
        "population": row.ballot.population,
        "outcome_before": row.outcome_before,
        "outcome_after": row.outcome_after,
    }
