import uuid
from datetime import timedelta
from typing import Final

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import User
from accounts.policies import is_holder
from applications.enums import AnnexUploadState, EvidenceSlot
from applications.models.annex import Annex
from applications.models.application import Application
from centres.models.constraints import among

CLAIM: Final = timedelta(minutes=2)
"""Longer than it takes to look at the largest document; afterwards whoever looked is taken for lost."""


LOOKED_AT: Final = Q(claimed_at__isnull=False, claimed_at__gt=Now() - CLAIM)


class AnnexUploadQuerySet(models.QuerySet["AnnexUpload"]):
    def visible_to(self, user: User) -> "AnnexUploadQuerySet":
        """Only the company that files sees what it is sending; to everyone else there is nothing."""
        if not is_holder(user):
            return self.none()
        return self.filter(application__holder__memberships__user=user, application__holder__memberships__valid_to=None)

    def standing(self) -> "AnnexUploadQuerySet":
        """Those whose day is not over."""
        return self.filter(expires_at__gt=Now())

    def over(self) -> "AnnexUploadQuerySet":
        """Those whose day is over and at which nobody looks."""
        return self.filter(expires_at__lte=Now()).exclude(LOOKED_AT)

    def looked_at(self) -> "AnnexUploadQuerySet":
        """Those at whose whole file somebody looks."""
        return self.filter(LOOKED_AT)


class AnnexUpload(models.Model):
    """A document that arrives in parts. The last byte counts only together with the annex that it completes.

    `metadata` is what the client said of the file, told back as it was. `claimed_at` is when somebody began to look at
    the whole file. Every moment is the database's: what a connection does knows nothing of the desk's day, which may
    stand still.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="annex_uploads")
    state = models.CharField(max_length=9, choices=AnnexUploadState, default=AnnexUploadState.RECEIVING)
    slot = models.CharField(max_length=24, choices=EvidenceSlot)
    title = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(max_length=200)
    metadata = models.CharField(max_length=4000, blank=True)
    length = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    annex = models.ForeignKey(Annex, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    refusal = models.CharField(max_length=40, blank=True)

    objects = AnnexUploadQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            among("slot", EvidenceSlot, name="annex_upload_slot"),
            among("state", AnnexUploadState, name="annex_upload_state"),
            models.CheckConstraint(
                condition=Q(state=AnnexUploadState.TAKEN, annex__isnull=False, offset=F("length"))
                | (~Q(state=AnnexUploadState.TAKEN) & Q(annex=None, offset__lt=F("length"))),
                name="annex_upload_whole_with_its_annex",
            ),
            models.CheckConstraint(
                condition=(Q(state=AnnexUploadState.REFUSED) & ~Q(refusal=""))
                | (~Q(state=AnnexUploadState.REFUSED) & Q(refusal="")),
                name="annex_upload_refused_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="annex_upload_expires")]

    def __str__(self) -> str:
        return f"{self.file_name} {self.offset}/{self.length}"

    @property
    def is_looked_at(self) -> bool:
        """Somebody looks at the whole file, so nobody else may."""
        return self.claimed_at is not None and AnnexUpload.objects.looked_at().filter(pk=self.pk).exists()
