"""The audit trail, for the auditor: what was done, by whom, when, with the hash that chains it to the line before."""

from typing import ClassVar

from django.db.models import QuerySet
from django_filters import CharFilter, DateFilter, FilterSet
from rest_framework import serializers

from accounts.api.authentication import user_of
from accounts.api.lists import ListOf
from accounts.api.shapes import Shape
from accounts.errors import NotAllowed
from accounts.models import AuditEvent
from accounts.policies import may_read_audit
from evaluation.api.access import READ


class AuditEventShape(Shape):
    """One line of the trail; `before` and `after` are null where the line tells of none."""

    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.name", default=None, allow_null=True)
    verb = serializers.CharField()
    subject_type = serializers.CharField()
    subject_id = serializers.CharField()
    before = serializers.JSONField()
    after = serializers.JSONField()
    reason = serializers.CharField(allow_blank=True)
    previous_sha256 = serializers.CharField(allow_blank=True)
    sha256 = serializers.CharField()


class AuditFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    verb = CharFilter()
    subject_type = CharFilter()
    subject_id = CharFilter()
    on = DateFilter(field_name="at", lookup_expr="date")


class AuditEventsView(ListOf):
    """Every line, newest first."""

    permission_classes = (READ,)  # type: ignore[assignment]  # gives itself when called
    serializer_class = AuditEventShape
    filterset_class = AuditFilters
    queryset = AuditEvent.objects.none()
    order: ClassVar = ("-seq",)

    def get_queryset(self) -> QuerySet[AuditEvent]:
        user = user_of(self.request)
        if not may_read_audit(user):
            raise NotAllowed
        return AuditEvent.objects.visible_to(user).select_related("by")
