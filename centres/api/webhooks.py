"""Webhooks of an API client: where it wants to be told of what, and what became of each message."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django_filters import ChoiceFilter, FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import user_of
from accounts.api.forms import Form
from accounts.api.lists import ListOf
from accounts.api.openapi import LOCATION
from accounts.api.parsers import BODILESS
from accounts.api.shapes import Shape, moment
from accounts.clock import now
from accounts.errors import Conflict, Invalid, NotAllowed, NotFound, Problem, sentence
from accounts.services.audit import record_event
from centres.api.repeatable import Repeatable
from centres.events import SCOPES_OF
from jobs.enums import DeliveryState, EventType
from jobs.models import WebhookDelivery, WebhookEndpoint
from jobs.sending import Unreachable, UnsafeAddress
from jobs.services import (
    TooManyEndpoints,
    close_endpoint,
    enqueue_webhooks,
    open_endpoint,
    replay_delivery,
    rotate_secret,
    switch_on,
)
from jobs.services.webhooks import MOST_OPEN


class EndpointShape(Shape):
    """An address that is told of events; the secret that signs them was shown when it was opened."""

    id = serializers.UUIDField()
    url = serializers.URLField()
    events = serializers.ListField(child=serializers.ChoiceField(choices=EventType.choices))
    created_at = serializers.DateTimeField()
    switched_off_at = serializers.DateTimeField(
        allow_null=True, help_text="Since when nothing is sent, because too many messages in a row were given up."
    )
    closed_at = serializers.DateTimeField(allow_null=True)


class OpenedShape(EndpointShape):
    """The only answer with the secret: keep it."""

    secret = serializers.CharField()


class RotatedShape(OpenedShape):
    """The new secret; until the moment told, messages bear a signature of the one before as well."""

    previous_until = serializers.DateTimeField()


class EndpointForm(Form[WebhookEndpoint]):
    url = serializers.URLField(max_length=500)
    events = serializers.ListField(child=serializers.ChoiceField(choices=EventType.choices), allow_empty=False)


class DeliveryShape(Shape):
    """One event for one endpoint; `id` names the row, `event_id` is what the receiver sees as webhook-id."""

    id = serializers.UUIDField()
    event_id = serializers.UUIDField()
    event_type = serializers.ChoiceField(choices=EventType.choices)
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    attempt = serializers.IntegerField()
    response_status = serializers.IntegerField(allow_null=True)
    error_detail = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)


def own_endpoint(request: Request, endpoint_id: UUID) -> WebhookEndpoint:
    """Raises NotFound, also for what exists but is another's."""
    endpoint = WebhookEndpoint.objects.filter(owner_id=user_of(request).pk, pk=endpoint_id).first()
    if endpoint is None:
        raise NotFound
    return endpoint


def require_event_scopes(request: Request, events: Iterable[str]) -> None:
    """Raises NotAllowed unless the token may read what it asks to be told of."""
    token: Any = request.auth
    for event in events:
        if not any(token.allow_scopes([scope]) for scope in SCOPES_OF[event]):
            raise NotAllowed("scope-missing", scope=SCOPES_OF[event][0].value)


def endpoint_to_change(request: Request, endpoint_id: UUID) -> WebhookEndpoint:
    """An open endpoint of the client, for a token that could open it. Raises NotFound, NotAllowed, Conflict."""
    endpoint = own_endpoint(request, endpoint_id)
    require_event_scopes(request, endpoint.events)
    if endpoint.closed_at is not None:
        raise Conflict("webhook-closed")
    return endpoint


class WebhooksView(ListOf, Repeatable):
    """The client's endpoints, newest first; those that were closed too."""

    permission_classes = (IsAuthenticated,)
    tells_a_secret = True
    queryset = WebhookEndpoint.objects.none()
    serializer_class = EndpointShape

    def get_queryset(self) -> QuerySet[WebhookEndpoint]:
        return WebhookEndpoint.objects.filter(owner_id=user_of(self.request).pk)

    @extend_schema(
        operation_id="webhook_open", request=EndpointForm, parameters=[LOCATION], responses={201: OpenedShape}
    )
    def post(self, request: Request) -> Response:
        """Have an address told of events; only this answer has the secret that signs them."""
        form = EndpointForm(data=request.data)
        form.is_valid(raise_exception=True)
        at, user = now(), user_of(request)
        require_event_scopes(request, form.validated_data["events"])
        try:
            with transaction.atomic():
                opened = open_endpoint(owner_id=user.pk, at=at, **form.validated_data)
                record_event(
                    opened.endpoint, by=user, at=at, verb="open webhook", after={"url": opened.endpoint.shown_url}
                )
        except (UnsafeAddress, Unreachable) as error:
            raise Invalid(problems=[Problem("/url", "value", sentence("webhook-address", {}))]) from error
        except TooManyEndpoints as error:
            raise Conflict("webhooks-too-many", most=MOST_OPEN) from error
        except IntegrityError as error:
            raise Conflict("webhook-twice") from error
        body = EndpointShape(opened.endpoint).data | {"secret": opened.secret}
        return Response(body, status=201, headers={"Location": f"/api/v1/webhooks/{opened.endpoint.pk}"})


