"""What waits to be sent: claimed one by one, each by one worker, tried again after growing pauses, given up at last."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any, TypeVar

from django.db.models import F
from django.db.models.functions import Now

from jobs.enums import MailState
from jobs.models import OutboxMessage, WebhookDelivery

Row = TypeVar("Row", OutboxMessage, WebhookDelivery)
QUEUED, DEAD = MailState.QUEUED, MailState.DEAD
"""The same two words in every table that waits."""
CLAIM_FOR = timedelta(minutes=2)
ROUND = 120.0
"""Seconds after which a round takes up nothing more: the next sweep goes on, and no task runs into its time limit."""
CLAIM = """
    UPDATE {table} SET attempt = attempt + 1, next_attempt_at = statement_timestamp() + %s
    WHERE id = (SELECT id FROM {table}
                WHERE state = 'QUEUED' AND next_attempt_at <= statement_timestamp() AND attempt < max_attempts
                ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING *, statement_timestamp() AS claimed_at
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one round came to."""

    sent: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Pauses:
    """The pause after an attempt: the first, multiplied by the factor each time, up to the longest."""

    first: timedelta
    factor: int
    longest: timedelta

    def after(self, attempt: int) -> timedelta:
        grown: timedelta = self.first * self.factor ** (attempt - 1)
        return min(grown, self.longest)


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one attempt: the columns to write, and why it failed, if it did."""

    values: dict[str, Any] = field(default_factory=dict)
    fault: str | None = None


def send_due(model: type[Row], attempt: Callable[[Row], Tried], *, pauses: Pauses) -> Delivery:
    """Try every row that is due; a row claimed by a worker that was lost is due again after two minutes.

    Rows without an attempt left are given up. `attempt` says what became of one row and writes nothing of it itself.
    """
    due = model.objects.filter(state=QUEUED, next_attempt_at__lte=Now())
    due.filter(attempt__gte=F("max_attempts")).update(state=DEAD)
    until, results = monotonic() + ROUND, []
    while monotonic() < until and (row := _claimed(model)) is not None:
        results.append(_note(row, attempt(row), pauses))
    return Delivery(sent=results.count(True), failed=results.count(False))


def _claimed(model: type[Row]) -> Row | None:
    claim = CLAIM.format(table=model._meta.db_table)
    return next(iter(model.objects.raw(claim, [CLAIM_FOR])), None)


def _note(row: Row, tried: Tried, pauses: Pauses) -> bool:
    """Only the attempt that holds the row may write what became of it."""
    held = type(row).objects.filter(pk=row.pk, state=QUEUED, attempt=row.attempt)
    if tried.fault is None:
        held.update(**tried.values, error_detail="")
        return True
    state = DEAD if row.attempt >= row.max_attempts else QUEUED
    again = Now() + pauses.after(row.attempt)
    held.update(state=state, next_attempt_at=again, error_detail=tried.fault[:2000], **tried.values)
    return False
