"""How a certificate is written into the register, as its body issued it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.services.audit import record_event
from centres.models import Centre, Certificate, CertificateFacility, CertificateScope
from centres.services.registers import change_row, register_row, require_keeper


@transaction.atomic
def register_certificate(
    centres: Iterable[Centre],
    *,
    stated: Mapping[str, object],
    programme_name: str,
    by: User | None,
    at: datetime,
) -> Certificate:
    """A certificate of the sites of a programme, in the shape of the contract: body, number, days, scopes, facilities.

    ``facilities`` None: the certificate names no site.
    """
    certificate = Certificate(body=str(stated["body"]), number=str(stated["number"]), programme_name=programme_name)
    for name, value in _days(stated).items():
        setattr(certificate, name, value)
    sites = list(centres)
    told = {"number": certificate.number, "sites": sorted(site.site_number for site in sites)}
    register_row(certificate, by=by, at=at, told=told)
    _write_parts(certificate, sites, stated)
    return certificate


@transaction.atomic
def change_certificate(
    certificate: Certificate,
    *,
    centres: Iterable[Centre],
    stated: Mapping[str, object],
    programme_name: str,
    by: User | None,
    at: datetime,
) -> Certificate:
    """What the body says now replaces what stood in the register; body and number stay."""
    require_keeper(by)
    change_row(certificate, changes={"programme_name": programme_name, **_days(stated)}, by=by, at=at)
    certificate.scopes.all().delete()
    certificate.facilities.all().delete()
    sites = list(centres)
    _write_parts(certificate, sites, stated)
    after = {
        "sites": sorted(site.site_number for site in sites),
        "scopes": stated["scopes"],
        "facilities": stated.get("facilities"),
    }
    record_event(certificate, by=by, at=at, verb="change_parts", after=after)
    return certificate


def _write_parts(certificate: Certificate, centres: list[Centre], stated: Mapping[str, object]) -> None:
    certificate.centres.set(centres)
    for population, activity in _rows(stated["scopes"]):
        CertificateScope.objects.create(certificate=certificate, population=population, activity=activity)
    for facility in _rows(stated.get("facilities") or []):
        CertificateFacility.objects.create(certificate=certificate, role=facility["role"], site_number=facility["site"])


def _days(stated: Mapping[str, object]) -> dict[str, date | None]:
    first, last, *open_ended = Certificate.DAYS
    needed = {name: date.fromisoformat(str(stated[name])) for name in (first, last)}
    return needed | {name: _day(stated.get(name)) for name in open_ended}


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _rows(value: object) -> list[dict[str, str]]:
    return value if isinstance(value, list) else []
