"""Which delivery of booked figures counts for a round, what another would change, and choosing it."""

from dataclasses import dataclass
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.forms import Form
from accounts.api.openapi import ETAG, IF_MATCH
from accounts.api.preconditions import etag, require_match
from accounts.api.shapes import Shape
from accounts.clock import now
from accounts.errors import Invalid, NotFound, Problem, sentence
from applications.models import Batch
from applications.selectors import find_batch
from centres.api.repeatable import Repeatable
from centres.api.shapes import VintageShape
from centres.enums import VintageKind
from centres.models import Vintage
from evaluation.api.access import FIGURES, clerk, reader
from evaluation.board.vintages import FileChange, would_be
from evaluation.enums import InputField
from evaluation.selectors.figures import FigureChange, booked_window
from evaluation.services.intake import take_in_figures

NONE = "none"


class FiguresShape(Shape):
    """The delivery that counts for a round, and its three years; `missing_years` are those it lacks."""

    batch = serializers.CharField(source="code")
    vintage = VintageShape(allow_null=True)
    booked_years = serializers.ListField(child=serializers.IntegerField())
    missing_years = serializers.SerializerMethodField()

    @extend_schema_field({"type": "array", "items": {"type": "integer"}})
    def get_missing_years(self, batch: Batch) -> list[int]:
        return list(booked_window(batch, vintage=batch.vintage).missing) if batch.vintage else []


class FiguresForm(Form[Batch]):
    vintage = serializers.UUIDField()


class FigureChangeShape(Shape):
    """One figure of a site before and after, per nomenclature code; null: nothing is known."""

    site_number = serializers.CharField(source="centre.site_number")
    field = serializers.ChoiceField(choices=[InputField.BILLED.value, InputField.BILLED_PAED.value])
    year = serializers.IntegerField()
    before = serializers.SerializerMethodField()
    after = serializers.DictField(child=serializers.IntegerField(), allow_null=True)

    @extend_schema_field({"type": ["object", "null"], "additionalProperties": {"type": "integer"}})
    def get_before(self, change: FigureChange) -> object:
        return change.before.value if change.before else None


class VerdictChangeShape(Shape):
    """A verdict, or with an empty criterion the outcome, before and after."""

    criterion = serializers.CharField(allow_blank=True)
    before = serializers.CharField()
    after = serializers.CharField()


class FileChangeShape(Shape):
    """What would change for one file; `faults` where its figures would not fit together."""

    application = serializers.UUIDField(source="application.pk")
    reference = serializers.CharField(source="application.reference")
    changes = VerdictChangeShape(many=True)
    faults = serializers.ListField(child=serializers.CharField())


@dataclass(frozen=True, slots=True)
class Preview:
    vintage: UUID
    booked_years: tuple[int, ...]
    missing_years: tuple[int, ...]
    figures: tuple[FigureChange, ...]
    files: tuple[FileChange, ...]


class PreviewShape(Shape):
    """What choosing a delivery would change; nothing is stored."""

    vintage = serializers.UUIDField()
    booked_years = serializers.ListField(child=serializers.IntegerField())
    missing_years = serializers.ListField(child=serializers.IntegerField())
    figures = FigureChangeShape(many=True)
    files = FileChangeShape(many=True)


class FiguresView(Repeatable):
    permission_classes = (FIGURES,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="figures_read", parameters=[ETAG], responses=FiguresShape)
    def get(self, request: Request, code: str) -> Response:
        """The delivery that counts; its ETag is what choosing another must send back as If-Match."""
        reader(request)
        return _told(request, find_batch(code))

    @extend_schema(
        operation_id="figures_choose", request=FiguresForm, parameters=[IF_MATCH, ETAG], responses=FiguresShape
    )
    def put(self, request: Request, code: str) -> Response:
        """Let another delivery count while inputs are not frozen; `If-Match` names the one that counted when read."""
        user = clerk(request)
        batch = find_batch(code)
        require_match(request, _version(batch))
        form = FiguresForm(data=request.data)
        form.is_valid(raise_exception=True)
        vintage = _delivery(form.validated_data["vintage"])
        if vintage is None:
            raise Invalid(problems=[Problem("/vintage", "does_not_exist", sentence("not-found", {}))])
        take_in_figures(batch, vintage=vintage, by=user, at=now())
        return _told(request, find_batch(code))


class FiguresPreviewView(Repeatable):
    permission_classes = (FIGURES,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(
        operation_id="figures_preview",
        parameters=[OpenApiParameter("vintage_id", UUID, OpenApiParameter.PATH)],
        responses=PreviewShape,
    )
    def get(self, request: Request, code: str, vintage_id: UUID) -> Response:
        """What a delivery would change if it were chosen: years, figures, and the files that rest on them."""
        user = reader(request)
        batch, vintage = find_batch(code), _delivery(vintage_id)
        if vintage is None:
            raise NotFound
        found = would_be(batch, vintage, user=user)
        preview = Preview(vintage.pk, found.window.years, found.window.missing, found.figures, found.files)
        return Response(PreviewShape(preview, context={"request": request}).data)


def _delivery(pk: UUID) -> Vintage | None:
    return Vintage.objects.filter(kind=VintageKind.ALLOGRAFTS, pk=pk).first()


def _version(batch: Batch) -> str:
    return str(batch.vintage_id or NONE)


def _told(request: Request, batch: Batch) -> Response:
    body = FiguresShape(batch, context={"request": request}).data
    return Response(body, headers={"ETag": etag(_version(batch))})
