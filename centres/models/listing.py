import uuid
from datetime import date

from django.db import models
from django.db.models import Q

from centres.enums import Population
from centres.models.centres import Centre
from centres.models.constraints import among, in_order
from centres.models.products import Paragraph, Product


class ListingQuerySet(models.QuerySet["Listing"]):
    def in_force_on(self, day: date) -> "ListingQuerySet":
        """On the list from the day of effect up to and including the last day."""
        return self.filter(Q(listed_to=None) | Q(listed_to__gte=day), listed_from__lte=day)


class Listing(models.Model):
    """A site on the nominative list for one product, paragraph and population, by decision of the Minister."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="listings")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="listings")
    paragraph = models.ForeignKey(Paragraph, on_delete=models.PROTECT, related_name="listings")
    population = models.CharField(max_length=5, choices=Population)
    listed_from = models.DateField()
    listed_to = models.DateField(null=True, blank=True)
    decision_reference = models.CharField(max_length=100)
    condition_code = models.CharField(max_length=40, blank=True)
    condition_due_on = models.DateField(null=True, blank=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        ordering = ["centre__hospital__name", "centre__name", "product__name", "population"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "product", "paragraph", "population"],
                condition=Q(listed_to=None),
                name="listing_open_once",
            ),
            models.UniqueConstraint(
                fields=["centre", "product", "paragraph", "population", "listed_from"], name="listing_unique"
            ),
            in_order("listed_from", "listed_to", name="listing_dates"),
            among("population", Population, name="listing_population"),
            models.CheckConstraint(
                condition=Q(condition_code="", condition_due_on=None)
                | (~Q(condition_code="") & Q(condition_due_on__isnull=False)),
                name="listing_condition_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.centre_id} {self.product_id} {self.population}"
