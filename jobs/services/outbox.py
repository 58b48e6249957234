from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models.functions import Now

from jobs.enums import MailState
from jobs.models import OutboxMessage
from jobs.services.due import Delivery, Pauses, Tried, send_due

PAUSES = Pauses(first=timedelta(minutes=1), factor=2, longest=timedelta(hours=1))


@transaction.atomic
def write_mail(*, recipient: str, subject: str, text: str, key: str | None = None, at: datetime) -> OutboxMessage:
    """Write down a mail in the caller's transaction; the same key gives the same mail, sent once.

    The door calls `enqueue_outbox` afterwards; without it the mail leaves with the next sweep.
    """
    mail = OutboxMessage(recipient=recipient, subject=" ".join(subject.split()), text=text, key=key, created_at=at)
    if key is None:
        mail.save(force_insert=True)
        return mail
    OutboxMessage.objects.bulk_create([mail], ignore_conflicts=True)
    return OutboxMessage.objects.get(key=key)


def enqueue_outbox() -> None:
    """Have the mails sent once the present transaction is committed; only doors and pipelines call it."""
    transaction.on_commit(lambda: current_app.send_task("jobs.deliver_outbox"), robust=True)


def deliver_outbox() -> Delivery:
    """Send every mail that is due, each by one worker only; what cannot be sent is tried again, 8 times in all.

    A worker lost between sending and noting it sends the mail a second time under the same Message-ID.
    """
    return send_due(OutboxMessage, _try, pauses=PAUSES)


def _try(mail: OutboxMessage) -> Tried:
    try:
        _as_email(mail).send()
    except (OSError, ValueError) as error:
        return Tried(fault=f"{type(error).__name__}: {error}")
    return Tried({"state": MailState.SENT, "sent_at": Now()})


def _as_email(mail: OutboxMessage) -> EmailMessage:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return EmailMessage(mail.subject, mail.text, to=[mail.recipient], headers={"Message-ID": f"<{mail.pk}@{domain}>"})
