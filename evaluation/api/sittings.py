"""Sittings: which there are, one with its agenda; chair and secretariat convene them."""

from datetime import date
from typing import ClassVar

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import user_of
from accounts.api.forms import Form
from accounts.api.lists import ListOf
from accounts.api.openapi import LOCATION
from accounts.api.shapes import Shape, listed, whole
from accounts.clock import now
from accounts.errors import Invalid, NotFound
from accounts.models import User
from applications.errors import problem
from applications.models import Batch
from applications.selectors import find_batch
from centres.api.repeatable import Repeatable
from evaluation.api.access import ACT, SeesSittings, leader
from evaluation.api.ballots import POPULATION
from evaluation.board.agenda import Item, Presence, agenda, presence_at
from evaluation.enums import BallotState, BarredFrom
from evaluation.models import Meeting
from evaluation.rules.enums import Outcome
from evaluation.services.meetings import convene_meeting


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


class ConveneForm(Form[Meeting]):
    """The round whose files it is for, and its day: today or later, one sitting a day."""

    batch = serializers.CharField(max_length=7)
    held_on = serializers.DateField()


class MeetingsView(ListOf, Repeatable):
    """Every sitting, newest first."""

    permission_classes = (ACT, SeesSittings)  # type: ignore[assignment]  # gives itself when called
    serializer_class = MeetingShape
    queryset = Meeting.objects.none()
    order: ClassVar = ("-held_on",)

    def get_queryset(self) -> QuerySet[Meeting]:
        return meetings(user_of(self.request))

    @extend_schema(
        operation_id="meeting_convene", request=ConveneForm, parameters=[LOCATION], responses={201: ReadMeetingShape}
    )
    def post(self, request: Request) -> Response:
        """Convene a sitting; while the round is in review its day becomes the day of the vote."""
        user = leader(request)
        form = ConveneForm(data=request.data)
        form.is_valid(raise_exception=True)
        batch, held_on = _batch(form.validated_data["batch"]), form.validated_data["held_on"]
        convene_meeting(batch, held_on=held_on, by=user, at=now())
        address = reverse("api:meeting", args=[held_on.isoformat()])
        found = find_meeting(user, held_on.isoformat())
        return Response(ReadMeetingShape(found, context={"request": request}).data, 201, headers={"Location": address})


class SittingDoor(Repeatable):
    """Something of one sitting, which its day names."""

    permission_classes = (ACT, SeesSittings)  # type: ignore[assignment]  # gives itself when called


class MeetingView(SittingDoor):
    @extend_schema(operation_id="meeting_read", responses=ReadMeetingShape)
    def get(self, request: Request, day: str) -> Response:
        """One sitting by its day, such as 2026-09-15; its ballots are `/ballots?meeting=2026-09-15`."""
        found = find_meeting(user_of(request), day)
        return Response(ReadMeetingShape(found, context={"request": request}).data)


class AgendaItemShape(Shape):
    """One population of one file on the agenda, with the advice, how far it is and its papers."""

    application = serializers.UUIDField(source="application.pk")
    reference = serializers.CharField(source="application.reference")
    site_number = serializers.CharField(source="application.centre.site_number")
    population = serializers.ChoiceField(**POPULATION)  # type: ignore[arg-type]  # one dict of keywords
    outcome = serializers.ChoiceField(
        choices=[each.value for each in Outcome], allow_blank=True, help_text="Advice, no decision."
    )
    ballot = serializers.UUIDField(source="ballot.pk", default=None, allow_null=True)
    state = serializers.ChoiceField(
        source="ballot.state", choices=BallotState.choices, default="", allow_blank=True, help_text="Of the ballot."
    )
    held = serializers.BooleanField(source="ballot.is_held", default=False)
    elsewhere = serializers.DateField(
        source="elsewhere.meeting.held_on", default=None, allow_null=True, help_text="The sitting it was moved to."
    )
    may_be_drafted = serializers.BooleanField()
    proposal = serializers.UUIDField(source="proposal.pk", default=None, allow_null=True)
    decision = serializers.UUIDField(source="decision.pk", default=None, allow_null=True)
    dossier = serializers.UUIDField(source="dossier.pk", default=None, allow_null=True)
    recusals = serializers.IntegerField(help_text="How many are barred from its vote.")
    barred_from = serializers.ChoiceField(
        source="barred", choices=BarredFrom.choices, allow_blank=True, help_text="The caller itself."
    )


class ItemsView(SittingDoor):
    @extend_schema(operation_id="meeting_items", responses=listed(AgendaItemShape))
    def get(self, request: Request, day: str) -> Response:
        """The agenda: every item of the round, without those from whose deliberation the caller is barred."""
        user = user_of(request)
        sites = agenda(find_meeting(user, day), user=user)
        rows: list[Item] = [item for site in sites for item in site.items if not item.is_closed_to_reader]
        return Response(whole(AgendaItemShape, rows, request))


def find_meeting(user: User, day: str) -> Meeting:
    """The sitting of a day such as 2026-09-15. Raises NotFound."""
    try:
        held_on = date.fromisoformat(day)
    except ValueError as error:
        raise NotFound from error
    found = meetings(user).filter(held_on=held_on).first()
    if found is None:
        raise NotFound
    return found


def _batch(code: str) -> Batch:
    """Raises Invalid for a code that names no round."""
    try:
        return find_batch(code)
    except NotFound as error:
        raise Invalid(problems=[problem("/batch", "not-found")]) from error
