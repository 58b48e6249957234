import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from applications.enums import EvidenceSlot
from applications.models.application import Application
from centres.models.constraints import among


class AnnexQuerySet(models.QuerySet["Annex"]):
    def visible_to(self, user: User) -> "AnnexQuerySet":
        """Evidence is seen by whoever sees its application."""
        return self.filter(application__in=Application.objects.readable_by(user))

    def present(self) -> "AnnexQuerySet":
        return self.filter(removed_at=None)


class Annex(models.Model):
    """An evidence PDF of one application, kept under its sha256; removal leaves the row and the hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="annexes")
    number = models.PositiveSmallIntegerField()
    slot = models.CharField(max_length=24, choices=EvidenceSlot)
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = AnnexQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="annex_number"),
            among("slot", EvidenceSlot, name="annex_slot"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="annex_sha256"),
            models.CheckConstraint(condition=Q(pages__gte=1), name="annex_pages"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"
