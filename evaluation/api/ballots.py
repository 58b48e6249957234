"""Ballots and the proposals that came of them, to read; votes are cast by persons, in the browser."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet, UUIDFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import user_of
from accounts.api.doors import Door
from accounts.api.lists import ListOf
from accounts.api.openapi import ETAG
from accounts.api.preconditions import etag, version_told
from accounts.api.shapes import Shape
from accounts.errors import NotFound
from accounts.models import User
from applications.api.naming import of_round
from applications.models import Application
from centres.enums import Population
from evaluation.api.access import READ, SeesSittings
from evaluation.board.counts import count_of
from evaluation.enums import BallotState, CapacityValue, ProposalKind, ProposalOutcome
from evaluation.models import Ballot, Proposal

POPULATION = {"choices": Population.choices}


class ByRound(FilterSet):  # type: ignore[misc]  # no types in django-filter
    application = UUIDFilter(field_name="application_id")
    batch = CharFilter(method="by_batch")
    population = ChoiceFilter(**POPULATION)

    def by_batch(self, found: QuerySet[Ballot], name: str, value: str) -> QuerySet[Ballot]:
        return of_round(found, value, above="application__")


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


def find_ballot(user: User, ballot_id: UUID) -> Ballot:
    """A ballot that the caller may see. Raises NotFound."""
    found = ballots(user).filter(pk=ballot_id).first()
    if found is None:
        raise NotFound
    return found


def version_of(ballot: Ballot) -> str:
    """The hash of all that is told of a ballot: whatever changes of it changes its ETag."""
    return version_told(dict(BallotShape(ballot).data))


def told(request: Request, ballot: Ballot, status: int = 200, **headers: str) -> Response:
    body = BallotShape(ballot, context={"request": request}).data
    return Response(body, status=status, headers={"ETag": etag(version_of(ballot)), **headers})


class BallotsView(ListOf):
    """The ballots on files whose deliberation the caller is not barred from, newest first."""

    permission_classes = (READ, SeesSittings)  # type: ignore[assignment]  # gives itself when called
    serializer_class = BallotShape
    filterset_class = BallotFilters
    queryset = Ballot.objects.none()
    order: ClassVar = ("-drafted_at", "-id")

    def get_queryset(self) -> QuerySet[Ballot]:
        return ballots(user_of(self.request))


class BallotView(Door):
    permission_classes = (READ, SeesSittings)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="ballot_read", parameters=[ETAG], responses=BallotShape)
    def get(self, request: Request, ballot_id: UUID) -> Response:
        """One ballot; its ETag is what rewriting, opening or releasing it must send back as If-Match."""
        return told(request, find_ballot(user_of(request), ballot_id))


class CountShape(Shape):
    """How many have voted of those who may, beside the quorum; never how, before the close."""

    cast = serializers.IntegerField()
    may_vote = serializers.IntegerField()
    quorum = serializers.IntegerField()


class BallotCountView(Door):
    permission_classes = (READ, SeesSittings)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="ballot_count", responses=CountShape)
    def get(self, request: Request, ballot_id: UUID) -> Response:
        """How far the vote on an item is; ask again after a second or two while it is open."""
        count = count_of(find_ballot(user_of(request), ballot_id))
        return Response(CountShape(count, context={"request": request}).data)


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
