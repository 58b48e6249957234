import uuid

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from accounts.policies import is_member, reads_all
from applications.enums import AdmissibilityState
from applications.models import Application, Batch
from centres.models import Centre
from centres.models.constraints import among
from evaluation.enums import AdmissibilityItem, CapacityValue, JudgedCriterion, JudgedValue


class Judged(models.Model):
    """A named person's conclusion with its reason, countersigned by a second person.

    ``inputs_sha256`` is the hash of the confirmed inputs it rested on: when they change, it is stale.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reason = models.TextField(max_length=5_000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    inputs_sha256 = models.CharField(max_length=64)
    countersigned_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    countersigned_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_countersigned(self) -> bool:
        return self.countersigned_at is not None


def _signed(table: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(condition=~Q(reason=""), name=f"{table}_has_a_reason"),
        models.CheckConstraint(
            condition=Q(countersigned_by=None, countersigned_at=None)
            | Q(countersigned_by__isnull=False, countersigned_at__isnull=False) & ~Q(countersigned_by=F("by")),
            name=f"{table}_countersigned_by_another",
        ),
    ]


class Judgement(Judged):
    """C3a, C3b, C5, C6 or P3 of one site in one batch; one stands at a time."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="judgements")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="judgements")
    criterion = models.CharField(max_length=3, choices=JudgedCriterion)
    value = models.CharField(max_length=9, choices=JudgedValue)

    class Meta:
        ordering = ["criterion", "at"]
        constraints = [
            among("criterion", JudgedCriterion, name="judgement_criterion"),
            among("value", JudgedValue, name="judgement_value"),
            *_signed("judgement"),
            models.UniqueConstraint(
                fields=["batch", "centre", "criterion"], condition=Q(superseded_at=None), name="judgement_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"


class CapacityAssessment(Judged):
    """C7 of one application: what the secretariat proposes about capacity, for the committee to find."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="capacity_assessments")
    value = models.CharField(max_length=15, choices=CapacityValue)

    class Meta:
        ordering = ["at"]
        constraints = [
            among("value", CapacityValue, name="capacity_value"),
            *_signed("capacity"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(superseded_at=None), name="capacity_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.value)


class BureauRulingQuerySet(models.QuerySet["BureauRuling"]):
    def readable_by(self, user: User) -> "BureauRulingQuerySet":
        """Those who read every file, and the members before whom a file of the site lies; never a holder."""
        if reads_all(user):
            return self.all()
        if not is_member(user):
            return self.none()
        files = Application.objects.readable_by(user).filter(batch=OuterRef("batch"), centre=OuterRef("centre"))
        return self.filter(Exists(files))


class BureauRuling(models.Model):
    """What the Bureau ruled on the transition of one site, recorded with its minutes, a PDF kept under its sha256."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="bureau_rulings")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="bureau_rulings")
    confirms_transition = models.BooleanField()
    ruled_on = models.DateField()
    minutes_reference = models.CharField(max_length=100)
    minutes_file_name = models.CharField(max_length=200)
    minutes_sha256 = models.CharField(max_length=64)
    minutes_size = models.PositiveBigIntegerField()
    minutes_pages = models.PositiveIntegerField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = BureauRulingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "centre"], condition=Q(superseded_at=None), name="bureau_ruling_stands_once"
            ),
            models.CheckConstraint(condition=~Q(minutes_reference=""), name="bureau_ruling_names_its_minutes"),
            models.CheckConstraint(
                condition=Q(minutes_sha256__regex=r"^[0-9a-f]{64}$", minutes_size__gte=1, minutes_pages__gte=1)
                & ~Q(minutes_file_name=""),
                name="bureau_ruling_keeps_its_minutes",
            ),
        ]

    def __str__(self) -> str:
        return self.minutes_reference


class AdmissibilityCheck(models.Model):
    """One admissibility item of one application as a named person or the desk's rules found it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="admissibility_checks")
    item = models.CharField(max_length=3, choices=AdmissibilityItem)
    result = models.CharField(max_length=12, choices=AdmissibilityState)
    reason = models.TextField(max_length=2_000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["item"]
        constraints = [
            models.UniqueConstraint(fields=["application", "item"], name="admissibility_check_once"),
            among("item", AdmissibilityItem, name="admissibility_item"),
            among("result", AdmissibilityState, name="admissibility_result"),
            models.CheckConstraint(condition=~Q(reason=""), name="admissibility_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.result}"
