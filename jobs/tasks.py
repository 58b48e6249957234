import logging
import os
import socket
from threading import Event, Thread
from typing import Any

from celery import current_app, shared_task
from celery.signals import worker_ready, worker_shutdown
from django.db import Error as AnyDatabaseError
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Now

from jobs.enums import DeliveryState, MailState
from jobs.models import OutboxMessage, WebhookDelivery
from jobs.services.deliveries import deliver_webhooks
from jobs.services.heartbeat import record_heartbeat
from jobs.services.outbox import deliver_outbox
from jobs.services.sweep import sweep_jobs

BEAT_EVERY = 15.0

logger = logging.getLogger(__name__)
_stop = Event()


@shared_task(name="jobs.sweep", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery ships no types
def sweep_task() -> None:
    """Every 15 seconds: bring back lost jobs, and see that waiting mails and messages leave."""
    sweep_jobs()
    if OutboxMessage.objects.filter(state=MailState.QUEUED, next_attempt_at__lte=Now()).exists():
        current_app.send_task("jobs.deliver_outbox")
    if WebhookDelivery.objects.filter(state=DeliveryState.QUEUED, next_attempt_at__lte=Now()).exists():
        current_app.send_task("jobs.deliver_webhooks")


@shared_task(name="jobs.deliver_outbox", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery ships no types
def deliver_outbox_task() -> None:
    deliver_outbox()


@shared_task(name="jobs.deliver_webhooks", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery ships no types
def deliver_webhooks_task() -> None:
    deliver_webhooks()


@worker_ready.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def start_heartbeat(**_kwargs: Any) -> None:
    """A worker that starts sweeps once, for it may be the one that was missing, and shows that it lives."""
    current_app.send_task("jobs.sweep")
    _stop.clear()
    name = f"{socket.gethostname()}:{os.getpid()}"
    Thread(target=_beat_until_stopped, args=(name,), name="heartbeat", daemon=True).start()


@worker_shutdown.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def stop_heartbeat(**_kwargs: Any) -> None:
    _stop.set()


def _beat_until_stopped(name: str) -> None:
    while True:
        try:
            _beat(name)
        except AnyDatabaseError:
            logger.warning("no heartbeat: the database does not answer", exc_info=True)
        if _stop.wait(BEAT_EVERY):
            return


def _beat(name: str) -> None:
    connection = _own_connection()
    try:
        record_heartbeat(name=name, connection=connection)
    finally:
        connection.close()


def _own_connection() -> BaseDatabaseWrapper:
    """A connection outside the pool: the worker forks its children, and a pool does not survive a fork."""
    connection = connections["default"].copy()
    connection.settings_dict["OPTIONS"].pop("pool", None)
    return connection
