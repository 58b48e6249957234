"""How a row of a register comes to be: validated whole, written with its audit line."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Model

from accounts.errors import Invalid, NotAllowed, Problem
from accounts.models import User
from accounts.policies import is_administrator, is_secretariat
from accounts.services.audit import record_event
from centres.enums import HolderRole
from centres.models import (
    Centre,
    CommitteeMandate,
    FigureRelease,
    Holder,
    HolderMembership,
    Hospital,
    Paragraph,
    Product,
    Seat,
)

Row = TypeVar("Row", bound=Model)


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
    return register_row(holder, by=by, at=at, told={"name": name, "role": str(role)})


@transaction.atomic
def register_hospital(name: str, *, number: int, by: User | None, at: datetime) -> Hospital:
    """A recognised hospital under its recognition number."""
    return register_row(Hospital(name=name, number=number), by=by, at=at, told={"name": name, "number": number})


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
    return register_row(centre, by=by, at=at, told={"name": name, "site_number": site_number})


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
    return register_row(product, by=by, at=at, told={"name": name, "code": code, "is_cart": is_cart}, unknown=unknown)


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
    return register_row(paragraph, by=by, at=at, told=told, unknown=unknown)


@transaction.atomic
def register_seat(number: int, *, group: str, votes: bool, by: User | None, at: datetime) -> Seat:
    """A seat of the committee, with or without a vote."""
    seat = Seat(number=number, group=group, votes=votes)
    return register_row(seat, by=by, at=at, told={"number": number, "group": str(group), "votes": votes})


@transaction.atomic
def give_mandate(
    seat: Seat, *, user: User, valid_from: date, is_substitute: bool = False, by: User | None, at: datetime
) -> CommitteeMandate:
    """A person holds a seat from a day on, as effective member or as substitute."""
    mandate = CommitteeMandate(seat=seat, user=user, is_substitute=is_substitute, valid_from=valid_from)
    told = {"seat": seat.number, "user": str(user.pk), "valid_from": valid_from.isoformat()}
    return register_row(mandate, by=by, at=at, told=told)


@transaction.atomic
def give_membership(holder: Holder, *, user: User, valid_from: date, by: User | None, at: datetime) -> HolderMembership:
    """A person, or the service user of a client, files for a company from a day on."""
    membership = HolderMembership(holder=holder, user=user, valid_from=valid_from)
    told = {"holder": str(holder.pk), "user": str(user.pk), "valid_from": valid_from.isoformat()}
    return register_row(membership, by=by, at=at, told=told)


@transaction.atomic
def release_figures(centre: Centre, *, holder: Holder, valid_from: date, by: User, at: datetime) -> FigureRelease:
    """The hospital lets a holder see the booked figures of a site from a day on."""
    release = FigureRelease(centre=centre, holder=holder, valid_from=valid_from, recorded_by=by)
    return register_row(release, by=by, at=at, told={"centre": centre.site_number, "holder": str(holder.pk)})


def register_row(
    row: Row, *, by: User | None, at: datetime, told: Mapping[str, object], unknown: Iterable[str] = ()
) -> Row:
    """A new row, validated whole but for the columns named unknown, with its audit line."""
    require_keeper(by)
    _require_clean(row, unknown)
    row.save(force_insert=True)
    record_event(row, by=by, at=at, verb="register", after=dict(told))
    return row


def change_row(row: Row, *, changes: Mapping[str, object], by: User | None, at: datetime) -> Row:
    """What differs is validated with the whole row and written with one audit line; equal values leave no trace."""
    require_keeper(by)
    before = {name: getattr(row, name) for name, value in changes.items() if getattr(row, name) != value}
    if not before:
        return row
    for name in before:
        setattr(row, name, changes[name])
    _require_clean(row)
    row.save(update_fields=list(before))
    after = {name: _told(changes[name]) for name in before}
    record_event(row, by=by, at=at, verb="change", before={n: _told(v) for n, v in before.items()}, after=after)
    return row


def require_keeper(by: User | None) -> None:
    """Registers are kept by the secretariat and the administrator; None is the desk itself."""
    if by is not None and not (is_secretariat(by) or is_administrator(by)):
        raise NotAllowed()


def _require_clean(row: Model, unknown: Iterable[str] = ()) -> None:
    try:
        row.full_clean(exclude=set(unknown))
    except ValidationError as faults:
        raise Invalid(problems=problems_of(faults)) from faults


def _told(value: object) -> object:
    match value:
        case Model():
            return str(value.pk)
        case date():
            return value.isoformat()
    return value


def problems_of(faults: ValidationError) -> list[Problem]:
    """Every fault under the column that it concerns."""
    return [
        Problem("" if field == NON_FIELD_ERRORS else f"/{field}", error.code or "value", " ".join(error.messages))
        for field, errors in faults.error_dict.items()
        for error in errors
    ]
