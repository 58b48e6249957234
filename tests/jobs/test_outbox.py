import smtplib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import F
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from jobs.models import OutboxMessage
from jobs.services import deliver_outbox, enqueue_outbox, write_mail
from jobs.services.due import Delivery
from jobs.tasks import sweep_task
from tests.jobs.conftest import AT


class AbsentServer(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise smtplib.SMTPServerDisconnected("no server")


def new_mail(key: str | None = None) -> OutboxMessage:
    return write_mail(recipient="one@desk.example", subject="A receipt\nfor you", text="Received.", key=key, at=AT)


def let_an_hour_pass() -> None:
    OutboxMessage.objects.update(next_attempt_at=F("next_attempt_at") - timedelta(hours=1))


def test_mail_is_sent_once(db: None) -> None:
    message = new_mail()
    assert [deliver_outbox(), deliver_outbox()] == [Delivery(sent=1), Delivery()]
    message.refresh_from_db()
    assert (message.state, message.attempt, message.sent_at is None) == ("SENT", 1, False)
    [sent] = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["one@desk.example"], "A receipt for you", "Received.")
    assert sent.extra_headers == {"Message-ID": f"<{message.pk}@desk.example>"}


@pytest.mark.django_db(transaction=True)
def test_mails_are_sent_once_by_workers_at_once() -> None:
    for _number in range(20):
        new_mail()

    def deliver(_number: int) -> int:
        try:
            return deliver_outbox().sent
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(deliver, range(4))) == 20
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == len(mail.outbox) == 20


def test_mail_of_a_transaction_that_failed(db: None) -> None:
    with transaction.atomic():
        new_mail()
        transaction.set_rollback(True)
    assert (deliver_outbox(), mail.outbox) == (Delivery(), [])


def test_write_mail_with_the_same_key_is_the_same_mail(db: None) -> None:
    assert new_mail(key="receipt-1") == new_mail(key="receipt-1")
    assert deliver_outbox() == Delivery(sent=1)


def test_mail_without_a_server_is_tried_8_times(db: None, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.jobs.test_outbox.AbsentServer"
    message = new_mail()
    for _attempt in range(8):
        assert [deliver_outbox(), deliver_outbox()] == [Delivery(failed=1), Delivery()]
        let_an_hour_pass()
    message.refresh_from_db()
    assert (message.state, message.attempt) == ("DEAD", 8)
    assert message.error_detail == "SMTPServerDisconnected: no server"


def test_mail_of_a_worker_lost_while_sending_goes_out_again(db: None) -> None:
    message = new_mail()
    OutboxMessage.objects.update(attempt=1, next_attempt_at=F("next_attempt_at") + timedelta(minutes=2))
    assert deliver_outbox() == Delivery()
    let_an_hour_pass()
    assert deliver_outbox() == Delivery(sent=1)
    message.refresh_from_db()
    assert message.attempt == 2


def test_enqueue_outbox_sends_on_commit(
    db: None, broker: list[tuple[str, ...]], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        enqueue_outbox()
    assert broker == [("jobs.deliver_outbox",)]


def test_sweep_task_has_waiting_mails_sent(db: None, broker: list[tuple[str, ...]]) -> None:
    sweep_task()
    assert broker == []
    new_mail()
    sweep_task()
    assert broker == [("jobs.deliver_outbox",)]
