from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.errors import Conflict, Invalid, Problem
from accounts.models import User
from applications.calendar import is_outside_window, local_day
from applications.enums import ApplicationState
from applications.models import Application, Batch
from applications.policies import require_own
from applications.references import reference_number
from applications.selectors.batches import batch_for
from applications.selectors.missing import MissingItem, missing_items
from applications.services.locks import lock_application, touch
from applications.states import move_to_next, require_transition

__all__ = ["MissingItem", "Submission", "missing_items", "submit_application", "withdraw_application"]


@dataclass(frozen=True, slots=True)
class Submission:
    """A filed application and the codes of what its reader will miss; the same again for a second click."""

    application: Application
    warnings: tuple[str, ...]


@transaction.atomic
def submit_application(application: Application, *, by: User, at: datetime) -> Submission:
    """File a draft in the round of the day, or outside January and July in the next one, with a warning.

    A second call changes nothing and gives the same answer. The door creates the job
    ``evaluation.take_in_statements`` in the same transaction. Raises Invalid with every problem at once, each
    pointing to its step; Unavailable when no round is open; Conflict; NotFound; NotAllowed.
    """
    require_own(by, application)
    day = local_day(at)
    filed = Application.objects.filter(pk=application.pk, submitted_at__isnull=False).exists()
    batch = None if filed else _lock_batch(day)
    locked = lock_application(application)
    if locked.submitted_at is not None and locked.state != ApplicationState.WITHDRAWN:
        return _submission(locked, local_day(locked.submitted_at))
    require_transition(locked, "submit", by=by)
    _require_ready(locked, on=day)
    if batch is None:
        raise Conflict("wrong-state", state=locked.get_state_display(), verb="submit")
    _file(locked, batch, by=by, at=at)
    move_to_next(locked, "submit", by=by, at=at)
    return _submission(locked, day)


@transaction.atomic
def withdraw_application(application: Application, *, by: User, at: datetime, reason: str) -> Application:
    """Take an application back, at any time before the vote; its reference stays taken. Raises Conflict, NotFound,
    NotAllowed."""
    require_own(by, application)
    locked = lock_application(application)
    move_to_next(locked, "withdraw", by=by, at=at, reason=reason.strip())
    return locked


def _lock_batch(day: date) -> Batch:
    """The round of the day, held; a round that closed while we waited is passed over."""
    while True:
        found = batch_for(day)
        locked = Batch.objects.select_for_update().get(pk=found.pk)
        if locked.takes_in_on(day):
            return locked


def _require_ready(application: Application, *, on: date) -> None:
    blocking = [item for item in missing_items(application, on=on) if item.blocking]
    if blocking:
        raise Invalid("not-ready", problems=[Problem(f"/{item.step}", item.code, item.message) for item in blocking])


def _file(application: Application, batch: Batch, *, by: User, at: datetime) -> None:
    application.batch, application.number = batch, _draw_number(batch)
    application.submitted_by, application.submitted_at = by, at
    application.filed_outside_window = is_outside_window(local_day(at))
    touch(application, at=at)
    application.save()


def _draw_number(batch: Batch) -> int:
    numbers = Application.objects.filter(batch=batch).values_list("number", flat=True)
    taken = {number for number in numbers if number is not None}
    number = reference_number(batch.reference_key, sequence=len(taken) + 1, taken=taken)
    if number is None:
        raise Conflict("batch-full", batch=batch.code)
    return number


def _submission(application: Application, day: date) -> Submission:
    codes = [item.code for item in missing_items(application, on=day) if not item.blocking]
    return Submission(application, tuple(dict.fromkeys(codes)))
