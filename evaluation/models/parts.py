"""What belongs to a dossier: the code that verifies it, its revocation, its annexes bound, the pack of its batch."""

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from accounts.policies import is_holder
from applications.enums import DossierLanguage
from applications.models import Application, Batch
from centres.models.constraints import among
from evaluation.models.dossier import Dossier
from evaluation.models.evaluations import ApplicationAssessment
from evaluation.models.immutable import never_changed

SHA256 = r"^[0-9a-f]{64}$"


class VerifyCode(models.Model):
    """128 bits from the system's secrets, drawn when a dossier is ordered and kept however often it is rendered.

    `address` is what the cover shows, as it was on the day of the order.
    """

    code = models.CharField(primary_key=True, max_length=32, editable=False)
    assessment = models.ForeignKey(ApplicationAssessment, on_delete=models.PROTECT, related_name="verify_codes")
    template_version = models.CharField(max_length=20)
    language = models.CharField(max_length=2, choices=DossierLanguage)
    address = models.URLField(max_length=300)
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "template_version", "language"], name="verify_code_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9a-f]{32}$"), name="verify_code_hex"),
            among("language", DossierLanguage, name="verify_code_language"),
        ]
        triggers = never_changed()

    def __str__(self) -> str:
        return self.code


class Revocation(models.Model):
    """The secretariat took a dossier back, with its reason; the file and its row stay."""

    dossier = models.OneToOneField(Dossier, primary_key=True, on_delete=models.PROTECT, related_name="revocation")
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="revocation_reason")]
        triggers = never_changed()

    def __str__(self) -> str:
        return f"{self.dossier_id} revoked"


class AnnexVolume(models.Model):
    """The evidence of one application bound into one file; the row is written only after the file is stored.

    `inputs_sha256` stands for everything it was made of, so the same evidence is bound once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="annex_volumes")
    inputs_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=2, choices=DossierLanguage)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField()
    unreadable = models.PositiveIntegerField()
    bound_at = models.DateTimeField()

    class Meta:
        ordering = ["application", "bound_at"]
        constraints = [
            models.UniqueConstraint(fields=["application", "inputs_sha256"], name="annex_volume_once"),
            among("language", DossierLanguage, name="annex_volume_language"),
            models.CheckConstraint(
                condition=Q(sha256__regex=SHA256, inputs_sha256__regex=SHA256), name="annex_volume_sha256"
            ),
        ]
        triggers = never_changed()

    def __str__(self) -> str:
        return f"annexes of {self.application_id}"


class PackQuerySet(models.QuerySet["Pack"]):
    def readable_by(self, user: User) -> "PackQuerySet":
        """Who may open every dossier in it: never a holder, and nobody who is barred from one of its items."""
        if is_holder(user):
            return self.none()
        closed = Dossier.objects.filter(packs=OuterRef("pk")).exclude(pk__in=Dossier.objects.readable_by(user))
        return self.filter(~Exists(closed), dossiers__isnull=False).distinct()


class Pack(models.Model):
    """All dossiers of a batch in one file for convenience; the row is written only after the file is stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="packs")
    dossiers = models.ManyToManyField(Dossier, related_name="packs")
    inputs_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=2, choices=DossierLanguage)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField()
    bound_at = models.DateTimeField()

    objects = PackQuerySet.as_manager()

    class Meta:
        ordering = ["batch", "bound_at"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "inputs_sha256"], name="pack_once"),
            among("language", DossierLanguage, name="pack_language"),
            models.CheckConstraint(condition=Q(sha256__regex=SHA256, inputs_sha256__regex=SHA256), name="pack_sha256"),
        ]
        triggers = never_changed()

    def __str__(self) -> str:
        return f"pack of {self.batch_id}"
