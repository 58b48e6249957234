"""Sittings, ballots, proposals and decisions, to read; votes are cast by persons, in the browser."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, DateFilter, FilterSet, UUIDFilter
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import user_of
from accounts.api.lists import ListOf
from accounts.api.shapes import Shape
from accounts.errors import NotAllowed, NotFound
from accounts.models import User
from accounts.policies import is_holder
from applications.api.naming import of_round
from applications.models import Application
from centres.enums import Population
from evaluation.api.access import FILES, READ
from evaluation.board.agenda import Presence, presence_at
from evaluation.enums import BallotState, CapacityValue, ProposalKind, ProposalOutcome
from evaluation.models import Ballot, Meeting, MinisterialDecision, Proposal
from evaluation.policies import may_see_sitting

POPULATION = {"choices": Population.choices}


class SeesSittings(BasePermission):
    """Sittings are for the committee, the secretariat and the auditor."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not may_see_sitting(user_of(request)):
            raise NotAllowed
        return True


class ByRound(FilterSet):  # type: ignore[misc]  # no types in django-filter
    application = UUIDFilter(field_name="application_id")
    batch = CharFilter(method="by_batch")
    population = ChoiceFilter(**POPULATION)

    def by_batch(self, found: QuerySet[Ballot], name: str, value: str) -> QuerySet[Ballot]:
        return of_round(found, value, above="application__")


class MeetingShape(Shape):
    """A sitting for the files of one round, with how many of its items were put to the vote and counted."""

    held_on = serializers.DateField()
    batch = serializers.CharField(source="batch.code")
    items = serializers.IntegerField()
    counted = serializers.IntegerField()
    convened_at = serializers.DateTimeField()


class PresenceShape(Shape):
    """Who is there now, as numbers: seats that vote, other seats, and the quorum of that day."""

    voting = serializers.IntegerField()
    others = serializers.IntegerField()
    quorum = serializers.IntegerField()


class ReadMeetingShape(MeetingShape):
    presence = serializers.SerializerMethodField()

    @extend_schema_field(PresenceShape)
    def get_presence(self, meeting: Meeting) -> object:
        found: Presence = presence_at(meeting)
        return PresenceShape(found).data


def meetings(user: User) -> QuerySet[Meeting]:
    counted = Count("ballots", filter=Q(ballots__state=BallotState.CLOSED))
    return Meeting.objects.visible_to(user).select_related("batch").annotate(items=Count("ballots"), counted=counted)


class MeetingsView(ListOf):
    """Every sitting, newest first."""

    permission_classes = (READ, SeesSittings)  # type: ignore[assignment]  # gives itself when called
    serializer_class = MeetingShape
    queryset = Meeting.objects.none()
    order: ClassVar = ("-held_on",)

    def get_queryset(self) -> QuerySet[Meeting]:
        return meetings(user_of(self.request))


class MeetingView(APIView):
    permission_classes = (READ, SeesSittings)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="meeting_read", responses=ReadMeetingShape)
    def get(self, request: Request, day: str) -> Response:
        """One sitting by its day, such as 2026-09-15; its items are `/ballots?meeting=2026-09-15`."""
        found = meetings(user_of(request)).filter(held_on=_day(day)).first()
        if found is None:
            raise NotFound
        return Response(ReadMeetingShape(found, context={"request": request}).data)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound from error


class ProposalShape(Shape):
    """The committee's act on one ballot, with its own finding on capacity. It proposes; the Minister decides."""

    id = serializers.UUIDField()
    ballot = serializers.UUIDField(source="ballot_id")
    application = serializers.UUIDField(source="application_id")
    reference = serializers.CharField(source="application.reference")
    population = serializers.ChoiceField(**POPULATION)  # type: ignore[arg-type]  # one dict of keywords
    outcome = serializers.ChoiceField(choices=ProposalOutcome.choices)
    capacity_finding = serializers.ChoiceField(choices=CapacityValue.choices, allow_blank=True)
    capacity_reason = serializers.CharField(allow_blank=True)
    advises_working_group = serializers.BooleanField()
    text = serializers.CharField()
    recorded_at = serializers.DateTimeField()


