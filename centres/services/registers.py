"""How a row of a register comes to be: validated whole, written with its audit line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Model

from accounts.errors import Invalid, NotAllowed, Problem
from accounts.models import User
from accounts.policies import is_administrator, is_secretariat
from accounts.services.audit import record_event
from centres.enums import HolderRole, NomenclatureCode, VintageKind
from centres.models import (
    AllograftCount,
    Centre,
    Certificate,
    CertificateFacility,
    CertificateScope,
    CommitteeMandate,
    FigureRelease,
    Holder,
    HolderMembership,
    Hospital,
    Paragraph,
    Product,
    RealisedTreatment,
    Seat,
    Vintage,
)

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class BookedCount:
    """Booked acts of one code in one year, of a site or, as a total, of a hospital; children None: not told apart."""

    place: Centre | Hospital
    year: int
    nomenclature_code: NomenclatureCode
    acts: int
    acts_paediatric: int | None = None


@dataclass(frozen=True, slots=True)
class RealisedCount:
    """CAR-T treatments of one product on one listed site in one year."""

    centre: Centre
    product: Product
    year: int
    treatments: int


@transaction.atomic
def register_holder(
    name: str,
    *,
    role: str = HolderRole.MAH,
    represents: str = "",
    enterprise_number: str | None = None,
    country: str = "BE",
    by: User | None,
    at: datetime,
) -> Holder:
    """A company that files; one abroad has no enterprise number, a representative names whom it represents."""
    holder = Holder(name=name, role=role, represents=represents, enterprise_number=enterprise_number, country=country)
    return _register(holder, by=by, at=at, told={"name": name, "role": str(role)})


@transaction.atomic
def register_hospital(name: str, *, number: int, by: User | None, at: datetime) -> Hospital:
    """A recognised hospital under its recognition number."""
    return _register(Hospital(name=name, number=number), by=by, at=at, told={"name": name, "number": number})


@transaction.atomic
def register_centre(
    name: str,
    *,
    hospital: Hospital,
    site_number: str,
    street: str,
    postal_code: str,
    municipality: str,
    by: User | None,
    at: datetime,
) -> Centre:
    """A site of a hospital under its establishment number."""
    centre = Centre(name=name, hospital=hospital, site_number=site_number, street=street)
    centre.postal_code, centre.municipality = postal_code, municipality
    return _register(centre, by=by, at=at, told={"name": name, "site_number": site_number})


@transaction.atomic
def register_certificate(
    centre: Centre,
    *,
    stated: Mapping[str, object],
    programme_name: str,
    by: User | None,
    at: datetime,
) -> Certificate:
    """A certificate as its body issued it, in the shape of the contract: body, number, days, scopes, facilities."""
    days = {name: _day(stated.get(name)) for name in ("extended_to", "renewal_filed_on")}
    certificate = Certificate(
        body=str(stated["body"]),
        number=str(stated["number"]),
        programme_name=programme_name,
        valid_from=date.fromisoformat(str(stated["valid_from"])),
        valid_to=date.fromisoformat(str(stated["valid_to"])),
        **days,
    )
    _register(certificate, by=by, at=at, told={"number": certificate.number, "site_number": centre.site_number})
    certificate.centres.add(centre)
    for population, activity in _rows(stated["scopes"]):
        CertificateScope.objects.create(certificate=certificate, population=population, activity=activity)
    for facility in _rows(stated.get("facilities") or []):
        CertificateFacility.objects.create(certificate=certificate, role=facility["role"], site_number=facility["site"])
    return certificate


@transaction.atomic
def register_product(
    name: str,
    *,
    holder: Holder,
    substance: str,
    is_cart: bool,
    code: str | None = None,
    atc_code: str = "",
    ema_number: str = "",
    eu_number: str = "",
    temporarily_listed: bool | None = None,
    verified_on: date | None = None,
    source: str = "",
    by: User | None,
    at: datetime,
) -> Product:
    """A medicinal product; what is not known stays empty."""
    product = Product(name=name, holder=holder, substance=substance, is_cart=is_cart, code=code, atc_code=atc_code)
    product.ema_number, product.eu_number, product.temporarily_listed = ema_number, eu_number, temporarily_listed
    product.verified_on, product.source = verified_on, source
    unknown = ("temporarily_listed",) if temporarily_listed is None else ()
    return _register(product, by=by, at=at, told={"name": name, "code": code, "is_cart": is_cart}, unknown=unknown)


@transaction.atomic
def register_paragraph(
    product: Product,
    *,
    number: str,
    indications: Mapping[str, str] | None = None,
    includes_children: bool,
    reimbursed_from: date | None = None,
    reimbursed_to: date | None = None,
    verified_on: date | None = None,
    by: User | None,
    at: datetime,
) -> Paragraph:
    """A paragraph of chapter IV; ``indications`` by language nl, fr, en, None while nobody wrote them down."""
    paragraph = Paragraph(product=product, number=number, includes_children=includes_children)
    for language, words in (indications or {}).items():
        setattr(paragraph, f"indication_{language}", words)
    paragraph.verified_on = verified_on
    paragraph.reimbursed_from, paragraph.reimbursed_to = reimbursed_from, reimbursed_to
    told = {"product": product.name, "number": number}
    unknown = () if indications else tuple(f"indication_{language}" for language in ("nl", "fr", "en"))
    return _register(paragraph, by=by, at=at, told=told, unknown=unknown)


@transaction.atomic
def register_seat(number: int, *, group: str, votes: bool, by: User | None, at: datetime) -> Seat:
    """A seat of the committee, with or without a vote."""
    seat = Seat(number=number, group=group, votes=votes)
    return _register(seat, by=by, at=at, told={"number": number, "group": str(group), "votes": votes})


@transaction.atomic
def give_mandate(
    seat: Seat, *, user: User, valid_from: date, is_substitute: bool = False, by: User | None, at: datetime
) -> CommitteeMandate:
    """A person holds a seat from a day on, as effective member or as substitute."""
    mandate = CommitteeMandate(seat=seat, user=user, is_substitute=is_substitute, valid_from=valid_from)
    told = {"seat": seat.number, "user": str(user.pk), "valid_from": valid_from.isoformat()}
    return _register(mandate, by=by, at=at, told=told)


@transaction.atomic
def give_membership(holder: Holder, *, user: User, valid_from: date, by: User | None, at: datetime) -> HolderMembership:
    """A person, or the service user of a client, files for a company from a day on."""
    membership = HolderMembership(holder=holder, user=user, valid_from=valid_from)
    told = {"holder": str(holder.pk), "user": str(user.pk), "valid_from": valid_from.isoformat()}
    return _register(membership, by=by, at=at, told=told)


@transaction.atomic
def release_figures(centre: Centre, *, holder: Holder, valid_from: date, by: User, at: datetime) -> FigureRelease:
    """The hospital lets a holder see the booked figures of a site from a day on."""
    release = FigureRelease(centre=centre, holder=holder, valid_from=valid_from, recorded_by=by)
    return _register(release, by=by, at=at, told={"centre": centre.site_number, "holder": str(holder.pk)})


@transaction.atomic
def load_booked_counts(
    counts: Iterable[BookedCount], *, delivered_on: date, source: str, by: User, at: datetime
) -> Vintage:
    """A delivery of booked transplantations, whole or not at all."""
    vintage = Vintage(kind=VintageKind.ALLOGRAFTS, delivered_on=delivered_on, source=source, loaded_by=by)
    vintage.loaded_at = at
    rows = list(counts)
    _register(vintage, by=by, at=at, told={"source": source, "rows": len(rows)})
    for row in rows:
        count = AllograftCount(vintage=vintage, year=row.year, nomenclature_code=row.nomenclature_code, acts=row.acts)
        count.acts_paediatric = row.acts_paediatric
        match row.place:
            case Centre():
                count.centre = row.place
            case Hospital():
                count.hospital = row.place
        count.save(force_insert=True)
    return vintage


@transaction.atomic
def load_realised_counts(
    counts: Iterable[RealisedCount], *, delivered_on: date, cut_off_on: date, source: str, by: User, at: datetime
) -> Vintage:
    """A delivery of realised CAR-T treatments, with the day up to which they were counted."""
    vintage = Vintage(kind=VintageKind.REALISED, delivered_on=delivered_on, source=source, loaded_by=by)
    vintage.cut_off_on, vintage.loaded_at = cut_off_on, at
    rows = list(counts)
    _register(vintage, by=by, at=at, told={"source": source, "rows": len(rows)})
    for row in rows:
        RealisedTreatment.objects.create(
            vintage=vintage, centre=row.centre, product=row.product, year=row.year, treatments=row.treatments
        )
    return vintage


def _register(
    row: Row, *, by: User | None, at: datetime, told: Mapping[str, object], unknown: Iterable[str] = ()
) -> Row:
    if by is not None and not (is_secretariat(by) or is_administrator(by)):
        raise NotAllowed()
    try:
        row.full_clean(exclude=set(unknown))
    except ValidationError as faults:
        raise Invalid(problems=_problems(faults)) from faults
    row.save(force_insert=True)
    record_event(row, by=by, at=at, verb="register", after=dict(told))
    return row


def _problems(faults: ValidationError) -> list[Problem]:
    return [
        Problem("" if field == NON_FIELD_ERRORS else f"/{field}", error.code or "value", " ".join(error.messages))
        for field, errors in faults.error_dict.items()
        for error in errors
    ]


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _rows(value: object) -> list[dict[str, str]]:
    return value if isinstance(value, list) else []
