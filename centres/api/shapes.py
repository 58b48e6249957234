"""Sites, certificates, products and the list as clients know them; a site by its number, a product by its code."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.shapes import Shape
from accounts.clock import today
from centres.enums import Activity, FacilityRole, NomenclatureCode, Population, VintageKind
from centres.models import Certificate, Listing


class HospitalShape(Shape):
    """The recognised hospital that a site belongs to."""

    number = serializers.IntegerField(help_text="Recognition number, 1 to 999.")
    name = serializers.CharField()


class CentreShape(Shape):
    """One site (campus); its key is the establishment number of the KBO."""

    expandable: ClassVar = {"hospital_number": HospitalShape}
    expand_source: ClassVar = {"hospital_number": "hospital"}

    site_number = serializers.CharField()
    site_name = serializers.CharField(source="name")
    street = serializers.CharField(allow_blank=True)
    postal_code = serializers.CharField()
    municipality = serializers.CharField()
    hospital_number = serializers.IntegerField(source="hospital.number")


class ScopeShape(Shape):
    population = serializers.ChoiceField(choices=Population.choices)
    activity = serializers.ChoiceField(choices=Activity.choices)


class FacilityShape(Shape):
    role = serializers.ChoiceField(choices=FacilityRole.choices)
    site = serializers.CharField(source="site_number")


class CertificateShape(Shape):
    """A certificate of a programme; without facilities it lists none, which does not mean that there are none."""

    body = serializers.CharField()
    number = serializers.CharField()
    programme_name = serializers.CharField(allow_blank=True)
    programme_sites = serializers.SerializerMethodField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    extended_to = serializers.DateField(allow_null=True)
    renewal_filed_on = serializers.DateField(allow_null=True)
    scopes = ScopeShape(many=True)
    facilities = FacilityShape(many=True)

    def get_programme_sites(self, certificate: Certificate) -> list[str]:
        return sorted(centre.site_number for centre in certificate.centres.all())


class ParagraphShape(Shape):
    """A paragraph of chapter IV under which a product is reimbursed; its days are inclusive."""

    number = serializers.CharField()
    indication_nl = serializers.CharField()
    indication_fr = serializers.CharField()
    indication_en = serializers.CharField()
    includes_children = serializers.BooleanField()
    reimbursed_from = serializers.DateField(allow_null=True)
    reimbursed_to = serializers.DateField(allow_null=True)


class ProductShape(Shape):
    """A CAR-T product; `temporarily_listed` null means that it is not known."""

    code = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    substance = serializers.CharField()
    atc_code = serializers.CharField(allow_blank=True)
    temporarily_listed = serializers.BooleanField(allow_null=True)
    paragraphs = ParagraphShape(many=True)


class ListingShape(Shape):
    """A line of the nominative list, by decision of the Minister, from its day of effect; days are inclusive."""

    expandable: ClassVar = {"site_number": CentreShape, "product_code": ProductShape, "paragraph": ParagraphShape}
    expand_source: ClassVar = {"site_number": "centre", "product_code": "product"}

    site_number = serializers.CharField(source="centre.site_number")
    product_code = serializers.CharField(source="product.code", allow_null=True)
    paragraph = serializers.CharField(source="paragraph.number")
    population = serializers.ChoiceField(choices=Population.choices)
    listed_from = serializers.DateField()
    listed_to = serializers.SerializerMethodField()
    decision_reference = serializers.CharField()
    condition_code = serializers.CharField(allow_blank=True)
    condition_due_on = serializers.DateField(allow_null=True)

    @extend_schema_field({"type": ["string", "null"], "format": "date"})
    def get_listed_to(self, listing: Listing) -> str | None:
        """An end that is still to come is told on its day, as on the public list."""
        ended = listing.listed_to is not None and listing.listed_to < today()
        return listing.listed_to.isoformat() if ended and listing.listed_to else None


class VintageShape(Shape):
    """One delivery of figures; a later one replaces nothing of it."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=VintageKind.choices)
    delivered_on = serializers.DateField()
    source = serializers.CharField()  # type: ignore[assignment]  # the word of the uploads
    cut_off_on = serializers.DateField(allow_null=True)
    loaded_at = serializers.DateTimeField()


class AllograftShape(Shape):
    """Booked acts of one code in one year, of a site or as the total of a hospital."""

    vintage = serializers.UUIDField(source="vintage_id")
    site_number = serializers.SerializerMethodField()
    hospital_number = serializers.SerializerMethodField()
    year = serializers.IntegerField()
    nomenclature_code = serializers.ChoiceField(choices=NomenclatureCode.choices)
    acts = serializers.IntegerField()
    acts_paediatric = serializers.IntegerField(allow_null=True)

    @extend_schema_field({"type": ["string", "null"]})
    def get_site_number(self, count: object) -> str | None:
        centre = getattr(count, "centre", None)
        return centre.site_number if centre else None

    @extend_schema_field({"type": ["integer", "null"]})
    def get_hospital_number(self, count: object) -> int | None:
        hospital = getattr(count, "hospital", None)
        return hospital.number if hospital else None


class TreatmentShape(Shape):
    """CAR-T treatments given on a listed site in a year; shown beside C7, never scored."""

    vintage = serializers.UUIDField(source="vintage_id")
    site_number = serializers.CharField(source="centre.site_number")
    product_code = serializers.CharField(source="product.code", allow_null=True)
    year = serializers.IntegerField()
    treatments = serializers.IntegerField()
