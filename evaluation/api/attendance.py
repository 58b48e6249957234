"""Who is there at a sitting and who is barred from what, as chair and secretariat note it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.forms import Form
from accounts.api.openapi import ETAG, IF_MATCH
from accounts.api.preconditions import etag, require_match, version_told
from accounts.api.shapes import Shape, listed, moment, whole
from accounts.clock import now
from accounts.errors import Invalid, NotFound
from accounts.models import User
from applications.errors import problem
from applications.models import Application, Batch
from centres.enums import SeatGroup
from centres.models import CommitteeMandate, Seat
from evaluation.api.access import leader
from evaluation.api.sittings import SittingDoor, find_meeting
from evaluation.enums import BarredFrom
from evaluation.models import Attendance, Meeting, Recusal
from evaluation.services.meetings import record_arrival, record_departure, record_recusal

ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Place:
    """A person on a seat; `arrived_at` is empty while the person is not there."""

    mandate: CommitteeMandate
    arrived_at: datetime | None

    @property
    def is_present(self) -> bool:
        return self.arrived_at is not None

    @property
    def version(self) -> str:
        return moment(self.arrived_at) or ABSENT


class PlaceShape(Shape):
    """A seat with a person who holds it on the day of the sitting, and whether that person is there."""

    mandate = serializers.UUIDField(source="mandate.pk")
    seat = serializers.IntegerField(source="mandate.seat_id")
    group = serializers.ChoiceField(source="mandate.seat.group", choices=SeatGroup.choices)
    votes = serializers.BooleanField(source="mandate.seat.votes")
    substitute = serializers.BooleanField(source="mandate.is_substitute")
    member = serializers.UUIDField(source="mandate.user_id")
    name = serializers.CharField(source="mandate.user.name")
    present = serializers.BooleanField(source="is_present")
    arrived_at = serializers.DateTimeField(allow_null=True)
    version = serializers.CharField(help_text="Also the ETag of this place, without its quotes.")


class PresentForm(Form[Attendance]):
    present = serializers.BooleanField()


class RecusalShape(Shape):
    """The Bureau's ruling that bars a member from the vote on a file, or from deliberation and vote."""

    application = serializers.UUIDField(source="application_id")
    reference = serializers.CharField(source="application.reference")
    member = serializers.UUIDField(source="user_id")
    name = serializers.CharField(source="user.name")
    barred_from = serializers.ChoiceField(choices=BarredFrom.choices)
    reason = serializers.CharField()
    recorded_at = serializers.DateTimeField()


class RecusalForm(Form[Recusal]):
    """A file of the sitting's round and a member who holds a seat on its day."""

    application = serializers.UUIDField()
    member = serializers.UUIDField()
    barred_from = serializers.ChoiceField(choices=BarredFrom.choices)
    reason = serializers.CharField(max_length=2_000)


class AttendanceView(SittingDoor):
    @extend_schema(operation_id="attendance_list", responses=listed(PlaceShape))
    def get(self, request: Request, day: str) -> Response:
        """Every seat with the persons who hold it that day, the effective member first."""
        meeting = find_meeting(leader(request), day)
        return Response(whole(PlaceShape, list(places(meeting)), request))


class PlaceView(SittingDoor):
    @extend_schema(operation_id="attendance_read", parameters=[ETAG], responses=PlaceShape)
    def get(self, request: Request, day: str, mandate_id: UUID) -> Response:
        """One person on a seat, and whether they are there; the ETag is what a change must send back as If-Match."""
        return told(request, place_of(find_meeting(leader(request), day), mandate_id))

    @extend_schema(
        operation_id="attendance_note", request=PresentForm, parameters=[IF_MATCH, ETAG], responses=PlaceShape
    )
    def put(self, request: Request, day: str, mandate_id: UUID) -> Response:
        """Note on the sitting's day that a person is there, or left; noting it twice is noting it once."""
        user = leader(request)
        meeting = find_meeting(user, day)
        mandate = place_of(meeting, mandate_id).mandate
        form = PresentForm(data=request.data)
        form.is_valid(raise_exception=True)
        with transaction.atomic():
            Seat.objects.select_for_update().get(pk=mandate.seat_id)
            require_match(request, place_of(meeting, mandate_id).version)
            note(meeting, mandate, form.validated_data["present"], by=user)
        return told(request, place_of(meeting, mandate_id))


