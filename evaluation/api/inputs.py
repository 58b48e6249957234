"""What is stated about a site, with its way from page to person; confirming, correcting and ruling on it."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.forms import Form
from accounts.api.openapi import LOCATION
from accounts.api.parsers import BODILESS
from accounts.api.shapes import Shape, listed, whole
from accounts.clock import now
from accounts.errors import NotFound
from accounts.models import User
from applications.enums import StatedIn
from applications.models import Batch
from applications.selectors import find_batch
from centres.api.repeatable import Repeatable
from centres.models import Centre
from evaluation.api.access import ACT, clerk, reader
from evaluation.board.lines import criterion_of
from evaluation.board.site import find_site
from evaluation.enums import SupplementRuling
from evaluation.models import Input, Supplement
from evaluation.models.inputs import Stated
from evaluation.records import fact_name, site_records, stated_value
from evaluation.selectors.stated import find_stated
from evaluation.services.inputs import confirm_input, correct_input, rule_supplement

CURRENT, REPLACED, SET_ASIDE = "CURRENT", "REPLACED", "SET_ASIDE"


class InputShape(Shape):
    """One statement about a site: what, by whom, in what, on which page, confirmed by whom; nothing is overwritten."""

    id = serializers.UUIDField()
    criterion = serializers.SerializerMethodField(help_text="The first criterion that it serves.")
    field = serializers.SerializerMethodField()
    key = serializers.SerializerMethodField()
    value = serializers.SerializerMethodField(method_name="get_stated")
    unit = serializers.CharField(default="", allow_blank=True)
    standing = serializers.SerializerMethodField(help_text="Replaced by a correction, or set aside for another.")
    application = serializers.CharField(source="application.reference", default=None, allow_null=True)
    stated_by = serializers.CharField(source="stated_by.name")
    stated_at = serializers.DateTimeField()
    stated_in = serializers.ChoiceField(choices=StatedIn.choices)
    vintage = serializers.UUIDField(source="vintage_id", default=None, allow_null=True)
    annex_sha256 = serializers.CharField(source="annex.sha256", default=None, allow_null=True)
    page = serializers.IntegerField(allow_null=True)
    confirmed_by = serializers.CharField(source="confirmed_by.name", default=None, allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)
    ruling = serializers.ChoiceField(choices=SupplementRuling.choices, default="", allow_blank=True)
    ruled_by = serializers.CharField(source="ruled_by.name", default=None, allow_null=True)
    ruled_at = serializers.DateTimeField(default=None, allow_null=True)
    ruling_reason = serializers.CharField(default="", allow_blank=True)

    def get_criterion(self, row: Stated) -> str:
        return criterion_of(row)

    def get_field(self, row: Stated) -> str:
        return fact_name(row)[0]

    def get_key(self, row: Stated) -> str:
        return fact_name(row)[1]

    @extend_schema_field({"description": "In the shape of the facts of a pre-check."})
    def get_stated(self, row: Stated) -> Any:
        return stated_value(row)

    @extend_schema_field({"type": "string", "enum": [CURRENT, REPLACED, SET_ASIDE]})
    def get_standing(self, row: Stated) -> str:
        if row.is_current:
            return CURRENT
        return REPLACED if row.superseded_by_id else SET_ASIDE


class CorrectionForm(Form[Input]):
    """The value that the document says, in the shape of the facts of a pre-check, and why."""

    value = serializers.JSONField()
    reason = serializers.CharField(max_length=2_000)


class RulingForm(Form[Supplement]):
    ruling = serializers.ChoiceField(choices=SupplementRuling.choices)
    reason = serializers.CharField(max_length=2_000)


class SiteDoor(Repeatable):
    """One site of one round, which is there through a file that the caller sees."""

    permission_classes = (ACT,)  # type: ignore[assignment]  # gives itself when called

    def about(self, user: User, code: str, site_number: str) -> tuple[Batch, Centre]:
        batch = find_batch(code)
        return batch, find_site(batch, site_number, user=user)[0]

    def stated(self, user: User, code: str, site_number: str, input_id: UUID) -> Stated:
        return find_stated("", input_id, *self.about(user, code, site_number))


class InputsView(SiteDoor):
    @extend_schema(operation_id="input_list", responses=listed(InputShape))
    def get(self, request: Request, code: str, site_number: str) -> Response:
        """Everything stated about a site in a round, also what was replaced or set aside since."""
        batch, centre = self.about(reader(request), code, site_number)
        record = site_records(batch, [centre])[centre.pk]
        rows = (*record.inputs, *record.supplements, *record.iec_applications)
        return Response(whole(InputShape, rows, request))


class InputView(SiteDoor):
    @extend_schema(operation_id="input_read", responses=InputShape)
    def get(self, request: Request, code: str, site_number: str, input_id: UUID) -> Response:
        """One statement."""
        return told(request, self.stated(reader(request), code, site_number, input_id))


class ConfirmView(SiteDoor):
    parser_classes = BODILESS

    @extend_schema(operation_id="input_confirm", request=None, responses=InputShape)
    def post(self, request: Request, code: str, site_number: str, input_id: UUID) -> Response:
        """Confirm a statement beside its document; equal ones fall in with it. 409 when another says otherwise."""
        user = clerk(request)
        stated = self.stated(user, code, site_number, input_id)
        confirm_input(stated, by=user, at=now())
        return told(request, self.stated(user, code, site_number, input_id))


class CorrectView(SiteDoor):
    @extend_schema(
        operation_id="input_correct", request=CorrectionForm, parameters=[LOCATION], responses={201: InputShape}
    )
    def post(self, request: Request, code: str, site_number: str, input_id: UUID) -> Response:
        """Write what the document says where the statement says otherwise; the statement stays readable."""
        user = clerk(request)
        stated = self.stated(user, code, site_number, input_id)
        if not isinstance(stated, Input):
            raise NotFound
        form = CorrectionForm(data=request.data)
        form.is_valid(raise_exception=True)
        corrected = correct_input(stated, **form.validated_data, by=user, at=now())
        address = reverse("api:input", args=[code, site_number, corrected.pk])
        return told(request, self.stated(user, code, site_number, corrected.pk), 201, Location=address)


class RuleView(SiteDoor):
    @extend_schema(operation_id="input_rule", request=RulingForm, responses=InputShape)
    def post(self, request: Request, code: str, site_number: str, input_id: UUID) -> Response:
        """Accept or refuse a line outside the insurance, with the reason."""
        user = clerk(request)
        stated = self.stated(user, code, site_number, input_id)
        if not isinstance(stated, Supplement):
            raise NotFound
        form = RulingForm(data=request.data)
        form.is_valid(raise_exception=True)
        ruling = SupplementRuling(form.validated_data["ruling"])
        rule_supplement(stated, ruling=ruling, reason=form.validated_data["reason"], by=user, at=now())
        return told(request, self.stated(user, code, site_number, input_id))


def told(request: Request, row: Stated, status: int = 200, **headers: str) -> Response:
    return Response(InputShape(row, context={"request": request}).data, status=status, headers=headers)
