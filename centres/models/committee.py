import uuid
from datetime import date

from django.db import models
from django.db.models import Q

from accounts.models import User
from centres.enums import SeatGroup
from centres.models.constraints import among, in_order


class Seat(models.Model):
    """One seat of the committee, one vote at most; 31 seats of which 23 vote."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    group = models.CharField(max_length=20, choices=SeatGroup)
    votes = models.BooleanField()

    class Meta:
        ordering = ["number"]
        constraints = [among("group", SeatGroup, name="seat_group")]

    def __str__(self) -> str:
        return str(self.number)


class CommitteeMandateQuerySet(models.QuerySet["CommitteeMandate"]):
    def in_force_on(self, day: date) -> "CommitteeMandateQuerySet":
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class CommitteeMandate(models.Model):
    """A person holds a seat, as effective member or as substitute; both days inclusive."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="mandates")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mandates")
    is_substitute = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = CommitteeMandateQuerySet.as_manager()

    class Meta:
        ordering = ["seat", "is_substitute"]
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "is_substitute"], condition=Q(valid_to=None), name="mandate_one_per_seat"
            ),
            models.UniqueConstraint(fields=["user"], condition=Q(valid_to=None), name="mandate_one_per_person"),
            in_order("valid_from", "valid_to", name="mandate_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id}: {self.user_id}"
