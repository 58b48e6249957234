"""How rows of sites, certificates and figures are written into the registers."""

from collections.abc import Mapping
from datetime import date, datetime

from accounts.errors import Conflict, Invalid
from accounts.models import User
from applications.bulk import certificate_rows, realised_rows
from applications.bulk.checked import Origin
from applications.bulk.rows import CentreRow, CertificateRow, RealisedRow
from applications.models import Upload, UploadRow
from centres.models import Centre, Certificate, Hospital
from centres.services.deliveries import RealisedCount, StagedCounts, load_realised_counts, load_staged_counts
from centres.services.register_sets import WantedCentre, WantedCertificate, write_centres, write_certificates


def commit_centres(rows: Mapping[int, CentreRow], _origin: Origin, by: User, _at: datetime) -> None:
    """Hospitals first, by number, then each site that is new or differs."""
    wanted = (
        WantedCentre(
            site_number=row.site_number,
            name=row.site_name,
            street=row.street,
            postal_code=row.postal_code,
            municipality=row.municipality,
            hospital_number=row.hospital_number,
            hospital_name=row.hospital_name,
        )
        for row in rows.values()
    )
    write_centres(wanted, by=by)


def commit_certificates(rows: Mapping[int, CertificateRow], _origin: Origin, by: User, _at: datetime) -> None:
    """A certificate that is there and equal is left alone."""
    centres, standing = certificate_rows.named_centres(rows), certificate_rows.present_certificates(rows)
    wanted = []
    for row in rows.values():
        certificate = standing.get((row.body, row.certificate_number))
        if certificate is None or certificate_rows.told_certificate(certificate) != certificate_rows.told_row(row):
            wanted.append(_certificate(row, [centres[number] for number in row.programme_sites]))
    write_certificates(wanted, by=by)


def _certificate(row: CertificateRow, sites: list[Centre]) -> WantedCertificate:
    return WantedCertificate(
        body=row.body,
        number=row.certificate_number,
        programme_name=row.programme_name,
        days={name: getattr(row, name) for name in Certificate.DAYS},
        scopes=row.scopes,
        facilities=certificate_rows.facilities_of(row),
        centres=sites,
    )


STAGED = f"""
    SELECT c.id, h.id, (r.data->>'year')::int, r.data->>'nomenclature_code', (r.data->>'acts')::int,
           (r.data->>'acts_paediatric')::int
    FROM {UploadRow._meta.db_table} r
    LEFT JOIN {Centre._meta.db_table} c ON c.site_number = translate(r.data->>'site_number', '. ', '')
    LEFT JOIN {Hospital._meta.db_table} h ON h.number = (r.data->>'hospital_number')::int
    WHERE r.upload_id = %s AND (c.id IS NULL) <> (h.id IS NULL)
"""  # noqa: S608  # the names of our own tables
"""The rows of a checked upload with the keys of their places, in the order of ``BOOKED``."""


def commit_allografts(upload: Upload, by: User, at: datetime) -> None:
    """The whole file is one delivery, equal rows included: it says what was delivered on that day.

    The rows go from the upload to the register inside the database. Raises Conflict when a place is gone or the sites
    exceed the total of their hospital by now.
    """
    staged = StagedCounts(rows=upload.rows_total, query=STAGED, values=[upload.pk])
    delivered_on = _delivered_on(Origin(upload.holder, upload.delivered_on, upload.source))
    try:
        vintage = load_staged_counts(staged, delivered_on=delivered_on, source=upload.source, by=by, at=at)
    except Invalid as exceeded:
        raise Conflict("upload-outdated") from exceeded
    if vintage is None:
        raise Conflict("upload-outdated")


def commit_realised(rows: Mapping[int, RealisedRow], origin: Origin, by: User, at: datetime) -> None:
    """The whole file is one delivery."""
    registers = realised_rows.named_registers(rows)
    counts = (
        RealisedCount(
            registers.centres[row.site_number], registers.products[row.product_code], row.year, row.treatments
        )
        for row in rows.values()
    )
    load_realised_counts(counts, delivered_on=_delivered_on(origin), source=origin.source, by=by, at=at)


def _delivered_on(origin: Origin) -> date:
    if origin.delivered_on is None:
        raise Conflict("delivery-unsaid")
    return origin.delivered_on
