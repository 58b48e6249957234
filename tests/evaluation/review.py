"""A batch in review as filing leaves it: files submitted, found admissible, their statements taken in."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.test import Client

from accounts.enums import Role
from accounts.models import User
from applications.enums import StatementField
from applications.models import Application, Batch
from applications.services.admission import decide_admissibility
from applications.services.batches import end_intake
from applications.services.drafts import start_application, state_fact
from applications.services.submission import submit_application
from centres.enums import NomenclatureCode, VintageKind
from centres.models import AllograftCount, Centre, Holder, Product, RealisedTreatment, Vintage
from centres.services.deliveries import BookedCount, load_booked_counts
from evaluation.services.intake import take_in_figures, take_in_statements
from tests.builders import (
    IN_AUGUST,
    IN_JULY,
    holder_of,
    make_annex,
    make_batch,
    make_centre,
    make_certificate_value,
    make_paragraph,
    make_product,
    make_staff,
    make_user,
)

DELIVERED = date(2026, 5, 12)


def make_desk(name: str = "L. Example") -> User:
    return make_user(Role.SECRETARIAT, name=name)


def make_file(
    *,
    centre: Centre | None = None,
    populations: Iterable[str] = ("ADULT",),
    apheresis: str = "",
    supplement: bool = False,
    desk: User | None = None,
    staff: User | None = None,
    product: Product | None = None,
) -> Application:
    """A file under review with a certificate in annex 1, page 2, and, wanted, a line outside the insurance."""
    staff = staff or make_staff()
    holder: Holder = holder_of(staff)
    populations = list(populations)
    product = product or make_product(holder=holder)
    centre = centre or make_centre()
    application = start_application(
        holder=holder,
        product=product,
        paragraph=make_paragraph(product, includes_children="PAED" in populations),
        centre=centre,
        populations=populations,
        language="nl",
        contact_email="filing@test.example",
        apheresis_site=apheresis or centre.site_number,
        laboratory_site=centre.site_number,
        forecast=(4, 6, None),
        motivation="More patients than the listed sites can treat.",
        by=staff,
        at=IN_JULY,
    )
    annex = make_annex(application, by=staff, slot="JACIE_CERTIFICATE", mark=f"certificate {application.pk}")
    said: dict[str, Any] = {"annex": annex, "by": staff, "at": IN_JULY}
    sites = [{"role": role, "site": centre.site_number} for role in ("CLINICAL", "COLLECTION")]
    certificate = make_certificate_value(facilities=sites)
    state_fact(application, field=StatementField.CERTIFICATE, key="TEST-1", value=certificate, page=2, **said)
    if supplement:
        line = {"year": 2024, "basis": "STUDY", "reference": "NCT00000000", "count": 1, "paed": 0}
        state_fact(application, field=StatementField.SUPPLEMENT, key="2024 NCT00000000", value=line, page=1, **said)
    make_batch()
    application = submit_application(application, by=staff, at=IN_JULY).application
    take_in_statements(application, at=IN_JULY)
    return decide_admissibility(application, result="ADMISSIBLE", reason="", by=desk or make_desk(), at=IN_JULY)


def put_in_review(batch: Batch, desk: User) -> Batch:
    end_intake(batch, by=desk, at=IN_AUGUST)
    batch.refresh_from_db()
    return batch


def make_figures(batch: Batch, desk: User, *, acts: Iterable[int] = (27, 28, 28)) -> Vintage:
    """Booked figures for every site of the batch, all of them of adults; confirmed by their delivery."""
    vintage = Vintage.objects.create(
        kind=VintageKind.ALLOGRAFTS,
        delivered_on=DELIVERED,
        source="RIZIV-INAMI",
        loaded_by=desk,
        loaded_at=IN_JULY,
    )
    acts = list(acts)
    for centre in Centre.objects.filter(applications__batch=batch).distinct():
        for year, number in zip(batch.booked_years, acts, strict=True):
            for code, counted in (("470654", 1), ("470665", number - 1)):
                AllograftCount.objects.create(
                    vintage=vintage,
                    centre=centre,
                    year=year,
                    nomenclature_code=code,
                    acts=counted,
                    acts_paediatric=0,
                )
    take_in_figures(batch, vintage=vintage, by=desk, at=IN_AUGUST)
    return vintage


def deliver(desk: User, counts: Mapping[Centre, Mapping[int, tuple[int, int]]], *, on: date) -> Vintage:
    """Per site and year the ambulatory and the hospitalised acts, children not told apart."""
    rows = [
        BookedCount(centre, year, code, acts)
        for centre, years in counts.items()
        for year, pair in years.items()
        for code, acts in zip(NomenclatureCode, pair, strict=True)
    ]
    return load_booked_counts(rows, delivered_on=on, source="RIZIV-INAMI", by=desk, at=IN_AUGUST)


def make_realised(desk: User, centres: Iterable[Centre], product: Product) -> Vintage:
    vintage = Vintage.objects.create(
        kind=VintageKind.REALISED,
        delivered_on=DELIVERED,
        source="IMA-AIM",
        cut_off_on=date(2026, 3, 31),
        loaded_by=desk,
        loaded_at=IN_JULY,
    )
    for place, centre in enumerate(centres):
        for year in (2023, 2024, 2025):
            RealisedTreatment.objects.create(
                vintage=vintage, centre=centre, product=product, year=year, treatments=10 * (place + 1) + year - 2023
            )
    return vintage


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
