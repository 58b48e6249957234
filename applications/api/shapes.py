"""Applications, batches and annexes as clients know them; sites by number, products by code."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.shapes import Shape
from applications.enums import ApplicationState, BatchState, DossierLanguage, EvidenceSlot, StatedIn, StatementField
from applications.models import Application, Statement
from centres.enums import Population


class BatchShape(Shape):
    """A half-yearly round; facts are judged on its reference date."""

    code = serializers.CharField(help_text="Year and month, such as 2026-07.")
    state = serializers.ChoiceField(choices=BatchState.choices)
    opens_on = serializers.DateField()
    reference_on = serializers.DateField()
    vote_on = serializers.DateField(allow_null=True)
    booked_years = serializers.ListField(child=serializers.IntegerField())
    closed_at = serializers.DateTimeField(allow_null=True)
    sealed_at = serializers.DateTimeField(allow_null=True)


class SiteShape(Shape):
    """A campus; its key is the establishment number of the KBO."""

    site_number = serializers.CharField()
    name = serializers.CharField()
    hospital = serializers.CharField(source="hospital.name")


class ProductShape(Shape):
    """A CAR-T product as the reimbursement list names it."""

    code = serializers.CharField()
    name = serializers.CharField()


class ApplicationShape(Shape):
    """One request: a holder, a product's paragraph, a site, one or two populations."""

    expandable: ClassVar = {"batch": BatchShape, "site_number": SiteShape, "product_code": ProductShape}
    expand_source: ClassVar = {"site_number": "centre", "product_code": "product"}

    id = serializers.UUIDField()
    reference = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=ApplicationState.choices)
    batch = serializers.SerializerMethodField()
    external_reference = serializers.CharField(allow_blank=True)
    product_code = serializers.CharField(source="product.code")
    paragraph = serializers.CharField(source="paragraph.number")
    site_number = serializers.CharField(source="centre.site_number")
    populations = serializers.ListField(child=serializers.ChoiceField(choices=Population.choices))
    language = serializers.ChoiceField(choices=DossierLanguage.choices)
    apheresis_site = serializers.CharField(allow_blank=True)
    laboratory_site = serializers.CharField(allow_blank=True)
    contact_email = serializers.EmailField()
    forecast = serializers.ListField(child=serializers.IntegerField(allow_null=True))
    motivation = serializers.CharField(allow_blank=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(help_text="Also the ETag.")

    @extend_schema_field({"type": ["string", "null"], "example": "2026-07/0042"})
    def get_reference(self, application: Application) -> str | None:
        """Given at submission."""
        return application.reference if application.number else None

    @extend_schema_field({"type": ["string", "null"], "example": "2026-07"})
    def get_batch(self, application: Application) -> str | None:
        return application.batch.code if application.batch else None


class AnnexShape(Shape):
    """One PDF of the evidence; its sha256 is that of the file as it was sent."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    slot = serializers.ChoiceField(choices=EvidenceSlot.choices)
    title = serializers.CharField()
    file_name = serializers.CharField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    pages = serializers.IntegerField()


class StatementShape(Shape):
    """One fact about the site as the application states it; nobody has confirmed it by that."""

    id = serializers.UUIDField()
    field = serializers.ChoiceField(choices=StatementField.choices)
    key = serializers.CharField(allow_blank=True)
    value = serializers.JSONField()
    annex_sha256 = serializers.SerializerMethodField()
    page = serializers.IntegerField(allow_null=True)
    stated_in = serializers.ChoiceField(choices=StatedIn.choices)
    stated_at = serializers.DateTimeField()

    @extend_schema_field({"type": ["string", "null"]})
    def get_annex_sha256(self, statement: Statement) -> str | None:
        return statement.annex.sha256 if statement.annex else None


class MissingShape(Shape):
    """What an application lacks; `step` is where the browser repairs it."""

    code = serializers.CharField()
    step = serializers.CharField()
    blocking = serializers.BooleanField()
    message = serializers.CharField()


def application_json(application: Application, context: dict[str, Any] | None = None) -> dict[str, Any]:
    """The resource as JSON; with the request in `context` its fields can be chosen and written out."""
    return dict(ApplicationShape(application, context=context or {}).data)
