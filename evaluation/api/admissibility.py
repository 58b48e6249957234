"""Whether a file is admissible: what rules and persons found on each item, and the decision on the whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.forms import Form
from accounts.api.openapi import ETAG, IF_MATCH
from accounts.api.preconditions import etag, require_match, version_told
from accounts.api.shapes import Shape
from accounts.clock import now
from accounts.errors import NotFound
from accounts.models import User
from applications.enums import AdmissibilityState
from applications.models import Application, Batch
from applications.services.admission import decide_admissibility
from applications.services.locks import lock_application
from centres.api.repeatable import Repeatable
from evaluation.admissibility import PERSON_ITEMS, TO_CONFIRM, AdmissibilityFinding, admissibility_findings
from evaluation.api.access import ACT, clerk, filed, reader
from evaluation.enums import AdmissibilityItem
from evaluation.models import AdmissibilityCheck
from evaluation.services.admissibility import check_admissibility_item

FOUND = [*AdmissibilityState.values, TO_CONFIRM]


class ItemResultShape(Shape):
    """One item; `said_by` a person, or nobody where the desk's rules found it. TO_CONFIRM waits for a person."""

    id = serializers.ChoiceField(choices=AdmissibilityItem.choices)
    result = serializers.ChoiceField(choices=FOUND)
    reason = serializers.CharField()
    said_by = serializers.CharField(allow_blank=True)


@dataclass(frozen=True, slots=True)
class Found:
    """The decision on a file beside what was found on its items."""

    result: str
    reason: str
    decided_at: datetime | None
    items: Iterable[AdmissibilityFinding]


class AdmissibilityShape(Shape):
    """The decision, empty while there is none; it never enters the outcome."""

    result = serializers.ChoiceField(choices=AdmissibilityState.choices, allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    items = ItemResultShape(many=True)


class DecisionForm(Form[Application]):
    """A reason is due for all but ADMISSIBLE."""

    result = serializers.ChoiceField(choices=AdmissibilityState.choices)
    reason = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


class ItemForm(Form[Application]):
    result = serializers.ChoiceField(choices=AdmissibilityState.choices)
    reason = serializers.CharField(max_length=2_000)


class AdmissibilityView(Repeatable):
    permission_classes = (ACT,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(operation_id="admissibility_read", parameters=[ETAG], responses=AdmissibilityShape)
    def get(self, request: Request, application_id: UUID) -> Response:
        """The decision on a file, and each item as it stands; its ETag is what both changes send back."""
        return told(request, reader(request), application_id)

    @extend_schema(
        operation_id="admissibility_decide",
        request=DecisionForm,
        parameters=[IF_MATCH, ETAG],
        responses=AdmissibilityShape,
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        """Find a submitted file admissible, inadmissible or to be completed; 409 once that is decided."""
        user = clerk(request)
        application = filed(user, application_id)
        form = DecisionForm(data=request.data)
        form.is_valid(raise_exception=True)
        with transaction.atomic():
            read_last(request, application)
            decide_admissibility(application, **form.validated_data, by=user, at=now())
        return told(request, user, application_id)


class AdmissibilityItemView(Repeatable):
    permission_classes = (ACT,)  # type: ignore[assignment]  # gives itself when called

    @extend_schema(
        operation_id="admissibility_check_item",
        request=ItemForm,
        parameters=[IF_MATCH, ETAG],
        responses=AdmissibilityShape,
    )
    def put(self, request: Request, application_id: UUID, item: str) -> Response:
        """Say on AD1 or AD5 what no rule can tell; a later finding takes the place of the earlier one."""
        user = clerk(request)
        application = filed(user, application_id)
        if item not in PERSON_ITEMS:
            raise NotFound
        form = ItemForm(data=request.data)
        form.is_valid(raise_exception=True)
        with transaction.atomic():
            read_last(request, application)
            check_admissibility_item(application, item=item, **form.validated_data, by=user, at=now())
        return told(request, user, application_id)


def told(request: Request, user: User, application_id: UUID) -> Response:
    application = filed(user, application_id)
    batch: Batch | None = application.batch
    if batch is None:
        raise NotFound
    found = Found(
        application.admissibility,
        application.admissibility_reason,
        application.admissibility_at,
        admissibility_findings(application, batch=batch),
    )
    body = AdmissibilityShape(found, context={"request": request}).data
    return Response(body, headers={"ETag": etag(version_of(application))})


def version_of(application: Application) -> str:
    """Changes with the decision and with what a person found; the words of rules are in the reader's language."""
    checks = AdmissibilityCheck.objects.filter(application=application).order_by("item")
    said = list(checks.values_list("item", "result", "reason", "at"))
    return version_told([application.admissibility, application.admissibility_at, said])


def read_last(request: Request, application: Application) -> None:
    """Locks the file: 428 without `If-Match`, 412 when a decision or a finding changed since."""
    require_match(request, version_of(lock_application(application)))
