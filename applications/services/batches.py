from datetime import datetime

from django.db import transaction

from accounts.errors import Conflict, Invalid
from accounts.models import User
from accounts.services.audit import record_event
from applications.calendar import local_day, window
from applications.enums import ApplicationState
from applications.errors import problem
from applications.models import Application, Batch
from applications.policies import require_secretariat
from applications.states import move_to_next
from centres.models import Vintage

BOOKED_YEARS = 3


@transaction.atomic
def open_batch(
    *,
    year: int,
    half: int,
    first_booked_year: int,
    by: User,
    at: datetime,
    vintage: Vintage | None = None,
    reference_key: str | None = None,
) -> Batch:
    """Open a half-yearly round; its window is the month, its reference date the month's last day.

    ``reference_key`` is only given where the references must come out the same at every run (the demo).
    Raises NotAllowed, Conflict, Invalid.
    """
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
        raise Conflict("intake-still-open", day=locked.reference_on.isoformat())
    move_to_next(locked, "end_intake", by=by, at=at)
    ready = Application.objects.filter(batch=locked, state=ApplicationState.ADMISSIBLE).order_by("pk")
    for application in ready.select_for_update():
        move_to_next(application, "take_up", by=by, at=at)
    batch.state = locked.state
    return locked
