import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import User
from applications.models import Application, Batch
from centres.enums import Population
from centres.models import Centre
from centres.models.constraints import among
from evaluation.enums import Stage
from evaluation.models.immutable import never_changed


class Evaluated(models.Model):
    """A stored evaluation is never changed: a new one supersedes it.

    ``receipt`` is the canonical JSON of facts, criteria version and finding; ``receipt_sha256`` the hash of its bytes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    stage = models.CharField(max_length=6, choices=Stage)
    populations = ArrayField(models.CharField(max_length=5, choices=Population))
    criteria_id = models.CharField(max_length=60)
    criteria_version = models.CharField(max_length=20)
    criteria_sha256 = models.CharField(max_length=64)
    rules_sha256 = models.CharField(max_length=64)
    reference_on = models.DateField()
    vote_on = models.DateField(null=True)
    evaluated_at = models.DateTimeField()
    evaluated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField()
    answer = models.JSONField()
    provenance = models.JSONField(default=dict)
    receipt_sha256 = models.CharField(max_length=64)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )

    class Meta:
        abstract = True


class SiteEvaluation(Evaluated):
    """C1a to C6 and P1 to P3 of one site in one batch, over the union of the populations asked."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="site_evaluations")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="evaluations")

    class Meta:
        ordering = ["evaluated_at"]
        constraints = [
            among("stage", Stage, name="site_evaluation_stage"),
            models.UniqueConstraint(
                fields=["batch", "centre"], condition=Q(supersedes=None), name="site_evaluation_first_once"
            ),
        ]
        triggers = never_changed()

    def __str__(self) -> str:
        return f"{self.batch_id} {self.centre_id}"


class ApplicationAssessment(Evaluated):
    """AD1 to AD7, C7 and the outcome of one application over its own populations, on its site's evaluation."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="assessments")
    site_evaluation = models.ForeignKey(SiteEvaluation, on_delete=models.PROTECT, related_name="assessments")
    outcome = models.CharField(max_length=20)
    admissibility = models.JSONField()
    warnings = ArrayField(models.CharField(max_length=50))

    class Meta:
        ordering = ["evaluated_at"]
        constraints = [
            among("stage", Stage, name="assessment_stage"),
            models.UniqueConstraint(fields=["application"], condition=Q(supersedes=None), name="assessment_first_once"),
        ]
        triggers = never_changed()

    def __str__(self) -> str:
        return f"{self.application_id} {self.outcome}"
