"""Rounds over the interface: which there are, what blocks one, its matrix, the end of its intake and its close."""

from typing import ClassVar

from django.db.models import QuerySet
from django_filters import ChoiceFilter, FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import user_of
from accounts.api.doors import Door
from accounts.api.lists import ListOf
from accounts.api.parsers import BODILESS
from accounts.api.shapes import Shape, listed, whole
from accounts.clock import now
from applications.api.shapes import BatchShape
from applications.enums import ApplicationState, BatchState
from applications.models import Batch
from applications.selectors import find_batch
from applications.services.batches import end_intake
from centres.api.repeatable import Repeatable
from centres.enums import Population
from evaluation.api.access import ACT, FILES, READ, clerk, reader
from evaluation.board.rows import Row, SiteGroup, board_rows
from evaluation.enums import CapacityValue
from evaluation.pipeline import close_and_render
from evaluation.rules.enums import Outcome, Verdict
from evaluation.services.closing import blocking_items

VERDICTS = [each.value for each in Verdict]
OUTCOMES = [each.value for each in Outcome]


class BatchFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    state = ChoiceFilter(choices=BatchState.choices)


class BatchesView(ListOf):
    """Every round, newest first; that a round exists is no secret."""

    permission_classes = (FILES,)  # type: ignore[assignment]  # gives itself when called
    serializer_class = BatchShape
    filterset_class = BatchFilters
    queryset = Batch.objects.none()
    order: ClassVar = ("-year", "-half")

    def get_queryset(self) -> QuerySet[Batch]:
        user_of(self.request)
        return Batch.objects.order_by(*self.order)


class BatchView(Door):
    permission_classes = (FILES,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="batch_read", responses=BatchShape)
    def get(self, request: Request, code: str) -> Response:
        """One round by its code, such as 2026-07."""
        user_of(request)
        return told(request, find_batch(code))


def told(request: Request, batch: Batch) -> Response:
    return Response(BatchShape(batch, context={"request": request}).data)


class EndIntakeView(Repeatable):
    parser_classes = BODILESS
    permission_classes = (ACT,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="batch_end_intake", request=None, responses=BatchShape)
    def post(self, request: Request, code: str) -> Response:
        """End the intake after the reference date: the admissible files go into review."""
        user = clerk(request)
        return told(request, end_intake(find_batch(code), by=user, at=now()))


class CloseView(Repeatable):
    parser_classes = BODILESS
    permission_classes = (ACT,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="batch_close", request=None, responses=BatchShape)
    def post(self, request: Request, code: str) -> Response:
        """Close a round: inputs are frozen, every site is evaluated, the dossiers are ordered; 422 says what blocks."""
        user = clerk(request)
        return told(request, close_and_render(find_batch(code), by=user, at=now()))


class BlockingShape(Shape):
    """What must be settled before the round can close; `where` is a site number, a reference or the round."""

    code = serializers.CharField()
    where = serializers.CharField()
    message = serializers.CharField()
    difference = serializers.CharField(allow_blank=True, help_text="The sha256 of sources that do not agree.")


class BlockingView(Door):
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="batch_blocking", responses=listed(BlockingShape))
    def get(self, request: Request, code: str) -> Response:
        """Everything that keeps a round in review from closing; nothing for a round that is not in review."""
        reader(request)
        batch = find_batch(code)
        items = blocking_items(batch) if batch.state == BatchState.REVIEW else ()
        return Response(whole(BlockingShape, items, request))


class CellShape(Shape):
    """One criterion of one file; `margin` only where acts are counted, `capacity` only for C7."""

    criterion = serializers.CharField()
    verdict = serializers.ChoiceField(choices=VERDICTS)
    margin = serializers.IntegerField(allow_null=True)
    capacity = serializers.ChoiceField(choices=CapacityValue.choices, allow_blank=True)


class RowShape(Shape):
    """One file against every criterion, as closing the round now would find it or, once `stored`, as it was found."""

    application = serializers.UUIDField(source="application.pk")
    reference = serializers.CharField(source="application.reference")
    state = serializers.ChoiceField(source="application.state", choices=ApplicationState.choices)
    site_number = serializers.CharField(source="application.centre.site_number")
    holder = serializers.CharField(source="application.holder.name")
    product_code = serializers.CharField(source="application.product.code", allow_null=True)
    paragraph = serializers.CharField(source="application.paragraph.number")
    populations = serializers.ListField(
        source="application.populations", child=serializers.ChoiceField(choices=Population.choices)
    )
    outcome = serializers.ChoiceField(source="reckoning.outcome", choices=OUTCOMES, help_text="Advice, no decision.")
    stored = serializers.BooleanField(source="reckoning.stored")
    warnings = serializers.ListField(source="reckoning.warnings", child=serializers.CharField())
    faults = serializers.ListField(source="reckoning.faults", child=serializers.CharField())
    open_questions = serializers.IntegerField()
    cells = serializers.SerializerMethodField()

    @extend_schema_field(CellShape(many=True))
    def get_cells(self, row: Row) -> object:
        return CellShape(row.reckoning.cells, many=True).data


class BoardView(Door):
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="batch_board", responses=listed(RowShape))
    def get(self, request: Request, code: str) -> Response:
        """The matrix of a round: its files by site, each with its verdict on every criterion."""
        user = reader(request)
        board = board_rows(find_batch(code), for_user=user)
        return Response(whole(RowShape, board.rows, request))


class SiteRowShape(Shape):
    """A site of the round with what waits there for a person."""

    site_number = serializers.CharField(source="centre.site_number")
    site_name = serializers.CharField(source="centre.name")
    applications = serializers.SerializerMethodField()
    unconfirmed = serializers.IntegerField()
    contradictions = serializers.IntegerField()
    to_note = serializers.IntegerField()

    def get_applications(self, group: SiteGroup) -> int:
        return len(group.rows)


class SitesView(Door):
    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="batch_sites", responses=listed(SiteRowShape))
    def get(self, request: Request, code: str) -> Response:
        """The sites that the files of a round name."""
        user = reader(request)
        groups = board_rows(find_batch(code), for_user=user).groups
        return Response(whole(SiteRowShape, groups, request))
