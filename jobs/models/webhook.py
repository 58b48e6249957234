import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from jobs.enums import DeliveryState, EventType


class WebhookEndpoint(models.Model):
    """An address of an API client that wants to be told of events; secrets sign each message, encrypted at rest.

    `given_up` counts the messages given up since one last arrived; too many and the endpoint is switched off.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    url = models.URLField(max_length=500)
    events = ArrayField(models.CharField(max_length=40, choices=EventType.choices))
    sealed_secret = models.TextField()
    previous_sealed_secret = models.TextField(blank=True)
    previous_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    given_up = models.PositiveIntegerField(default=0)
    switched_off_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(name="jobs_webhook_https", condition=Q(url__startswith="https://")),
            models.CheckConstraint(
                name="jobs_webhook_previous_secret_ends",
                condition=Q(previous_sealed_secret="", previous_until=None)
                | (~Q(previous_sealed_secret="") & Q(previous_until__isnull=False)),
            ),
            models.CheckConstraint(name="jobs_webhook_wants_something", condition=~Q(events=[])),
            models.UniqueConstraint(
                fields=["owner", "url"], condition=Q(closed_at=None), name="jobs_webhook_once_per_address"
            ),
        ]

    def __str__(self) -> str:
        return self.shown_url

    @property
    def shown_url(self) -> str:
        """The address for other eyes than its owner's: what follows the question mark may be a password of theirs."""
        address, asked, _query = self.url.partition("?")
        return f"{address}?…" if asked else address


class WebhookDelivery(models.Model):
    """One event for one endpoint, written in the transaction of the event; the log of what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries")
    event_id = models.UUIDField()
    event_type = models.CharField(max_length=40, choices=EventType.choices)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=10)
    next_attempt_at = models.DateTimeField(db_default=Now())
    response_status = models.PositiveSmallIntegerField(null=True, blank=True)
    error_detail = models.TextField(blank=True)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="jobs_delivery_waiting", condition=Q(state=DeliveryState.QUEUED)
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="jobs_delivery_once"),
            models.CheckConstraint(name="jobs_delivery_state", condition=Q(state__in=DeliveryState.values)),
            models.CheckConstraint(name="jobs_delivery_attempts", condition=Q(attempt__lte=F("max_attempts"))),
            models.CheckConstraint(
                name="jobs_delivery_delivered_when_delivered",
                condition=Q(state=DeliveryState.DELIVERED, delivered_at__isnull=False)
                | (~Q(state=DeliveryState.DELIVERED) & Q(delivered_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.event_id}"
