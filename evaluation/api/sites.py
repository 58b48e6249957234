"""What persons concluded about a site: differences and judgements; they are recorded in the browser.

A service has no judgement of its own, so there is nothing to write here: the services refuse it (`person-only`).
"""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.shapes import Shape, listed, whole
from evaluation.api.access import READ, reader
from evaluation.api.inputs import SiteDoor
from evaluation.differences import Difference, differences_of_site
from evaluation.enums import DifferenceKind, JudgedCriterion, JudgedValue, SourceKind
from evaluation.facts import is_stale
from evaluation.models import Judgement
from evaluation.records import site_records


class SourceShape(Shape):
    """One source of a fact: who says what, since when, where."""

    kind = serializers.ChoiceField(choices=SourceKind.choices)
    field = serializers.CharField()
    key = serializers.CharField(allow_blank=True)
    value = serializers.JSONField()
    site = serializers.CharField()
    batch = serializers.CharField(allow_blank=True)
    who = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)
    confirmed_by = serializers.CharField(allow_blank=True)
    annex_sha256 = serializers.CharField(source="annex.sha256", default=None, allow_null=True)
    page = serializers.IntegerField(allow_null=True)


class ResolutionShape(Shape):
    """How a person resolved it: the value that holds, null where nothing was to be chosen."""

    chosen_value = serializers.JSONField()
    reason = serializers.CharField()
    by = serializers.CharField(source="by.name")
    at = serializers.DateTimeField()


class DifferenceShape(Shape):
    """Sources on one fact that do not agree; while one that `blocks` is open, the fact counts as unknown."""

    sha256 = serializers.CharField()
    kind = serializers.ChoiceField(choices=DifferenceKind.choices)
    field = serializers.CharField()
    key = serializers.CharField(allow_blank=True)
    blocks = serializers.BooleanField()
    open = serializers.BooleanField(source="is_open")
    sources = SourceShape(many=True)
    resolution = ResolutionShape(allow_null=True)


class DifferencesView(SiteDoor):
    permission_classes = (READ,)

    @extend_schema(operation_id="difference_list", responses=listed(DifferenceShape))
    def get(self, request: Request, code: str, site_number: str) -> Response:
        """What does not agree about a site; a named person resolves it in the browser."""
        batch, centre = self.about(reader(request), code, site_number)
        found: tuple[Difference, ...] = tuple(differences_of_site(site_records(batch, [centre])[centre.pk]))
        return Response(whole(DifferenceShape, found, request))


class JudgementShape(Shape):
    """A named person's conclusion; it counts once another has countersigned it, until an input changes."""

    id = serializers.UUIDField()
    criterion = serializers.ChoiceField(choices=JudgedCriterion.choices)
    value = serializers.ChoiceField(choices=JudgedValue.choices)
    reason = serializers.CharField()
    by = serializers.CharField(source="by.name")
    at = serializers.DateTimeField()
    countersigned_by = serializers.CharField(source="countersigned_by.name", default=None, allow_null=True)
    countersigned_at = serializers.DateTimeField(allow_null=True)
    stale = serializers.SerializerMethodField()
    superseded_at = serializers.DateTimeField(allow_null=True)

    def get_stale(self, row: Judgement) -> bool:
        return row.superseded_at is None and is_stale(self.context["record"], row)


class JudgementsView(SiteDoor):
    permission_classes = (READ,)

    @extend_schema(operation_id="judgement_list", responses=listed(JudgementShape))
    def get(self, request: Request, code: str, site_number: str) -> Response:
        """Every judgement of a site in a round, also earlier ones; a named person judges in the browser."""
        batch, centre = self.about(reader(request), code, site_number)
        record = site_records(batch, [centre])[centre.pk]
        rows = Judgement.objects.filter(batch=batch, centre=centre).select_related("by", "countersigned_by")
        return Response(whole(JudgementShape, rows, request, record=record))
