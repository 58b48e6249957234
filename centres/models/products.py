import uuid
from datetime import date

from django.db import models
from django.db.models import Q

from centres.models.constraints import in_order
from centres.models.organisations import Holder
from centres.validators import validate_atc, validate_cnk, validate_ema_number, validate_eu_number, validate_paragraph


class Product(models.Model):
    """A medicinal product by its CNK code; ``is_cart`` says that it is a CAR-T product, which a prefix cannot."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=7, null=True, blank=True, unique=True, validators=[validate_cnk])
    name = models.CharField(max_length=100, unique=True)
    substance = models.CharField(max_length=100)
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="products")
    atc_code = models.CharField(max_length=7, blank=True, validators=[validate_atc])
    ema_number = models.CharField(max_length=20, blank=True, validators=[validate_ema_number])
    eu_number = models.CharField(max_length=20, blank=True, validators=[validate_eu_number])
    is_cart = models.BooleanField()
    temporarily_listed = models.BooleanField(null=True)
    verified_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(code=None) | Q(code__regex=r"^[0-9]{7}$"), name="product_code"),
        ]

    def __str__(self) -> str:
        return self.name


class Paragraph(models.Model):
    """A paragraph of chapter IV under which a product is reimbursed, with its days, both inclusive."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="paragraphs")
    number = models.CharField(max_length=8, validators=[validate_paragraph])
    indication_nl = models.CharField(max_length=200)
    indication_fr = models.CharField(max_length=200)
    indication_en = models.CharField(max_length=200)
    includes_children = models.BooleanField()
    reimbursed_from = models.DateField(null=True, blank=True)
    reimbursed_to = models.DateField(null=True, blank=True)
    verified_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["product__name", "number"]
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="paragraph_unique"),
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{7,8}$"), name="paragraph_number"),
            in_order("reimbursed_from", "reimbursed_to", name="paragraph_dates"),
        ]

    def __str__(self) -> str:
        return f"§ {self.number}"

    def is_reimbursed_on(self, day: date) -> bool:
        started = self.reimbursed_from is not None and self.reimbursed_from <= day
        return started and (self.reimbursed_to is None or day <= self.reimbursed_to)

    def indication(self, language: str) -> str:
        return {"nl": self.indication_nl, "fr": self.indication_fr}.get(language, self.indication_en)
