"""The messages of webhooks on their way: signed, tried until they arrive; an address that never answers is given up."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from standardwebhooks import Webhook

from jobs.enums import DeliveryState
from jobs.models import WebhookDelivery, WebhookEndpoint
from jobs.sealing import Unsealable, unseal
from jobs.sending import Unreachable, UnsafeAddress, post_signed
from jobs.services.due import Pauses, Tried, send_due
from jobs.services.webhooks import SWITCHED_OFF

PAUSES = Pauses(first=timedelta(seconds=10), factor=3, longest=timedelta(hours=6))
GIVEN_UP_IN_A_ROW = 5
"""So many messages given up, each after all its attempts and none arriving between, and the address is switched off."""


def deliver_webhooks() -> int:
    """Send every message that is due, each by one worker only; gives how many arrived.

    A worker lost between sending and noting it sends the message again under the same webhook-id. What waits for a
    client that was closed meanwhile is given up unsent.
    """
    waiting = WebhookDelivery.objects.filter(state=DeliveryState.QUEUED, endpoint__owner__is_active=False)
    waiting.update(state=DeliveryState.DEAD, error_detail="client closed")
    return send_due(WebhookDelivery, _try, pauses=PAUSES).sent


def _try(row: WebhookDelivery) -> Tried:
    try:
        status = post_signed(row.endpoint.url, row.body.encode(), headers=_headers(row))
    except (Unreachable, UnsafeAddress, Unsealable) as error:
        return _failed(row, status=None, fault=f"{type(error).__name__}: {error}")
    if not 200 <= status < 300:
        return _failed(row, status=status, fault=f"answered {status}")
    WebhookEndpoint.objects.filter(pk=row.endpoint_id).exclude(given_up=0).update(given_up=0)
    return Tried({"state": DeliveryState.DELIVERED, "delivered_at": Now(), "response_status": status})


def _failed(row: WebhookDelivery, *, status: int | None, fault: str) -> Tried:
    """The endpoint's other messages wait a little too, so that no other endpoint waits for this one."""
    others = WebhookDelivery.objects.filter(endpoint=row.endpoint_id, state=DeliveryState.QUEUED).exclude(pk=row.pk)
    others.filter(next_attempt_at__lte=Now()).update(next_attempt_at=Now() + PAUSES.first)
    if row.attempt >= row.max_attempts:
        _give_up(row.endpoint_id)
    return Tried({"response_status": status}, fault=fault)


@transaction.atomic
def _give_up(endpoint_id: UUID) -> None:
    endpoint = WebhookEndpoint.objects.filter(pk=endpoint_id, switched_off_at=None)
    endpoint.update(given_up=F("given_up") + 1)
    if not endpoint.filter(given_up__gte=GIVEN_UP_IN_A_ROW).update(switched_off_at=Now()):
        return
    waiting = WebhookDelivery.objects.filter(endpoint=endpoint_id, state=DeliveryState.QUEUED, attempt=0)
    waiting.update(state=DeliveryState.DEAD, error_detail=SWITCHED_OFF)


def _headers(row: WebhookDelivery) -> dict[str, str]:
    """The three headers of Standard Webhooks; the time is that of this attempt, for receivers refuse old messages."""
    claimed_at: datetime = row.claimed_at  # type: ignore[attr-defined]  # the database's moment of the claim
    held = [row.endpoint.sealed_secret]
    if row.endpoint.previous_until is not None and claimed_at < row.endpoint.previous_until:
        held.append(row.endpoint.previous_sealed_secret)
    signed = [Webhook(unseal(each)).sign(str(row.event_id), claimed_at, row.body) for each in held]
    return {
        "content-type": "application/json",
        "webhook-id": str(row.event_id),
        "webhook-timestamp": str(int(claimed_at.timestamp())),
        "webhook-signature": " ".join(signed),
    }
