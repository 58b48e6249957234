import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from centres.enums import NomenclatureCode, VintageKind
from centres.models.centres import Centre
from centres.models.constraints import among, in_order
from centres.models.organisations import Holder, Hospital
from centres.models.products import Product


class Vintage(models.Model):
    """One delivery of figures; later deliveries replace rows for the future, the earlier stay readable."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=VintageKind)
    delivered_on = models.DateField()
    source = models.CharField(max_length=200)
    cut_off_on = models.DateField(null=True, blank=True)
    loaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["-delivered_on", "-loaded_at"]
        constraints = [among("kind", VintageKind, name="vintage_kind")]

    def __str__(self) -> str:
        return f"{self.source} {self.delivered_on.isoformat()}"


class AllograftCount(models.Model):
    """Booked acts of one nomenclature code in one year, on a site or, as a total, of a hospital."""

    vintage = models.ForeignKey(Vintage, on_delete=models.PROTECT, related_name="allografts")
    centre = models.ForeignKey(Centre, null=True, on_delete=models.PROTECT, related_name="allografts")
    hospital = models.ForeignKey(Hospital, null=True, on_delete=models.PROTECT, related_name="allografts")
    year = models.PositiveSmallIntegerField()
    nomenclature_code = models.CharField(max_length=6, choices=NomenclatureCode)
    acts = models.PositiveIntegerField()
    acts_paediatric = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(centre=None, hospital__isnull=False) | Q(centre__isnull=False, hospital=None),
                name="allografts_site_or_hospital",
            ),
            models.UniqueConstraint(
                fields=["vintage", "centre", "year", "nomenclature_code"], name="allografts_site_unique"
            ),
            models.UniqueConstraint(
                fields=["vintage", "hospital", "year", "nomenclature_code"], name="allografts_hospital_unique"
            ),
            models.CheckConstraint(
                condition=Q(acts_paediatric=None) | Q(acts_paediatric__lte=F("acts")), name="allografts_children"
            ),
            among("nomenclature_code", NomenclatureCode, name="allografts_code"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.nomenclature_code}: {self.acts}"


class RealisedTreatment(models.Model):
    """CAR-T treatments given on a listed site in a year; shown beside criterion C7 only, never scored."""

    vintage = models.ForeignKey(Vintage, on_delete=models.PROTECT, related_name="treatments")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="treatments")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="treatments")
    year = models.PositiveSmallIntegerField()
    treatments = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vintage", "centre", "product", "year"], name="treatments_unique")
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.treatments}"


class FigureRelease(models.Model):
    """The hospital lets a holder see the booked figures of a site; without it the holder's pre-check knows none."""

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="releases")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="releases")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "holder", "valid_from"], name="release_unique"),
            in_order("valid_from", "valid_to", name="release_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.centre_id} → {self.holder_id}"
