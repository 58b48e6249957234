from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jobs.enums import KeyState


class IdempotencyKey(models.Model):
    """What was answered to a request that a client may send twice."""

    client_id = models.CharField(max_length=255)
    key = models.CharField(max_length=255)
    request_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=KeyState.choices, default=KeyState.IN_PROGRESS)
    response_status = models.PositiveSmallIntegerField(null=True, blank=True)
    response_body = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="jobs_idempotency_once", fields=["client_id", "key"]),
            models.CheckConstraint(name="jobs_idempotency_state", condition=Q(state__in=KeyState.values)),
            models.CheckConstraint(
                name="jobs_idempotency_sha256",
                condition=Q(request_sha256__regex="^[0-9a-f]{64}$"),
            ),
            models.CheckConstraint(
                name="jobs_idempotency_answered",
                condition=Q(state=KeyState.ANSWERED, response_status__isnull=False)
                | Q(state=KeyState.IN_PROGRESS, response_status__isnull=True),
            ),
            models.CheckConstraint(name="jobs_idempotency_named", condition=~Q(client_id="") & ~Q(key="")),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.key}"
