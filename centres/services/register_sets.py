"""Many sites, certificates and listings at once, by the rules of the single ones: a constant number of queries.

The caller writes the one audit line of the set.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ForeignKey, Model

from accounts.errors import Invalid, Problem
from accounts.models import User
from centres.models import Centre, Certificate, CertificateFacility, CertificateScope, Hospital
from centres.services.registers import problems_of, require_keeper

AT_ONCE: Final = 1_000
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class WrittenRows:
    """How many rows are new and how many changed; the rest stood there as wanted."""

    new: int
    changed: int


@dataclass(frozen=True, slots=True)
class WantedCentre:
    """A site as it should stand in the register, with the hospital that it belongs to."""

    site_number: str
    name: str
    street: str
    postal_code: str
    municipality: str
    hospital_number: int
    hospital_name: str


@dataclass(frozen=True, slots=True)
class WantedCertificate:
    """A certificate as it should stand in the register; no facility at all: the certificate names no site."""

    body: str
    number: str
    programme_name: str
    days: Mapping[str, date | None]
    scopes: Sequence[tuple[str, str]]
    facilities: Sequence[tuple[str, str]]
    centres: Sequence[Centre]


@transaction.atomic
def write_centres(wanted: Iterable[WantedCentre], *, by: User) -> WrittenRows:
    """Hospitals first, by number, then each site that is new or differs. Raises Invalid with all faults at once."""
    require_keeper(by)
    rows = list(wanted)
    hospitals = _written_hospitals({row.hospital_number: row.hospital_name for row in rows})
    found = Centre.objects.select_for_update().filter(site_number__in=[row.site_number for row in rows])
    standing = {centre.site_number: centre for centre in found.order_by("pk")}
    new, changed = [], []
    for row in rows:
        values: dict[str, Any] = {"name": row.name, "street": row.street, "postal_code": row.postal_code}
        values |= {"municipality": row.municipality, "hospital_id": hospitals[row.hospital_number].pk}
        centre = standing.get(row.site_number)
        if centre is None:
            new.append(Centre(site_number=row.site_number, **values))
        elif take_over(centre, values):
            changed.append(centre)
    write_set(new, changed, fields=("name", "street", "postal_code", "municipality", "hospital"))
    return WrittenRows(len(new), len(changed))


def _written_hospitals(names: Mapping[int, str]) -> dict[int, Hospital]:
    found = Hospital.objects.select_for_update().filter(number__in=list(names)).order_by("pk")
    standing = {hospital.number: hospital for hospital in found}
    new = {number: Hospital(number=number, name=name) for number, name in names.items() if number not in standing}
    changed = [row for number, row in standing.items() if take_over(row, {"name": names[number]})]
    write_set(list(new.values()), changed, fields=("name",))
    return standing | new


@transaction.atomic
def write_certificates(wanted: Iterable[WantedCertificate], *, by: User) -> WrittenRows:
    """What the body says now replaces what stood in the register. Raises Invalid with all faults at once.

    The caller gives those that are new or differ; body and number tell certificates apart.
    """
    require_keeper(by)
    rows = {(row.body, row.number): row for row in wanted}
    found = Certificate.objects.select_for_update().filter(number__in=[number for _body, number in rows])
    standing = {(each.body, each.number): each for each in found.order_by("pk") if (each.body, each.number) in rows}
    new, changed = {}, []
    for key, row in rows.items():
        values = {"programme_name": row.programme_name, **row.days}
        if key not in standing:
            new[key] = Certificate(body=row.body, number=row.number, **values)
        elif take_over(standing[key], values):
            changed.append(standing[key])
    write_set(list(new.values()), changed, fields=("programme_name", *Certificate.DAYS))
    _replace_parts(standing | new, rows, standing)
    return WrittenRows(len(new), len(standing))


def _replace_parts(
    written: Mapping[tuple[str, str], Certificate],
    rows: Mapping[tuple[str, str], WantedCertificate],
    standing: Mapping[tuple[str, str], Certificate],
) -> None:
    through = Certificate.centres.through
    for part in (CertificateScope, CertificateFacility, through):
        part._base_manager.filter(certificate__in=list(standing.values())).delete()
    pairs = [(written[key], row) for key, row in rows.items()]
    scopes = [
        CertificateScope(certificate=certificate, population=population, activity=activity)
        for certificate, row in pairs
        for population, activity in row.scopes
    ]
    facilities = [
        CertificateFacility(certificate=certificate, role=role, site_number=site)
        for certificate, row in pairs
        for role, site in row.facilities
    ]
    sites = [through(certificate=certificate, centre=centre) for certificate, row in pairs for centre in row.centres]
    for parts in (scopes, facilities, sites):
        write_set(parts, [], fields=())


def take_over(row: Model, values: Mapping[str, Any]) -> bool:
    """Whether anything differed, which the row now has."""
    other = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in other.items():
        setattr(row, name, value)
    return bool(other)


def write_set(new: Sequence[Row], changed: Sequence[Row], *, fields: Sequence[str]) -> None:
    """One statement per thousand, after every column of every row was validated; relations the database holds.

    Raises Invalid with all faults at once.
    """
    faults: list[Problem] = []
    for row in (*new, *changed):
        faults += _faults(row)
    if faults:
        raise Invalid(problems=faults)
    for model in {type(row) for row in (*new, *changed)}:
        model._base_manager.bulk_create(new, batch_size=AT_ONCE)
        model._base_manager.bulk_create(
            changed, batch_size=AT_ONCE, update_conflicts=bool(changed), unique_fields=["pk"], update_fields=fields
        )


def _faults(row: Model) -> list[Problem]:
    relations = {field.name for field in row._meta.fields if isinstance(field, ForeignKey)}
    try:
        row.clean_fields(exclude=relations)
    except ValidationError as found:
        return problems_of(found)
    return []
