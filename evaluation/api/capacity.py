"""C7 of a file: treatments given, the holder's forecast, what the secretariat proposes; a named person proposes it."""

from dataclasses import dataclass
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.doors import Door
from accounts.api.shapes import Shape
from centres.selectors import RealisedTable, RealisedYears, realised_treatments
from evaluation.api.access import READ, filed, reader
from evaluation.enums import CapacityValue
from evaluation.models import CapacityAssessment
from evaluation.services.judgements import capacity_sha256, standing_capacity


class CapacityAssessmentShape(Shape):
    """A named person's proposal; it counts once another has countersigned it, until its figures change."""

    id = serializers.UUIDField()
    value = serializers.ChoiceField(choices=CapacityValue.choices)
    reason = serializers.CharField()
    by = serializers.CharField(source="by.name")
    at = serializers.DateTimeField()
    countersigned_by = serializers.CharField(source="countersigned_by.name", default=None, allow_null=True)
    countersigned_at = serializers.DateTimeField(allow_null=True)


class GivenShape(Shape):
    """CAR-T treatments given on one listed site, by year."""

    site_number = serializers.CharField(source="centre.site_number")
    years = serializers.SerializerMethodField()

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "integer"}})
    def get_years(self, row: RealisedYears) -> dict[str, int]:
        return {str(year): count for year, count in sorted(row.per_year.items())}


@dataclass(frozen=True, slots=True)
class Capacity:
    forecast: tuple[int | None, int | None, int | None]
    table: RealisedTable
    assessment: CapacityAssessment | None
    stale: bool


class CapacityShape(Shape):
    """What C7 is judged beside; none of it enters the rules."""

    forecast = serializers.ListField(child=serializers.IntegerField(allow_null=True))
    treatments = GivenShape(source="table.centres", many=True)
    assessment = CapacityAssessmentShape(allow_null=True)
    stale = serializers.BooleanField()


class CapacityView(Door):
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="capacity_read", responses=CapacityShape)
    def get(self, request: Request, application_id: UUID) -> Response:
        """Treatments given, forecast and proposal; a named person assesses and countersigns in the browser."""
        application = filed(reader(request), application_id)
        table = realised_treatments()
        standing = standing_capacity([application.pk]).get(application.pk)
        stale = standing is not None and standing.inputs_sha256 != capacity_sha256(application, table)
        found = Capacity(application.forecast, table, standing, stale)
        return Response(CapacityShape(found, context={"request": request}).data)
