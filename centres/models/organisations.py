import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.policies import is_administrator, is_holder, reads_all
from centres.enums import HolderRole
from centres.models.constraints import among, kbo_number
from centres.validators import validate_enterprise_number


class HolderQuerySet(models.QuerySet["Holder"]):
    def visible_to(self, user: User) -> "HolderQuerySet":
        """Holder staff see their own company, those who read all see every company, others none."""
        if reads_all(user) or is_administrator(user):
            return self
        if is_holder(user):
            return self.filter(memberships__user=user, memberships__valid_to=None)
        return self.none()


class Holder(models.Model):
    """A company that files: the marketing-authorisation holder or its mandated representative.

    A company abroad has no Belgian enterprise number.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, unique=True)
    role = models.CharField(max_length=20, choices=HolderRole, default=HolderRole.MAH)
    represents = models.CharField(max_length=200, blank=True)
    enterprise_number = models.CharField(
        max_length=10, null=True, blank=True, unique=True, validators=[validate_enterprise_number]
    )
    country = models.CharField(max_length=2, default="BE")

    objects = HolderQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            kbo_number("enterprise_number", first_digits="01", name="holder_enterprise_number"),
            among("role", HolderRole, name="holder_role"),
            models.CheckConstraint(
                condition=~Q(role=HolderRole.REPRESENTATIVE) | ~Q(represents=""), name="holder_names_its_principal"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Hospital(models.Model):
    """A recognised hospital; its recognition number is a parent of sites, never a site."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(number__gte=1, number__lte=999), name="hospital_number")]

    def __str__(self) -> str:
        return self.name
