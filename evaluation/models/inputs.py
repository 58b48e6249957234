import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from applications.enums import StatedIn
from applications.models import Annex, Application, Batch
from centres.models import Centre, Vintage
from centres.models.constraints import among, kbo_number
from evaluation.enums import DifferenceKind, InputField, SupplementBasis, SupplementRuling


class Stated(models.Model):
    """A fact of one site in one batch: who stated it, in what, on which page, and who confirmed it.

    Unconfirmed counts as unknown. A later row may supersede it; nothing is ever overwritten.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    stated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()
    stated_in = models.CharField(max_length=10, choices=StatedIn)
    annex = models.ForeignKey(Annex, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    page = models.PositiveSmallIntegerField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    superseded_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    dismissed_at = models.DateTimeField(null=True, blank=True)
    superseded_by_id: uuid.UUID | None

    class Meta:
        abstract = True

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_current(self) -> bool:
        """Neither replaced by a later row nor set aside when a contradiction was resolved."""
        return self.superseded_by_id is None and self.dismissed_at is None


def _confirmed_has_a_name(table: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(confirmed_by=None, confirmed_at=None)
        | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, confirmed_at__gte=F("stated_at")),
        name=f"{table}_confirmed_has_a_name",
    )


CURRENT = Q(superseded_by=None, dismissed_at=None)
CONFIRMED = Q(confirmed_at__isnull=False)


class Input(Stated):
    """One value of one field; ``key`` tells values of a field apart (a year, a certificate's number)."""

    field = models.CharField(max_length=30, choices=InputField)
    key = models.CharField(max_length=120, blank=True)
    value = models.JSONField()
    unit = models.CharField(max_length=30, blank=True)
    vintage = models.ForeignKey(Vintage, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["field", "key", "stated_at"]
        constraints = [
            among("field", InputField, name="input_field"),
            among("stated_in", StatedIn, name="input_stated_in"),
            _confirmed_has_a_name("input"),
            models.CheckConstraint(condition=Q(page=None) | Q(annex__isnull=False), name="input_page_of_an_annex"),
            models.CheckConstraint(
                condition=~Q(stated_in=StatedIn.VINTAGE) | Q(vintage__isnull=False), name="input_names_its_vintage"
            ),
            models.UniqueConstraint(
                fields=["batch", "centre", "field", "key"], condition=CURRENT & CONFIRMED, name="input_confirmed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.key}".strip()


class Supplement(Stated):
    """Transplantations outside the insurance, aggregated per year; each line is accepted or refused by a person."""

    year = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=8, choices=SupplementBasis)
    reference = models.CharField(max_length=120)
    count = models.PositiveIntegerField()
    paed = models.PositiveIntegerField()
    ruling = models.CharField(max_length=8, choices=SupplementRuling, blank=True)
    ruled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField(null=True, blank=True)
    ruling_reason = models.TextField(max_length=2_000, blank=True)

    class Meta:
        ordering = ["year", "reference", "stated_at"]
        constraints = [
            among("basis", SupplementBasis, name="supplement_basis"),
            _confirmed_has_a_name("supplement"),
            models.CheckConstraint(condition=Q(paed__lte=F("count")), name="supplement_children"),
            models.CheckConstraint(
                condition=Q(ruling="", ruled_by=None, ruled_at=None)
                | Q(ruling__in=SupplementRuling.values, ruled_by__isnull=False, ruled_at__isnull=False)
                & ~Q(ruling_reason=""),
                name="supplement_ruling_has_a_name_and_reason",
            ),
            models.UniqueConstraint(
                fields=["batch", "centre", "year", "reference"],
                condition=CURRENT & CONFIRMED,
                name="supplement_confirmed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.reference}: {self.count}"


class IecApplication(Stated):
    """Proof of a running JACIE application for immune effector cells, with the site it names."""

    filed_on = models.DateField()
    site_number = models.CharField(max_length=10)

    class Meta:
        ordering = ["filed_on", "stated_at"]
        constraints = [
            kbo_number("site_number", first_digits="2-8", name="iec_application_site_number"),
            _confirmed_has_a_name("iec_application"),
            models.UniqueConstraint(
                fields=["batch", "centre"], condition=CURRENT & CONFIRMED, name="iec_application_confirmed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filed_on.isoformat()} {self.site_number}"


RESOLVED_BY_SETTING_ASIDE = (DifferenceKind.STATEMENTS, DifferenceKind.NO_CERTIFICATE)
"""Here one statement holds and the others are set aside; elsewhere the resolution itself says what holds."""


class Resolution(models.Model):
    """A difference about a site, resolved once by a person who said why, and chose what holds where there is a choice.

    ``sources`` are kept as they were seen; ``sources_sha256`` is their hash: when one changes, the resolution lapses.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="resolutions")
    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="resolutions")
    kind = models.CharField(max_length=20, choices=DifferenceKind)
    field = models.CharField(max_length=30)
    key = models.CharField(max_length=120, blank=True)
    sources = models.JSONField()
    sources_sha256 = models.CharField(max_length=64)
    chosen_value = models.JSONField(null=True)
    reason = models.TextField(max_length=2_000)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [
            among("kind", DifferenceKind, name="resolution_kind"),
            models.CheckConstraint(condition=~Q(reason=""), name="resolution_has_a_reason"),
            models.CheckConstraint(condition=Q(sources_sha256__regex=r"^[0-9a-f]{64}$"), name="resolution_sha256"),
            models.UniqueConstraint(
                fields=["batch", "sources_sha256"],
                condition=~Q(kind__in=RESOLVED_BY_SETTING_ASIDE),
                name="resolution_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.key}".strip()
