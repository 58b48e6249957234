import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from centres.enums import Activity, FacilityRole, Population
from centres.models.constraints import among, in_order, kbo_number
from centres.models.organisations import Hospital
from centres.validators import validate_site_number


class Centre(models.Model):
    """One site (campus) of a hospital; its key is the KBO establishment number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site_number = models.CharField(max_length=10, unique=True, validators=[validate_site_number])
    name = models.CharField(max_length=200)
    street = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(max_length=4)
    municipality = models.CharField(max_length=100)
    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="centres")

    class Meta:
        ordering = ["hospital__name", "name"]
        constraints = [
            kbo_number("site_number", first_digits="2-8", name="centre_site_number"),
            models.CheckConstraint(condition=Q(postal_code__regex=r"^[1-9][0-9]{3}$"), name="centre_postal_code"),
        ]

    def __str__(self) -> str:
        return f"{self.hospital.name}, {self.name}"


class Certificate(models.Model):
    """A certificate of a programme as its body issued it; which sites it covers stands in its facilities."""

    DAYS: ClassVar = ("valid_from", "valid_to", "extended_to", "renewal_filed_on")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.CharField(max_length=40, default="JACIE")
    number = models.CharField(max_length=60)
    programme_name = models.CharField(max_length=200, blank=True)
    centres = models.ManyToManyField(Centre, related_name="certificates", blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField()
    extended_to = models.DateField(null=True, blank=True)
    renewal_filed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["body", "number"]
        constraints = [
            models.UniqueConstraint(fields=["body", "number"], name="certificate_unique"),
            in_order("valid_from", "valid_to", name="certificate_dates"),
            models.CheckConstraint(
                condition=Q(extended_to=None) | Q(extended_to__gt=F("valid_to")), name="certificate_extension"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.number}"

    def last_day(self) -> date:
        """The later of the printed end and the end under an extension letter, inclusive."""
        return max(self.valid_to, self.extended_to or self.valid_to)


class CertificateScope(models.Model):
    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="scopes")
    population = models.CharField(max_length=5, choices=Population)
    activity = models.CharField(max_length=4, choices=Activity)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["certificate", "population", "activity"], name="scope_unique"),
            among("population", Population, name="scope_population"),
            among("activity", Activity, name="scope_activity"),
        ]

    def __str__(self) -> str:
        return f"{self.population}:{self.activity}"


class CertificateFacility(models.Model):
    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="facilities")
    role = models.CharField(max_length=10, choices=FacilityRole)
    site_number = models.CharField(max_length=10, validators=[validate_site_number])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["certificate", "role", "site_number"], name="facility_unique"),
            among("role", FacilityRole, name="facility_role"),
            kbo_number("site_number", first_digits="2-8", name="facility_site_number"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.site_number}"
