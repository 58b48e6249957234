import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from accounts.policies import is_auditor, is_holder, is_member, is_secretariat
from applications.enums import AdmissibilityState, ApplicationState, DossierLanguage, StatedIn, StatementField
from applications.models.batch import Batch
from applications.transitions import APPLICATION_TRANSITIONS, guard_state
from centres.enums import Population
from centres.models import Centre, Holder, Paragraph, Product
from centres.models.constraints import among
from centres.validators import validate_site_number

BEFORE_THE_VOTE = (
    ApplicationState.DRAFT,
    ApplicationState.SUBMITTED,
    ApplicationState.ADMISSIBLE,
    ApplicationState.INADMISSIBLE,
    ApplicationState.IN_REVIEW,
    ApplicationState.WITHDRAWN,
)


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User) -> "ApplicationQuerySet":
        """Holder staff see their company's, the auditor all, the secretariat what was submitted, members what is ready.

        A draft is its holder's own: the secretariat learns of it at submission.
        """
        if is_holder(user):
            return self.filter(holder__memberships__user=user, holder__memberships__valid_to=None)
        if is_auditor(user):
            return self
        if is_secretariat(user):
            return self.exclude(batch=None)
        if is_member(user):
            return self.exclude(state__in=BEFORE_THE_VOTE)
        return self.none()

    def readable_by(self, user: User) -> "ApplicationQuerySet":
        """What a person may open: of the files they see, none whose deliberation the Bureau bars them from."""
        own = models.Q(recusals__user=user, recusals__barred_from="DELIBERATION")
        barred = models.FilteredRelation("recusals", condition=own)
        return self.visible_to(user).alias(barred=barred).filter(barred=None)

    def with_names(self) -> "ApplicationQuerySet":
        return self.select_related("batch", "holder", "product", "paragraph", "centre__hospital")


class Application(models.Model):
    """A holder asks to add one site for one paragraph of one product, for one or two populations.

    ``number`` is given at submission and does not tell how many were filed.
    """

    transitions: ClassVar = APPLICATION_TRANSITIONS

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="applications")
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=ApplicationState, default=ApplicationState.DRAFT)
    version = models.PositiveIntegerField(default=1)

    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="applications")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="applications")
    paragraph = models.ForeignKey(Paragraph, on_delete=models.PROTECT, related_name="applications")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="applications")
    populations = ArrayField(models.CharField(max_length=5, choices=Population))
    language = models.CharField(max_length=2, choices=DossierLanguage)
    external_reference = models.CharField(max_length=80, blank=True)
    contact_email = models.EmailField()
    apheresis_site = models.CharField(max_length=10, blank=True, validators=[validate_site_number])
    laboratory_site = models.CharField(max_length=10, blank=True, validators=[validate_site_number])
    forecast_year_1 = models.PositiveIntegerField(null=True, blank=True)
    forecast_year_2 = models.PositiveIntegerField(null=True, blank=True)
    forecast_year_3 = models.PositiveIntegerField(null=True, blank=True)
    motivation = models.TextField(max_length=10_000, blank=True)

    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    filed_outside_window = models.BooleanField(default=False)

    admissibility = models.CharField(max_length=12, choices=AdmissibilityState, blank=True)
    admissibility_reason = models.TextField(max_length=2_000, blank=True)
    admissibility_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    admissibility_at = models.DateTimeField(null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["centre__hospital__name", "centre__name", "number", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="application_number"),
            models.UniqueConstraint(
                fields=["holder", "external_reference"],
                condition=~Q(external_reference=""),
                name="application_external_reference",
            ),
            among("state", ApplicationState, name="application_state"),
            among("language", DossierLanguage, name="application_language"),
            models.CheckConstraint(
                condition=Q(populations__in=[["ADULT"], ["PAED"], ["ADULT", "PAED"]]), name="application_populations"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ApplicationState.DRAFT, ApplicationState.WITHDRAWN])
                | Q(batch__isnull=False, number__isnull=False, submitted_at__isnull=False, submitted_by__isnull=False),
                name="application_submitted_has_reference",
            ),
            models.CheckConstraint(
                condition=Q(admissibility="") | Q(admissibility_by__isnull=False, admissibility_at__isnull=False),
                name="application_admissibility_has_a_name",
            ),
            models.CheckConstraint(condition=Q(changed_at__gte=F("created_at")), name="application_changed_at"),
        ]
        triggers = [guard_state(APPLICATION_TRANSITIONS)]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """``2026-07/0042`` from submission on; before, the holder's own reference or nothing."""
        if self.batch is None or self.number is None:
            return self.external_reference
        return f"{self.batch.code}/{self.number:04d}"

    @property
    def slug(self) -> str:
        """``2026-07-0042``, the reference as it stands in addresses."""
        return self.reference.replace("/", "-")

    @property
    def forecast(self) -> tuple[int | None, int | None, int | None]:
        return self.forecast_year_1, self.forecast_year_2, self.forecast_year_3

    @property
    def is_draft(self) -> bool:
        return self.state == ApplicationState.DRAFT


class Statement(models.Model):
    """What the holder states about the site, not yet confirmed by anyone; at most one per field and key.

    ``key`` tells statements of one field apart: a year, a certificate's number, a supplement's reference.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="statements")
    field = models.CharField(max_length=30, choices=StatementField)
    key = models.CharField(max_length=120, blank=True)
    value = models.JSONField()
    annex = models.ForeignKey(
        "applications.Annex", null=True, blank=True, on_delete=models.PROTECT, related_name="statements"
    )
    page = models.PositiveSmallIntegerField(null=True, blank=True)
    stated_in = models.CharField(max_length=10, choices=StatedIn, default=StatedIn.FORM)
    stated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    class Meta:
        ordering = ["field", "key"]
        constraints = [
            models.UniqueConstraint(fields=["application", "field", "key"], name="statement_unique"),
            among("field", StatementField, name="statement_field"),
            among("stated_in", StatedIn, name="statement_stated_in"),
            models.CheckConstraint(condition=Q(page=None) | Q(annex__isnull=False), name="statement_page_of_an_annex"),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.key}".strip()
