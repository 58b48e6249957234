import secrets
import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from applications.enums import BatchState, Half
from applications.transitions import BATCH_TRANSITIONS, guard_state
from centres.models import Vintage
from centres.models.constraints import among, in_order


def _new_reference_key() -> str:
    return secrets.token_hex(16)


class Batch(models.Model):
    """A half-yearly round; ``reference_on`` is the closing day of its window and the day facts are judged on.

    ``first_booked_year`` opens the triple of consecutive years that RIZIV-INAMI sets for the whole round.
    """

    transitions: ClassVar = BATCH_TRANSITIONS

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.PositiveSmallIntegerField()
    half = models.PositiveSmallIntegerField(choices=Half)
    opens_on = models.DateField()
    reference_on = models.DateField()
    vote_on = models.DateField(null=True, blank=True)
    first_booked_year = models.PositiveSmallIntegerField()
    vintage = models.ForeignKey(Vintage, null=True, blank=True, on_delete=models.PROTECT, related_name="batches")
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.OPEN)
    reference_key = models.CharField(max_length=64, default=_new_reference_key, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-year", "-half"]
        constraints = [
            models.UniqueConstraint(fields=["year", "half"], name="batch_once_a_half"),
            models.CheckConstraint(condition=Q(half__in=Half.values), name="batch_half"),
            among("state", BatchState, name="batch_state"),
            in_order("reference_on", "vote_on", name="batch_vote_after_reference"),
            models.CheckConstraint(condition=Q(opens_on__lte=F("reference_on")), name="batch_window"),
            models.CheckConstraint(
                condition=Q(first_booked_year__lt=F("reference_on__year") - 2), name="batch_booked_years_over"
            ),
        ]
        triggers = [guard_state(BATCH_TRANSITIONS)]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """``2026-07``, in references and addresses."""
        return f"{self.year}-{self.half:02d}"

    @property
    def booked_years(self) -> tuple[int, int, int]:
        return self.first_booked_year, self.first_booked_year + 1, self.first_booked_year + 2

    def takes_in_on(self, day: date) -> bool:
        """Files are taken in up to and including the reference date."""
        return self.state == BatchState.OPEN and day <= self.reference_on
