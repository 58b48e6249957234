"""Events for API clients: written with what happened, signed as Standard Webhooks, tried until they arrive."""

import base64
import hashlib
import json
import secrets
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import current_app
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from standardwebhooks import Webhook

from jobs.enums import DeliveryState, EventType
from jobs.models import WebhookDelivery, WebhookEndpoint
from jobs.sending import Unreachable, UnsafeAddress, post_signed, require_safe_address

CLAIM_FOR = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=6)
CLAIM = """
    UPDATE jobs_webhookdelivery SET attempt = attempt + 1, next_attempt_at = statement_timestamp() + %s
    WHERE id = (SELECT id FROM jobs_webhookdelivery
                WHERE state = 'QUEUED' AND next_attempt_at <= statement_timestamp() AND attempt < max_attempts
                ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING *, statement_timestamp() AS sent_at
"""

Owners = Collection[uuid.UUID] | QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """An endpoint with its signing secret, which is shown this once."""

    endpoint: WebhookEndpoint
    secret: str


@transaction.atomic
def open_endpoint(*, owner_id: uuid.UUID, url: str, events: Iterable[str], at: datetime) -> NewEndpoint:
    """Tell an address of these events from now on. Raises UnsafeAddress for one that is not public https."""
    require_safe_address(url)
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    endpoint = WebhookEndpoint.objects.create(
        owner_id=owner_id, url=url, events=sorted(set(events)), sealed_secret=_seal(secret), created_at=at
    )
    return NewEndpoint(endpoint, secret)


@transaction.atomic
def close_endpoint(endpoint: WebhookEndpoint, *, at: datetime) -> WebhookEndpoint:
    """Nothing is sent there any more, waiting messages neither; the log stays."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk, closed_at=None).update(closed_at=at)
    waiting = WebhookDelivery.objects.filter(endpoint=endpoint, state=DeliveryState.QUEUED)
    waiting.update(state=DeliveryState.DEAD, error_detail="closed")
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic
def publish(event_type: EventType, data: Mapping[str, Any], *, owner_ids: Owners, at: datetime) -> int:
    """Write the event down for every open endpoint of these users that wants it; part of the caller's transaction.

    The message leaves with the next sweep at the latest, or at once when the door calls `enqueue_webhooks`.
    """
    wanted = WebhookEndpoint.objects.filter(owner__in=owner_ids, closed_at=None, events__contains=[event_type])
    event_id = uuid.uuid4()
    stamp = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    body = json.dumps({"type": event_type.value, "timestamp": stamp, "data": dict(data)}, separators=(",", ":"))
    rows = [
        WebhookDelivery(endpoint=each, event_id=event_id, event_type=event_type, body=body, created_at=at)
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


def deliver_webhooks() -> int:
    """Send every message that is due, each by one worker only; gives how many arrived.

    A worker lost between sending and noting it sends the message again under the same webhook-id.
    """
    due = WebhookDelivery.objects.filter(state=DeliveryState.QUEUED, next_attempt_at__lte=Now())
    due.filter(attempt__gte=F("max_attempts")).update(state=DeliveryState.DEAD)
    arrived = 0
    while (row := next(iter(WebhookDelivery.objects.raw(CLAIM, [CLAIM_FOR])), None)) is not None:
        arrived += _deliver(row)
    return arrived


def _deliver(row: WebhookDelivery) -> bool:
    held = WebhookDelivery.objects.filter(pk=row.pk, state=DeliveryState.QUEUED, attempt=row.attempt)
    try:
        status = post_signed(row.endpoint.url, row.body.encode(), headers=_headers(row))
    except (Unreachable, UnsafeAddress, InvalidToken) as error:
        return _failed(held, row, status=None, detail=f"{type(error).__name__}: {error}")
    if not 200 <= status < 300:
        return _failed(held, row, status=status, detail=f"answered {status}")
    held.update(state=DeliveryState.DELIVERED, delivered_at=Now(), response_status=status, error_detail="")
    return True


def _failed(held: Any, row: WebhookDelivery, *, status: int | None, detail: str) -> bool:
    wait = min(FIRST_WAIT * 3 ** (row.attempt - 1), LONGEST_WAIT)
    state = DeliveryState.DEAD if row.attempt >= row.max_attempts else DeliveryState.QUEUED
    held.update(state=state, next_attempt_at=Now() + wait, response_status=status, error_detail=detail[:2000])
    return False


def _headers(row: WebhookDelivery) -> dict[str, str]:
    """The three headers of Standard Webhooks; the time is that of this attempt, for receivers refuse old messages."""
    sent_at: datetime = row.sent_at  # type: ignore[attr-defined]  # the database's moment of the claim
    signature = Webhook(_unseal(row.endpoint.sealed_secret)).sign(str(row.event_id), sent_at, row.body)
    return {
        "content-type": "application/json",
        "webhook-id": str(row.event_id),
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": signature,
    }


def _box() -> Fernet:
    key = hashlib.sha256(b"webhook secrets\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def _unseal(sealed: str) -> str:
    return _box().decrypt(sealed.encode()).decode()
