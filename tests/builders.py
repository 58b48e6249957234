"""Real objects for tests, built through the services; each call makes new ones unless something is given."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import count
from zoneinfo import ZoneInfo

from accounts.enums import Role
from accounts.models import User
from accounts.services.users import create_user
from applications.enums import EvidenceSlot, StatementField
from applications.models import Annex, Application, Batch
from applications.services.admission import decide_admissibility
from applications.services.annexes import add_annex
from applications.services.batches import end_intake, open_batch
from applications.services.drafts import start_application, state_fact
from applications.services.submission import submit_application
from centres.enums import HolderRole
from centres.models import Centre, Holder, HolderMembership, Hospital, Listing, Paragraph, Product

BRUSSELS = ZoneInfo("Europe/Brussels")
IN_JULY = datetime(2026, 7, 16, 14, 2, tzinfo=BRUSSELS)
IN_AUGUST = datetime(2026, 8, 3, 9, 0, tzinfo=BRUSSELS)
PASSWORD = "correct horse battery staple"
_next = count(1)


def site_number(sequence: int) -> str:
    """An invented establishment number: 8000000 and a place in the sequence, with its check digits."""
    eight = 80_000_000 + sequence
    return f"{eight}{97 - eight % 97:02d}"


def cnk_code(sequence: int) -> str:
    """An invented CNK code that passes the empirical check."""
    six = f"{900_000 + sequence % 90_000:06d}"
    doubled = (sum(divmod(int(d) * (2 if place % 2 == 0 else 1), 10)) for place, d in enumerate(reversed(six)))
    return f"{six}{-sum(doubled) % 10}"


def make_user(
    role: str = Role.SECRETARIAT, *, holder: Holder | None = None, name: str = "", language: str = "en"
) -> User:
    """A person of a role; with a holder, its staff."""
    place = next(_next)
    user = create_user(
        email=f"{role.lower()}{place}@test.example",
        name=name or f"Test {role.lower()} {place}",
        role=role,
        language=language,
        password=PASSWORD,
        by=None,
        at=IN_JULY,
    )
    if holder is not None:
        HolderMembership.objects.create(user=user, holder=holder, valid_from=date(2026, 1, 1))
    return user


def make_holder(name: str = "", *, role: str = HolderRole.MAH, represents: str = "") -> Holder:
    return Holder.objects.create(name=name or f"Test Pharma {next(_next)}", role=role, represents=represents)


def make_staff(holder: Holder | None = None) -> User:
    """Staff of a holder, of a new one if none is given."""
    return make_user(Role.HOLDER, holder=holder or make_holder())


def holder_of(user: User) -> Holder:
    return Holder.objects.get(memberships__user=user)


def make_centre(name: str = "", *, hospital: Hospital | None = None) -> Centre:
    place = next(_next)
    hospital = hospital or Hospital.objects.create(number=place % 999 + 1, name=f"Test Hospital {place}")
    return Centre.objects.create(
        site_number=site_number(place),
        name=name or f"Campus {place}",
        postal_code="1000",
        municipality="Testville",
        hospital=hospital,
    )


def make_product(name: str = "", *, holder: Holder | None = None, is_cart: bool = True) -> Product:
    place = next(_next)
    return Product.objects.create(
        code=cnk_code(place),
        name=name or f"Testacel {place}",
        substance="testacabtagene",
        holder=holder or make_holder(),
        atc_code="L01XL03",
        is_cart=is_cart,
        temporarily_listed=True,
    )


def make_paragraph(
    product: Product | None = None,
    *,
    includes_children: bool = False,
    reimbursed_from: date | None = date(2025, 1, 1),
    reimbursed_to: date | None = None,
) -> Paragraph:
    return Paragraph.objects.create(
        product=product or make_product(),
        number=f"{10_000_000 + next(_next) * 100}",
        indication_nl="testlymfoom",
        indication_fr="lymphome de test",
        indication_en="test lymphoma",
        includes_children=includes_children,
        reimbursed_from=reimbursed_from,
        reimbursed_to=reimbursed_to,
    )


def make_batch(
    year: int = 2026,
    half: int = 7,
    *,
    by: User | None = None,
    reference_key: str = "test",
    first_booked_year: int | None = None,
) -> Batch:
    """The round of that half, or the one there is already."""
    there = Batch.objects.filter(year=year, half=half).first()
    return there or open_batch(
        year=year,
        half=half,
        first_booked_year=first_booked_year or year - 4,
        by=by or make_user(Role.SECRETARIAT),
        at=IN_JULY,
        reference_key=reference_key,
    )


def make_application(
    *,
    staff: User | None = None,
    product: Product | None = None,
    paragraph: Paragraph | None = None,
    centre: Centre | None = None,
    populations: Iterable[str] = ("ADULT",),
    language: str = "nl",
    submitted: bool = False,
    admissible: bool = False,
    in_review: bool = False,
    at: datetime = IN_JULY,
    by_secretariat: User | None = None,
    external_reference: str = "",
) -> Application:
    """A draft of a holder's staff, or moved on: submitted, found admissible, taken into review (the round's intake
    ends then)."""
    staff = staff or make_staff()
    holder = holder_of(staff)
    populations = list(populations)
    if paragraph is None:
        paragraph = make_paragraph(product or make_product(holder=holder), includes_children="PAED" in populations)
    centre = centre or make_centre()
    application = start_application(
        holder=holder,
        product=paragraph.product,
        paragraph=paragraph,
        centre=centre,
        populations=populations,
        language=language,
        contact_email="filing@test.example",
        apheresis_site=centre.site_number,
        laboratory_site=centre.site_number,
        forecast=(4, 6, 8),
        motivation="More patients than the listed sites can treat.",
        external_reference=external_reference,
        by=staff,
        at=at,
    )
    if submitted or admissible or in_review:
        make_batch()
        application = submit_application(application, by=staff, at=at).application
    if admissible or in_review:
        desk = by_secretariat or make_user(Role.SECRETARIAT)
        application = decide_admissibility(application, result="ADMISSIBLE", reason="", by=desk, at=at)
        if in_review and application.batch is not None:
            _into_review(application, desk)
    return application


def _into_review(application: Application, desk: User) -> None:
    batch = application.batch
    if batch is not None and batch.state == "OPEN":
        end_intake(batch, by=desk, at=IN_AUGUST)
    application.refresh_from_db()


def make_certificate_value(**changes: object) -> dict[str, object]:
    """A JACIE certificate as a holder states it, for adults and both activities, naming no facilities."""
    return {
        "body": "JACIE",
        "number": "TEST-1",
        "valid_from": "2024-05-01",
        "valid_to": "2028-04-30",
        "extended_to": None,
        "renewal_filed_on": None,
        "scopes": [["ADULT", "ALLO"], ["ADULT", "IEC"]],
        "facilities": None,
    } | changes


def state_all(application: Application, *, by: User, at: datetime = IN_JULY) -> None:
    """Everything the form asks, in plain answers, without documents."""
    years = make_batch().booked_years
    state_fact(
        application, field=StatementField.CERTIFICATE, key="TEST-1", value=make_certificate_value(), by=by, at=at
    )
    for year in years:
        state_fact(application, field=StatementField.DECLARED_ALLOGRAFTS, key=str(year), value=29, by=by, at=at)
    site = application.centre.site_number
    state_fact(application, field=StatementField.INTENSIVE_CARE_SITE, value=site, by=by, at=at)
    for criterion in ("C3a", "C3b", "C5", "C6", "P3", "AD5"):
        value = {"text": f"What the site says about {criterion}."}
        state_fact(application, field=StatementField.NARRATIVE, key=criterion, value=value, by=by, at=at)


def pdf_bytes(pages: int = 1, *, mark: str = "") -> bytes:
    """A small, plain PDF; the mark makes two of them different."""
    kids = " ".join(f"{3 + place} 0 R" for place in range(pages))
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << >> >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        *[page] * pages,
        f"<< /Title ({mark}) >>",
    ]
    content, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer << /Size {size} /Root 1 0 R /Info {size - 1} 0 R >>\nstartxref\n{len(content)}\n%%EOF\n"
    return content + f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode() + trailer.encode()


def make_annex(
    application: Application, *, by: User, slot: str = EvidenceSlot.LABORATORY, mark: str = "", at: datetime = IN_JULY
) -> Annex:
    mark = mark or f"test {next(_next)}"
    return add_annex(
        application, slot=slot, title=mark, file_name=f"{mark}.pdf", content=pdf_bytes(2, mark=mark), by=by, at=at
    )


def make_listing(
    application: Application, *, population: str = "ADULT", listed_from: date = date(2025, 6, 1)
) -> Listing:
    """The site of the application as already on the list for what it asks."""
    return Listing.objects.create(
        centre=application.centre,
        product=application.product,
        paragraph=application.paragraph,
        population=population,
        listed_from=listed_from,
        decision_reference=f"MB test {next(_next)}",
    )
