import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.policies import is_holder
from applications.enums import DossierLanguage
from applications.models import Application
from centres.models.constraints import among
from evaluation.models.evaluations import ApplicationAssessment
from evaluation.models.immutable import never_changed


class DossierQuerySet(models.QuerySet["Dossier"]):
    def visible_to(self, user: User) -> "DossierQuerySet":
        """A dossier is seen by whoever sees its application."""
        return self.filter(application__in=Application.objects.visible_to(user))

    def readable_by(self, user: User) -> "DossierQuerySet":
        """What `user` may open: not of an item whose deliberation the Bureau bars them from, and never a holder.

        A dossier names what other companies stated of the site, its booked figures and the treatments of every site.
        """
        if is_holder(user):
            return self.none()
        return self.filter(application__in=Application.objects.readable_by(user))

    def newest_first(self) -> "DossierQuerySet":
        return self.order_by("-number")


class Dossier(models.Model):
    """A rendered PDF of one assessment; the row is written only after the file is stored under its sha256."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="dossiers")
    assessment = models.ForeignKey(ApplicationAssessment, on_delete=models.PROTECT, related_name="dossiers")
    number = models.PositiveSmallIntegerField()
    template_version = models.CharField(max_length=20)
    language = models.CharField(max_length=2, choices=DossierLanguage)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField()
    rendered_at = models.DateTimeField()

    objects = DossierQuerySet.as_manager()

    class Meta:
        ordering = ["application", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "template_version", "language"], name="dossier_once"),
            models.UniqueConstraint(fields=["application", "number"], name="dossier_number"),
            among("language", DossierLanguage, name="dossier_language"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="dossier_sha256"),
        ]
        triggers = never_changed()

    def __str__(self) -> str:
        return f"{self.application_id} v{self.number}"

    @property
    def was_revoked(self) -> bool:
        return hasattr(self, "revocation")
