"""The Minister's decisions: read by whom they concern, recorded by the secretariat; nothing is listed otherwise."""

from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django_filters import BooleanFilter
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import user_of
from accounts.api.doors import Door
from accounts.api.forms import Form
from accounts.api.lists import ListOf
from accounts.api.openapi import LOCATION
from accounts.api.shapes import Shape
from accounts.clock import now
from accounts.errors import Invalid, NotFound
from accounts.models import User
from accounts.policies import is_holder
from applications.errors import problem
from applications.models import Application
from centres.api.repeatable import Repeatable
from evaluation.api.access import FILES, clerk
from evaluation.api.ballots import POPULATION, ByRound
from evaluation.models import MinisterialDecision
from evaluation.pipeline import order_register_anew
from evaluation.services.decisions import record_ministerial_decision


class DecisionShape(Shape):
    """What the Minister decided on one population of an application; the proposal is told inside only."""

    id = serializers.UUIDField()
    application = serializers.UUIDField(source="application_id")
    reference = serializers.CharField(source="application.reference")
    population = serializers.ChoiceField(**POPULATION)  # type: ignore[arg-type]  # one dict of keywords
    admits = serializers.BooleanField()
    decision_reference = serializers.CharField(source="reference")
    decided_on = serializers.DateField()
    published_on = serializers.DateField()
    effective_on = serializers.DateField()
    reasons = serializers.CharField(allow_blank=True)
    proposal = serializers.SerializerMethodField()
    deviates = serializers.SerializerMethodField()
    condition_due_on = serializers.DateField(source="listing.condition_due_on", default=None, allow_null=True)

    @extend_schema_field({"type": ["string", "null"], "format": "uuid"})
    def get_proposal(self, row: MinisterialDecision) -> str | None:
        return str(row.proposal_id) if row.proposal_id and self._is_inside else None

    @extend_schema_field({"type": ["boolean", "null"]})
    def get_deviates(self, row: MinisterialDecision) -> bool | None:
        return row.deviates if self._is_inside else None

    @property
    def _is_inside(self) -> bool:
        request = self.context.get("request")
        return request is not None and not is_holder(user_of(request))


class DecisionFilters(ByRound):
    admits = BooleanFilter()


class DecisionRecordForm(Form[MinisterialDecision]):
    """Reasons are due when it departs from the proposal or there is none; the days are in order."""

    application = serializers.UUIDField()
    population = serializers.ChoiceField(**POPULATION)  # type: ignore[arg-type]  # one dict of keywords
    admits = serializers.BooleanField()
    decision_reference = serializers.CharField(max_length=100)
    decided_on = serializers.DateField()
    published_on = serializers.DateField()
    effective_on = serializers.DateField(help_text="From this day on, and not before, the site is on the list.")
    reasons = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")


def decisions(user: User) -> QuerySet[MinisterialDecision]:
    return MinisterialDecision.objects.visible_to(user).select_related("application__batch", "listing")


class DecisionsView(ListOf, Repeatable):
    """The Minister's decisions on files that the caller sees, newest first; a holder reads those on its own."""

    permission_classes = (FILES,)  # type: ignore[assignment]  # gives itself when called
    serializer_class = DecisionShape
    filterset_class = DecisionFilters
    queryset = MinisterialDecision.objects.none()
    order: ClassVar = ("-decided_on", "-id")

    def get_queryset(self) -> QuerySet[MinisterialDecision]:
        return decisions(user_of(self.request))

    @extend_schema(
        operation_id="decision_record",
        request=DecisionRecordForm,
        parameters=[LOCATION],
        responses={201: DecisionShape},
    )
    def post(self, request: Request) -> Response:
        """Record what the Minister decided on one population; what it admits is on the list from its day of effect."""
        user = clerk(request)
        form = DecisionRecordForm(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        application = _application(user, given.pop("application"))
        with transaction.atomic():
            recorded = record_ministerial_decision(
                application, reference=given.pop("decision_reference"), **given, by=user, at=now()
            )
            order_register_anew(at=now())
        found = decisions(user).get(pk=recorded.pk)
        address = reverse("api:decision", args=[recorded.pk])
        return Response(DecisionShape(found, context={"request": request}).data, 201, headers={"Location": address})


class DecisionView(Door):
    permission_classes = (FILES,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="decision_read", responses=DecisionShape)
    def get(self, request: Request, decision_id: UUID) -> Response:
        """One decision."""
        found = decisions(user_of(request)).filter(pk=decision_id).first()
        if found is None:
            raise NotFound
        return Response(DecisionShape(found, context={"request": request}).data)


def _application(user: User, application_id: UUID) -> Application:
    """Raises Invalid for a file that is not there or not to be seen."""
    found = Application.objects.readable_by(user).with_names().filter(pk=application_id).first()
    if found is None:
        raise Invalid(problems=[problem("/application", "not-found")])
    return found