class BallotShape(Shape):
    """One drafted proposal put to the vote; its numbers are told once it is closed, never who voted what."""

    expandable: ClassVar = {"proposal": ProposalShape}

    id = serializers.UUIDField()
    meeting = serializers.DateField(source="meeting.held_on")
    application = serializers.UUIDField(source="application_id")
    reference = serializers.CharField(source="application.reference")
    population = serializers.ChoiceField(**POPULATION)  # type: ignore[arg-type]  # one dict of keywords
    state = serializers.ChoiceField(choices=BallotState.choices)
    held = serializers.BooleanField(source="is_held", help_text="The re-check found another verdict.")
    proposed = serializers.ChoiceField(choices=ProposalKind.choices)
    text = serializers.CharField()
    reason_to_deviate = serializers.CharField(allow_blank=True)
    reason_to_vote_incomplete = serializers.CharField(allow_blank=True)
    assessment = serializers.UUIDField(source="assessment_id", allow_null=True)
    opened_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    voting_present = serializers.IntegerField(allow_null=True)
    votes_for = serializers.IntegerField(allow_null=True)
    votes_against = serializers.IntegerField(allow_null=True)
    abstentions = serializers.IntegerField(allow_null=True)
    proposal = serializers.UUIDField(source="proposal.pk", default=None, allow_null=True)


class BallotFilters(ByRound):
    meeting = DateFilter(field_name="meeting__held_on")
    state = ChoiceFilter(choices=BallotState.choices)


def ballots(user: User) -> QuerySet[Ballot]:
    """Of the files whose deliberation the user is not barred from."""
    files = Application.objects.readable_by(user)
    found = Ballot.objects.visible_to(user).filter(application__in=files)
    return found.select_related("meeting", "application__batch", "proposal__application__batch")


class BallotsView(ListOf):
    """The ballots on files whose deliberation the caller is not barred from, newest first."""

    permission_classes = (READ, SeesSittings)  # type: ignore[assignment]  # gives itself when called
    serializer_class = BallotShape
    filterset_class = BallotFilters
    queryset = Ballot.objects.none()
    order: ClassVar = ("-drafted_at", "-id")

    def get_queryset(self) -> QuerySet[Ballot]:
        return ballots(user_of(self.request))


class BallotView(APIView):
    permission_classes = (READ, SeesSittings)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="ballot_read", responses=BallotShape)
    def get(self, request: Request, ballot_id: UUID) -> Response:
        """One ballot."""
        found = ballots(user_of(request)).filter(pk=ballot_id).first()
        if found is None:
            raise NotFound
        return Response(BallotShape(found, context={"request": request}).data)


class ProposalFilters(ByRound):
    outcome = ChoiceFilter(choices=ProposalOutcome.choices)


class ProposalsView(ListOf):
    """What the committee proposed, newest first."""

    permission_classes = (READ, SeesSittings)  # type: ignore[assignment]  # gives itself when called
    serializer_class = ProposalShape
    filterset_class = ProposalFilters
    queryset = Proposal.objects.none()
    order: ClassVar = ("-recorded_at", "-id")

    def get_queryset(self) -> QuerySet[Proposal]:
        files = Application.objects.readable_by(user_of(self.request))
        return Proposal.objects.filter(application__in=files).select_related("application__batch")


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


class DecisionsView(ListOf):
    """The Minister's decisions on files that the caller sees, newest first; a holder reads those on its own."""

    permission_classes = (FILES,)  # type: ignore[assignment]  # gives itself when called
    serializer_class = DecisionShape
    filterset_class = DecisionFilters
    queryset = MinisterialDecision.objects.none()
    order: ClassVar = ("-decided_on", "-id")

    def get_queryset(self) -> QuerySet[MinisterialDecision]:
        found = MinisterialDecision.objects.visible_to(user_of(self.request))
        return found.select_related("application__batch", "listing")
