import re
from datetime import date
from typing import Final

from accounts.errors import NotFound, Unavailable
from applications.enums import BatchState
from applications.models import Batch

CODE: Final = re.compile(r"([0-9]{4})-([0-9]{2})")


def find_batch(code: str) -> Batch:
    """The batch of a code such as 2026-07. Raises NotFound."""
    match = CODE.fullmatch(code)
    found = match and Batch.objects.filter(year=int(match[1]), half=int(match[2])).select_related("vintage").first()
    if not found:
        raise NotFound
    return found


def batch_for(day: date) -> Batch:
    """The open batch whose window holds the day, else the next open one.

    Raises Unavailable when no batch that still takes files in has been opened.
    """
    batch = Batch.objects.filter(state=BatchState.OPEN, reference_on__gte=day).order_by("reference_on").first()
    if batch is None:
        raise Unavailable("no-open-batch")
    return batch


def newest_batches(most: int) -> list[Batch]:
    """The latest batches, newest first; that a batch exists is known to all."""
    return list(Batch.objects.order_by("-year", "-half")[:most])


def days_left(batch: Batch, day: date) -> int:
    """Days on which one can still file for the batch, today included."""
    return max((batch.reference_on - day).days + 1, 0)
