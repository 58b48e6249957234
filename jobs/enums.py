from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class JobState(TextChoices):
    """Where a piece of background work stands; FAILED is a refusal, DEAD means no attempt is left."""

    QUEUED = "QUEUED", _("Waiting")
    RUNNING = "RUNNING", _("Running")
    DONE = "DONE", _("Done")
    FAILED = "FAILED", _("Failed")
    DEAD = "DEAD", _("Given up")


class MailState(TextChoices):
    QUEUED = "QUEUED", _("Waiting")
    SENT = "SENT", _("Sent")
    DEAD = "DEAD", _("Given up")


class KeyState(TextChoices):
    IN_PROGRESS = "IN_PROGRESS", _("In progress")
    ANSWERED = "ANSWERED", _("Answered")


class Claim(TextChoices):
    """What an idempotency key turned out to be."""

    NEW = "NEW"
    REPLAY = "REPLAY"
    IN_PROGRESS = "IN_PROGRESS"
    MISMATCH = "MISMATCH"


class EventType(TextChoices):
    """What an API client can be told of."""

    APPLICATION_MOVED = "application.moved", _("An application changed its state")
    UPLOAD_CHECKED = "upload.checked", _("An upload was checked")
    UPLOAD_COMMITTED = "upload.committed", _("An upload was committed")
    UPLOAD_FAILED = "upload.failed", _("An upload failed")


class DeliveryState(TextChoices):
    QUEUED = "QUEUED", _("Waiting")
    DELIVERED = "DELIVERED", _("Delivered")
    DEAD = "DEAD", _("Given up")
