from datetime import datetime

from django.db import transaction

from accounts.errors import Conflict, Invalid
from accounts.models import User
from accounts.policies import require_secretariat
from accounts.services.audit import record_event
from applications.calendar import following, local_day, window
from applications.enums import ApplicationState, BatchState, Half
from applications.errors import problem
from applications.models import Application, Batch
from applications.states import move_to_next
from centres.models import Vintage

BOOKED_YEARS = 3


@transaction.atomic
def open_batch(
    *,
    year: int,
    half: int,
    first_booked_year: int,
    by: User | None,
    at: datetime,
    vintage: Vintage | None = None,
    reference_key: str | None = None,
) -> Batch:
    """Open a half-yearly round; its window is the month, its reference date the month's last day.

    Called by the secretariat, and by the clock (``by=None``). ``reference_key`` is only given where the references
    must come out the same at every run (the demo).
    Raises NotAllowed, Conflict, Invalid.
    """
    if by is not None:
        require_secretariat(by)
    if first_booked_year + BOOKED_YEARS > year:
        raise Invalid(problems=[problem("/first_booked_year", "batch-years")])
    if Batch.objects.filter(year=year, half=half).exists():
        raise Conflict("batch-exists", batch=f"{year}-{half:02d}")
    opens_on, reference_on = window(year, half)
    batch = Batch(year=year, half=half, opens_on=opens_on, reference_on=reference_on)
    batch.first_booked_year, batch.vintage = first_booked_year, vintage
    if reference_key is not None:
        batch.reference_key = reference_key
    batch.save(force_insert=True)
    record_event(batch, by=by, at=at, verb="open", after={"batch": batch.code, "first_booked_year": first_booked_year})
    return batch


@transaction.atomic
def end_intake(batch: Batch, *, by: User | None, at: datetime) -> Batch:
    """Close the round for new files once its reference date has passed, and take the admissible ones into review.

    Called by the clock (``by=None``) and by the secretariat. Raises Conflict, NotAllowed.
    """
    locked = Batch.objects.select_for_update().get(pk=batch.pk)
    if local_day(at) <= locked.reference_on:
        raise Conflict("intake-still-open", day=locked.reference_on)
    move_to_next(locked, "end_intake", by=by, at=at)
    ready = Application.objects.filter(batch=locked, state=ApplicationState.ADMISSIBLE).order_by("pk")
    for application in ready.select_for_update():
        move_to_next(application, "take_up", by=by, at=at)
    batch.state = locked.state
    return locked


@transaction.atomic
def turn_rounds(*, at: datetime) -> tuple[Batch, ...]:
    """What the clock does: intakes whose reference date has passed end, and a round is always open for filing.

    The triple of booked years moves on one year with each July round. Running it twice changes nothing.
    Returns the rounds that were turned.
    """
    today = local_day(at)
    due = Batch.objects.filter(state=BatchState.OPEN, reference_on__lt=today).order_by("reference_on")
    turned = [end_intake(batch, by=None, at=at) for batch in due]
    newest = Batch.objects.order_by("-year", "-half").first()
    if newest is not None and newest.reference_on < today:
        turned.append(_open_next(newest, at=at))
    return tuple(turned)


def _open_next(newest: Batch, *, at: datetime) -> Batch:
    year, half = following(local_day(at))
    july_rounds = sum(
        1 for each in range(newest.year, year + 1) if (newest.year, newest.half) < (each, Half.JULY) <= (year, half)
    )
    return open_batch(year=year, half=half, first_booked_year=newest.first_booked_year + july_rounds, by=None, at=at)
