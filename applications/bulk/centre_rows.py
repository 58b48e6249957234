"""Rows of sites with the hospital that each belongs to."""

from collections import defaultdict
from collections.abc import Mapping

from applications.bulk.checked import CheckedRow, Origin, Said, compared
from applications.bulk.faults import RowFault
from applications.bulk.rows import CentreRow
from centres.models import Centre, Hospital

Rows = Mapping[int, CentreRow]


def check(rows: Rows, _origin: Origin) -> dict[int, CheckedRow]:
    """A hospital has one name throughout the file; a site may get another name, address or hospital."""
    names: dict[int, set[str]] = defaultdict(set)
    for row in rows.values():
        names[row.hospital_number].add(row.hospital_name)
    standing = present_centres(rows)
    checked = {}
    for number, row in rows.items():
        differs = len(names[row.hospital_number]) > 1
        faults = [RowFault("hospital_name", "two_names", row.hospital_name)] if differs else []
        centre = standing.get(row.site_number)
        checked[number] = compared(faults, told_centre(centre) if centre else None, told_row(row))
    return checked


def present_centres(rows: Rows) -> dict[str, Centre]:
    found = Centre.objects.filter(site_number__in={row.site_number for row in rows.values()})
    return {row.site_number: row for row in found.select_related("hospital")}


def present_hospitals(rows: Rows) -> dict[int, Hospital]:
    found = Hospital.objects.filter(number__in={row.hospital_number for row in rows.values()})
    return {row.number: row for row in found}


def told_centre(centre: Centre) -> Said:
    return {
        "site_name": centre.name,
        "street": centre.street,
        "postal_code": centre.postal_code,
        "municipality": centre.municipality,
        "hospital_number": centre.hospital.number,
        "hospital_name": centre.hospital.name,
    }


def told_row(row: CentreRow) -> Said:
    return row.model_dump(exclude={"site_number"})
