"""The Bureau's rulings on a transition: read with their minutes, recorded by the secretariat with the minutes."""

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import user_of
from accounts.api.doors import AS_FILE, Door
from accounts.api.forms import Form
from accounts.api.openapi import ETAG, IF_NONE_MATCH, LOCATION
from accounts.api.shapes import Shape, listed, whole
from accounts.clock import now
from accounts.errors import NotFound
from centres.api.files import PDF, PdfRenderer, stored_file
from evaluation.api.access import READ, clerk, reader
from evaluation.api.inputs import SiteDoor
from evaluation.models import BureauRuling
from evaluation.services.rulings import Minutes, record_bureau_ruling


class BureauRulingShape(Shape):
    """What the Bureau ruled on the transition of a site, with its minutes."""

    id = serializers.UUIDField()
    confirms_transition = serializers.BooleanField()
    ruled_on = serializers.DateField()
    minutes_reference = serializers.CharField()
    minutes_sha256 = serializers.CharField()
    recorded_by = serializers.CharField(source="recorded_by.name")
    recorded_at = serializers.DateTimeField()
    superseded_at = serializers.DateTimeField(allow_null=True)


class Told(serializers.BooleanField):
    """True or false as it was sent: what a form leaves out is missing, not false."""

    default_empty_html: Any = empty


class BureauRulingForm(Form[BureauRuling]):
    """The ruling with the minutes of the sitting, a PDF."""

    confirms_transition = Told()
    ruled_on = serializers.DateField()
    minutes_reference = serializers.CharField(max_length=100)
    minutes = serializers.FileField()


class BureauRulingsView(SiteDoor):
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="bureau_ruling_list", responses=listed(BureauRulingShape))
    def get(self, request: Request, code: str, site_number: str) -> Response:
        """The Bureau's rulings on a site in a round, newest first."""
        batch, centre = self.about(reader(request), code, site_number)
        rows = BureauRuling.objects.filter(batch=batch, centre=centre).select_related("recorded_by")
        return Response(whole(BureauRulingShape, rows.order_by("-recorded_at", "pk"), request))

    @extend_schema(
        operation_id="bureau_ruling_record",
        request={"multipart/form-data": BureauRulingForm},
        parameters=[LOCATION],
        responses={201: BureauRulingShape},
    )
    def post(self, request: Request, code: str, site_number: str) -> Response:
        """Record what the Bureau ruled, also between the close and the vote; an earlier ruling stays readable."""
        user = clerk(request)
        batch, centre = self.about(user, code, site_number)
        form = BureauRulingForm(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        file = given.pop("minutes")
        ruling = record_bureau_ruling(
            batch,
            centre,
            confirms=given.pop("confirms_transition"),
            **given,
            minutes=Minutes(file.name or "", file.read()),
            by=user,
            at=now(),
        )
        address = reverse("api:bureau-rulings", args=[code, site_number])
        body = BureauRulingShape(ruling, context={"request": request}).data
        return Response(body, status=201, headers={"Location": address})


class MinutesView(Door):
    asks = AS_FILE
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called
    renderer_classes = (PdfRenderer, JSONRenderer)

    @extend_schema(
        operation_id="minutes_file",
        parameters=[IF_NONE_MATCH, ETAG],
        responses={(200, PDF): OpenApiTypes.BINARY, 304: None},
    )
    def get(self, request: Request, ruling_id: UUID) -> HttpResponseBase:
        """The minutes that a ruling of the Bureau rests on."""
        ruling = BureauRuling.objects.readable_by(user_of(request)).filter(pk=ruling_id).first()
        if ruling is None:
            raise NotFound
        return stored_file(request, ruling.minutes_sha256, name=ruling.minutes_file_name)
