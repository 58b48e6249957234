import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from jobs.enums import MailState


class OutboxMessage(models.Model):
    """A mail that a business transaction decided to send; it goes out after the commit, and only then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    key = models.CharField(max_length=200, null=True, blank=True, unique=True)
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=8)
    next_attempt_at = models.DateTimeField(db_default=Now())
    error_detail = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="jobs_outbox_waiting",
                condition=Q(state=MailState.QUEUED),
            )
        ]
        constraints = [
            models.CheckConstraint(name="jobs_outbox_state", condition=Q(state__in=MailState.values)),
            models.CheckConstraint(
                name="jobs_outbox_sent_when_sent",
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(name="jobs_outbox_attempts", condition=Q(attempt__lte=F("max_attempts"))),
            models.CheckConstraint(name="jobs_outbox_filled", condition=~Q(recipient="") & ~Q(subject="")),
        ]

    def __str__(self) -> str:
        return self.subject
