"""Addresses of API clients that are told of events; what is sent is signed as Standard Webhooks say."""

import base64
import json
import secrets
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from jobs.enums import DeliveryState, EventType
from jobs.models import WebhookDelivery, WebhookEndpoint
from jobs.sealing import seal
from jobs.sending import require_safe_address

MOST_OPEN = 20
BOTH_HOLD_FOR = timedelta(hours=24)
"""How long messages bear a signature of the secret before as well, once there is a new one."""
SWITCHED_OFF = "switched off"

Owners = Collection[uuid.UUID] | QuerySet[Any, Any]


class TooManyEndpoints(ValueError):  # noqa: N818  # named for what is wrong
    """The client has as many open addresses as it may."""


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """An endpoint with its signing secret, which is shown this once."""

    endpoint: WebhookEndpoint
    secret: str


@transaction.atomic
def open_endpoint(*, owner_id: uuid.UUID, url: str, events: Iterable[str], at: datetime) -> NewEndpoint:
    """Tell an address of these events from now on.

    Raises UnsafeAddress for one that is not public https, Unreachable for one that nobody knows, TooManyEndpoints.
    """
    require_safe_address(url)
    if WebhookEndpoint.objects.filter(owner_id=owner_id, closed_at=None).count() >= MOST_OPEN:
        raise TooManyEndpoints(MOST_OPEN)
    secret = _new_secret()
    endpoint = WebhookEndpoint.objects.create(
        owner_id=owner_id, url=url, events=sorted(set(events)), sealed_secret=seal(secret), created_at=at
    )
    return NewEndpoint(endpoint, secret)


@transaction.atomic
def rotate_secret(endpoint: WebhookEndpoint) -> NewEndpoint:
    """Give an endpoint a new secret; for 24 hours messages are signed with the one before as well.

    Drawn again within that day, only the newest two hold. The moments are the database's.
    """
    secret = _new_secret()
    held = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    WebhookEndpoint.objects.filter(pk=held.pk).update(
        sealed_secret=seal(secret), previous_sealed_secret=held.sealed_secret, previous_until=Now() + BOTH_HOLD_FOR
    )
    held.refresh_from_db()
    return NewEndpoint(held, secret)


@transaction.atomic
def close_endpoint(endpoint: WebhookEndpoint, *, at: datetime) -> WebhookEndpoint:
    """Nothing is sent there any more, waiting messages neither; the log stays."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk, closed_at=None).update(closed_at=at)
    waiting = WebhookDelivery.objects.filter(endpoint=endpoint, state=DeliveryState.QUEUED)
    waiting.update(state=DeliveryState.DEAD, error_detail="closed")
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic
def switch_on(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """Send there again after it was switched off; what was given up meanwhile waits in the log to be replayed."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(switched_off_at=None, given_up=0)
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic
def publish(event_type: EventType, data: Mapping[str, Any], *, owner_ids: Owners, at: datetime) -> int:
    """Write the event down for every open endpoint of these users that wants it; part of the caller's transaction.

    The message leaves with the next sweep at the latest, or at once when the door calls `enqueue_webhooks`. For an
    endpoint that is switched off it is written as given up, so that the log misses nothing; a client that is closed
    is told nothing.
    """
    wanted = WebhookEndpoint.objects.filter(
        owner__in=owner_ids, owner__is_active=True, closed_at=None, events__contains=[event_type]
    )
    event_id = uuid.uuid4()
    stamp = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    body = json.dumps({"type": event_type.value, "timestamp": stamp, "data": dict(data)}, separators=(",", ":"))
    rows = [
        WebhookDelivery(
            endpoint=each, event_id=event_id, event_type=event_type, body=body, created_at=at, **_waiting(each)
        )
        for each in wanted
    ]
    return len(WebhookDelivery.objects.bulk_create(rows))


def enqueue_webhooks() -> None:
    """Have the messages sent once the present transaction is committed; only doors and pipelines call it."""
    transaction.on_commit(lambda: current_app.send_task("jobs.deliver_webhooks"), robust=True)


@transaction.atomic
def replay_delivery(delivery: WebhookDelivery) -> WebhookDelivery:
    """Send a message once more, under the same webhook-id, so that the receiver can tell that it is no new one."""
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.QUEUED, attempt=0, next_attempt_at=Now(), delivered_at=None, error_detail=""
    )
    delivery.refresh_from_db()
    return delivery


def _waiting(endpoint: WebhookEndpoint) -> dict[str, Any]:
    if endpoint.switched_off_at is None:
        return {}
    return {"state": DeliveryState.DEAD, "error_detail": SWITCHED_OFF}


def _new_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