class WebhookView(Repeatable):
    parser_classes = BODILESS
    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="webhook_read", responses=EndpointShape)
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        """One endpoint."""
        return Response(EndpointShape(own_endpoint(request, endpoint_id), context={"request": request}).data)

    @extend_schema(operation_id="webhook_close", responses={204: None})
    def delete(self, request: Request, endpoint_id: UUID) -> Response:
        """Close an endpoint: nothing is sent there any more; its log stays."""
        endpoint, at = own_endpoint(request, endpoint_id), now()
        require_event_scopes(request, endpoint.events)
        with transaction.atomic():
            close_endpoint(endpoint, at=at)
            record_event(endpoint, by=user_of(request), at=at, verb="close webhook", before={"url": endpoint.shown_url})
        return Response(status=204)


class SecretView(Repeatable):
    parser_classes = BODILESS
    permission_classes = (IsAuthenticated,)
    tells_a_secret = True

    @extend_schema(operation_id="webhook_rotate", request=None, responses={200: RotatedShape})
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Draw a new secret: for 24 hours each message is signed with it and with the one before."""
        endpoint = endpoint_to_change(request, endpoint_id)
        with transaction.atomic():
            rotated = rotate_secret(endpoint)
            record_event(rotated.endpoint, by=user_of(request), at=now(), verb="rotate webhook secret")
        until = {"previous_until": moment(rotated.endpoint.previous_until)}
        return Response(EndpointShape(rotated.endpoint).data | {"secret": rotated.secret} | until)


class SwitchOnView(Repeatable):
    parser_classes = BODILESS
    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="webhook_switch_on", request=None, responses={200: EndpointShape})
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Send there again after it was switched off; what was given up meanwhile can be replayed from the log."""
        endpoint, at = endpoint_to_change(request, endpoint_id), now()
        with transaction.atomic():
            switched = switch_on(endpoint)
            if endpoint.switched_off_at is not None:
                record_event(switched, by=user_of(request), at=at, verb="switch webhook on")
        return Response(EndpointShape(switched).data)


class DeliveryFilters(FilterSet):  # type: ignore[misc]  # no types in django-filter
    state = ChoiceFilter(choices=DeliveryState.choices)
    event_type = ChoiceFilter(choices=EventType.choices)


class DeliveriesView(ListOf):
    """The log of an endpoint, newest first."""

    permission_classes = (IsAuthenticated,)
    serializer_class = DeliveryShape
    filterset_class = DeliveryFilters
    order: ClassVar = ("-created_at", "-id")

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        if getattr(self, "swagger_fake_view", False):
            return WebhookDelivery.objects.none()
        endpoint = own_endpoint(self.request, self.kwargs["endpoint_id"])
        return WebhookDelivery.objects.filter(endpoint=endpoint)


class ReplayView(Repeatable):
    parser_classes = BODILESS
    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="webhook_replay", request=None, responses={202: DeliveryShape})
    def post(self, request: Request, endpoint_id: UUID, delivery_id: UUID) -> Response:
        """Send a message once more, under the same webhook-id."""
        endpoint = own_endpoint(request, endpoint_id)
        delivery: Any = WebhookDelivery.objects.filter(endpoint=endpoint, pk=delivery_id).first()
        if delivery is None:
            raise NotFound
        if endpoint_to_change(request, endpoint_id).switched_off_at is not None:
            raise Conflict("webhook-switched-off")
        with transaction.atomic():
            again = replay_delivery(delivery)
            enqueue_webhooks()
        return Response(DeliveryShape(again).data, status=202)
