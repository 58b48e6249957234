"""Rows of certificates; the sites of the programme are known here, those of its facilities need not be."""

from collections.abc import Mapping

from applications.bulk.checked import CheckedRow, Origin, Said, compared, registers_of
from applications.bulk.faults import RowFault
from applications.bulk.rows import CertificateRow
from centres.enums import FacilityRole
from centres.models import Centre, Certificate

Rows = Mapping[int, CertificateRow]
Key = tuple[str, str]


def check(rows: Rows, _origin: Origin) -> dict[int, CheckedRow]:
    """Unknown sites of a programme and days out of order."""
    centres, standing = named_centres(rows), present_certificates(rows)
    checked = {}
    for number, row in rows.items():
        certificate = standing.get((row.body, row.certificate_number))
        told = told_certificate(certificate) if certificate else None
        checked[number] = compared(_faults(row, centres), told, told_row(row))
    return checked


def named_centres(rows: Rows) -> Mapping[str, Centre]:
    return registers_of((), (site for row in rows.values() for site in row.programme_sites)).centres


def present_certificates(rows: Rows) -> dict[Key, Certificate]:
    found = Certificate.objects.filter(number__in={row.certificate_number for row in rows.values()})
    found = found.prefetch_related("centres", "scopes", "facilities")
    return {(row.body, row.number): row for row in found}


def _faults(row: CertificateRow, centres: Mapping[str, Centre]) -> list[RowFault]:
    faults = [RowFault("programme_sites", "unknown_site", site) for site in row.programme_sites if site not in centres]
    if row.valid_to < row.valid_from:
        faults.append(RowFault("valid_to", "order", row.valid_to.isoformat()))
    if row.extended_to is not None and row.extended_to <= row.valid_to:
        faults.append(RowFault("extended_to", "extension_order", row.extended_to.isoformat()))
    return faults


def facilities_of(row: CertificateRow) -> list[tuple[str, str]]:
    """Role and site number of every facility that the row lists."""
    by_role = {
        FacilityRole.CLINICAL: row.clinical_sites,
        FacilityRole.COLLECTION: row.collection_sites,
        FacilityRole.PROCESSING: row.processing_sites,
    }
    return sorted((str(role), site) for role, sites in by_role.items() for site in sites)


def told_row(row: CertificateRow) -> Said:
    scopes = [":".join(scope) for scope in row.scopes]
    return row.model_dump(exclude={"body", "certificate_number"}) | {"scopes": scopes}


def told_certificate(certificate: Certificate) -> Said:
    facilities = sorted((row.role, row.site_number) for row in certificate.facilities.all())
    sites = {role: tuple(site for kept, site in facilities if kept == role) for role in FacilityRole}
    return {
        "programme_name": certificate.programme_name,
        "programme_sites": tuple(sorted(centre.site_number for centre in certificate.centres.all())),
        **{day: getattr(certificate, day) for day in Certificate.DAYS},
        "scopes": [
            ":".join(scope) for scope in sorted((row.population, row.activity) for row in certificate.scopes.all())
        ],
        "clinical_sites": sites[FacilityRole.CLINICAL],
        "collection_sites": sites[FacilityRole.COLLECTION],
        "processing_sites": sites[FacilityRole.PROCESSING],
    }
