from django.db import models
from django.db.models import Q

from accounts.models import User
from centres.models.constraints import in_order
from centres.models.organisations import Holder


class HolderMembership(models.Model):
    """Who files for which company: a person, or the service user of an API client; one company at a time."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="memberships")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(valid_to=None), name="membership_one_company"),
            in_order("valid_from", "valid_to", name="membership_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.holder_id}"