class RecusalsView(SittingDoor):
    @extend_schema(operation_id="recusal_list", parameters=[ETAG], responses=listed(RecusalShape))
    def get(self, request: Request, day: str) -> Response:
        """The rulings on the files of the sitting; the ETag of the list is what a new one must send as If-Match."""
        rows = rulings(find_meeting(leader(request), day))
        return Response(whole(RecusalShape, rows, request), headers={"ETag": etag(version_of(rows))})

    @extend_schema(
        operation_id="recusal_record", request=RecusalForm, parameters=[IF_MATCH, ETAG], responses=RecusalShape
    )
    def post(self, request: Request, day: str) -> Response:
        """Note that the Bureau bars a member; a later ruling on the same member and file replaces the earlier one."""
        user = leader(request)
        meeting = find_meeting(user, day)
        form = RecusalForm(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        application, member = _named(meeting, given.pop("application"), given.pop("member"), user=user)
        with transaction.atomic():
            Batch.objects.select_for_update().get(pk=meeting.batch_id)
            require_match(request, version_of(rulings(meeting)))
            ruling = record_recusal(application, user=member, **given, by=user, at=now())
        body = RecusalShape(ruling, context={"request": request}).data
        return Response(body, headers={"ETag": etag(version_of(rulings(meeting)))})


def rulings(meeting: Meeting) -> QuerySet[Recusal]:
    rows = Recusal.objects.filter(application__batch=meeting.batch_id).order_by("application__number", "user__name")
    return rows.select_related("application__batch", "user")


def version_of(rows: QuerySet[Recusal]) -> str:
    return version_told([dict(RecusalShape(row).data) for row in rows])


def note(meeting: Meeting, mandate: CommitteeMandate, present: bool, *, by: User) -> None:
    """Arrived, or left; what is so already stays as it is."""
    if present:
        record_arrival(meeting, seat=mandate.seat, user=mandate.user, by=by, at=now())
        return
    for row in Attendance.objects.present().filter(meeting=meeting, user=mandate.user):
        record_departure(row, by=by, at=now())


def told(request: Request, place: Place) -> Response:
    body = PlaceShape(place, context={"request": request}).data
    return Response(body, headers={"ETag": etag(place.version)})


def places(meeting: Meeting) -> Iterator[Place]:
    there = {row.user_id: row.arrived_at for row in Attendance.objects.present().filter(meeting=meeting)}
    for mandate in CommitteeMandate.objects.in_force_on(meeting.held_on).select_related("seat", "user"):
        yield Place(mandate, there.get(mandate.user_id))


def place_of(meeting: Meeting, mandate_id: UUID) -> Place:
    """Raises NotFound for a mandate that is not held on the day of the sitting."""
    found = next((each for each in places(meeting) if each.mandate.pk == mandate_id), None)
    if found is None:
        raise NotFound
    return found


def _named(meeting: Meeting, application_id: UUID, member_id: UUID, *, user: User) -> tuple[Application, User]:
    """Raises Invalid naming whichever of the two is not of this sitting."""
    visible = Application.objects.visible_to(user).filter(batch=meeting.batch_id)
    application = visible.with_names().filter(pk=application_id).first()
    held = CommitteeMandate.objects.in_force_on(meeting.held_on).filter(user=member_id).select_related("user").first()
    if application is None or held is None:
        absent = {"/application": application, "/member": held}
        raise Invalid(problems=[problem(pointer, "not-found") for pointer, row in absent.items() if row is None])
    return application, held.user
