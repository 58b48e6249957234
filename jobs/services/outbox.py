from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from jobs.enums import MailState
from jobs.models import OutboxMessage

CLAIM_FOR = timedelta(minutes=2)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
CLAIM = """
    UPDATE jobs_outboxmessage SET attempt = attempt + 1, next_attempt_at = statement_timestamp() + %s
    WHERE id = (SELECT id FROM jobs_outboxmessage
                WHERE state = 'QUEUED' AND next_attempt_at <= statement_timestamp() AND attempt < max_attempts
                ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING *
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    sent: int = 0
    failed: int = 0


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
    due = OutboxMessage.objects.filter(state=MailState.QUEUED, next_attempt_at__lte=Now())
    due.filter(attempt__gte=F("max_attempts")).update(state=MailState.DEAD)
    results = []
    while (mail := next(iter(OutboxMessage.objects.raw(CLAIM, [CLAIM_FOR])), None)) is not None:
        results.append(_deliver(mail))
    return Delivery(sent=results.count(True), failed=results.count(False))


def _deliver(mail: OutboxMessage) -> bool:
    held = OutboxMessage.objects.filter(pk=mail.pk, state=MailState.QUEUED, attempt=mail.attempt)
    try:
        _as_email(mail).send()
    except (OSError, ValueError) as error:
        wait = min(FIRST_WAIT * 2 ** (mail.attempt - 1), LONGEST_WAIT)
        state = MailState.DEAD if mail.attempt >= mail.max_attempts else MailState.QUEUED
        held.update(state=state, next_attempt_at=Now() + wait, error_detail=f"{type(error).__name__}: {error}"[:2000])
        return False
    held.update(state=MailState.SENT, sent_at=Now(), error_detail="")
    return True


def _as_email(mail: OutboxMessage) -> EmailMessage:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return EmailMessage(mail.subject, mail.text, to=[mail.recipient], headers={"Message-ID": f"<{mail.pk}@{domain}>"})
