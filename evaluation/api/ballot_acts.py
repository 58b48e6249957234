"""What chair and secretariat do with an item of a sitting: draft it, open its vote, release it, close and count."""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.forms import Form
from accounts.api.openapi import ETAG, HEADER, IF_MATCH, LOCATION
from accounts.api.parsers import BODILESS
from accounts.api.preconditions import require_match
from accounts.clock import now
from accounts.errors import Conflict, NotFound
from accounts.models import User
from applications.models import Application
from centres.api.repeatable import Repeatable
from evaluation.api.access import ACT, SeesSittings, clerk, filed, leader
from evaluation.api.ballots import BallotShape, ProposalShape, ballots, find_ballot, told, version_of
from evaluation.api.sittings import SittingDoor, find_meeting
from evaluation.enums import CapacityValue, ProposalKind
from evaluation.models import Ballot, Meeting
from evaluation.pipeline import order_register_anew, render_again
from evaluation.selectors import current_assessment
from evaluation.services.agenda import lock_ballot
from evaluation.services.ballots import close_ballot, draft_ballot, open_ballot, release_ballot

IF_DRAFTED = OpenApiParameter(
    "If-Match", str, HEADER, description="The ETag of the ballot that was read last, where one was drafted already."
)


class BallotDraftForm(Form[Ballot]):
    """What is put to the vote; a reason is due where it departs from the advice."""

    proposed = serializers.ChoiceField(choices=ProposalKind.choices)
    text = serializers.CharField(max_length=10_000)
    reason_to_deviate = serializers.CharField(max_length=5_000, required=False, allow_blank=True, default="")


class BallotOpenForm(Form[Ballot]):
    """Only the chair puts an incomplete file to the vote, with reasons."""

    reason_incomplete = serializers.CharField(max_length=5_000, required=False, allow_blank=True, default="")


class BallotCloseForm(Form[Ballot]):
    """What the committee finds about capacity, and why; below the quorum nothing is found and both are left out."""

    capacity_finding = serializers.ChoiceField(
        choices=CapacityValue.choices, required=False, allow_blank=True, default=""
    )
    capacity_reason = serializers.CharField(max_length=5_000, required=False, allow_blank=True, default="")


class ItemView(SittingDoor):
    @extend_schema(
        operation_id="ballot_draft",
        request=BallotDraftForm,
        parameters=[IF_DRAFTED, LOCATION, ETAG],
        responses={200: BallotShape, 201: BallotShape},
    )
    def put(self, request: Request, day: str, application_id: UUID, population: str) -> Response:
        """Put an item on the agenda as a drafted proposal, or rewrite the draft, `If-Match` naming the one read."""
        user = leader(request)
        meeting, application = find_meeting(user, day), filed(user, application_id)
        if population not in application.populations:
            raise NotFound
        form = BallotDraftForm(data=request.data)
        form.is_valid(raise_exception=True)
        with transaction.atomic():
            there = _drafted(user, application, population, meeting)
            if there is not None:
                require_match(request, version_of(there))
            ballot = draft_ballot(
                application, population=population, meeting=meeting, **form.validated_data, by=user, at=now()
            )
        status = 200 if there else 201
        address = reverse("api:ballot", args=[ballot.pk])
        return told(request, find_ballot(user, ballot.pk), status, **({} if there else {"Location": address}))


def _drafted(user: User, application: Application, population: str, meeting: Meeting) -> Ballot | None:
    """The ballot of the item at this sitting, which nobody else changes while its application is locked."""
    Application.objects.select_for_update().get(pk=application.pk)
    return ballots(user).filter(application=application, population=population, meeting=meeting).first()


class BallotDoor(Repeatable):
    permission_classes = (ACT, SeesSittings)  # type: ignore[assignment]  # gives itself when called

    def read_last(self, request: Request, user: User, ballot_id: UUID) -> Ballot:
        """The ballot, locked, as the caller read it last: 428 without `If-Match`, 412 when it changed since."""
        lock_ballot(find_ballot(user, ballot_id))
        found = find_ballot(user, ballot_id)
        require_match(request, version_of(found))
        return found


class OpenView(BallotDoor):
    @extend_schema(
        operation_id="ballot_open", request=BallotOpenForm, parameters=[IF_MATCH, ETAG], responses={200: BallotShape}
    )
    def post(self, request: Request, ballot_id: UUID) -> Response:
        """Judge the file again as on the day of the sitting and open the vote.

        Where a verdict changed the answer is a ballot that is still DRAFT and `held`: its new dossier is being made,
        after which it can be released.
        """
        user = leader(request)
        form = BallotOpenForm(data=request.data)
        form.is_valid(raise_exception=True)
        with transaction.atomic():
            ballot = self.read_last(request, user, ballot_id)
            try:
                open_ballot(ballot, **form.validated_data, by=user, at=now())
            except Conflict as error:
                if error.code != "verdict-changed":
                    raise
                _order_dossier(ballot)
        return told(request, find_ballot(user, ballot_id))


def _order_dossier(held: Ballot) -> None:
    assessment = current_assessment(held.application)
    if assessment is not None:
        render_again(assessment, at=now())


class ReleaseView(BallotDoor):
    parser_classes = BODILESS

    @extend_schema(operation_id="ballot_release", request=None, parameters=[IF_MATCH, ETAG], responses=BallotShape)
    def post(self, request: Request, ballot_id: UUID) -> Response:
        """Let a held item go to the vote, once its new dossier is there and its text fits it."""
        user = clerk(request)
        with transaction.atomic():
            release_ballot(self.read_last(request, user, ballot_id), by=user, at=now())
        return told(request, find_ballot(user, ballot_id))


class CloseView(BallotDoor):
    @extend_schema(operation_id="ballot_close", request=BallotCloseForm, responses=ProposalShape)
    def post(self, request: Request, ballot_id: UUID) -> Response:
        """Close the vote and count it: what the committee proposes, with its own finding on capacity."""
        user = leader(request)
        ballot = find_ballot(user, ballot_id)
        form = BallotCloseForm(data=request.data)
        form.is_valid(raise_exception=True)
        with transaction.atomic():
            proposal = close_ballot(ballot, **form.validated_data, by=user, at=now())
            order_register_anew(at=now())
        return Response(ProposalShape(proposal, context={"request": request}).data)
