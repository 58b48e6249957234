"""Rows of booked allogeneic transplantations, of a site or, as a total, of a hospital."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from applications.bulk.checked import CheckedRow, Origin, RowFault, compared
from applications.bulk.rows import AllograftRow
from centres.models import Centre, Hospital
from centres.selectors import Counted, CountKey, Excess, exceeded_totals, standing_counts

Rows = Mapping[int, AllograftRow]


@dataclass(frozen=True, slots=True)
class Places:
    """The sites and hospitals that the rows of a file name."""

    centres: Mapping[str, Centre]
    hospitals: Mapping[int, Hospital]

    def of(self, row: AllograftRow) -> Centre | Hospital | None:
        if row.site_number is not None:
            return self.centres.get(row.site_number)
        return self.hospitals.get(row.hospital_number) if row.hospital_number is not None else None


def check(rows: Rows, origin: Origin) -> dict[int, CheckedRow]:
    """One place per row, known, children among the acts, and the sites within the total of their hospital.

    What a row does is told against the newest figures at the day of delivery.
    """
    places = named_places(rows)
    standing = standing_counts(_hospitals(rows, places), delivered_on=origin.delivered_on or date.max)
    excesses = frozenset(exceeded_totals(standing | _counts(rows, places)))
    checked = {}
    for number, row in rows.items():
        place = places.of(row)
        faults = _faults(row, place) or _split_faults(row, place, excesses)
        known = standing.get((place.pk, row.year, row.nomenclature_code)) if place else None
        checked[number] = compared(faults, known, Counted(row.acts, row.acts_paediatric))
    return checked


def named_places(rows: Rows) -> Places:
    sites = {row.site_number for row in rows.values() if row.site_number is not None}
    numbers = {row.hospital_number for row in rows.values() if row.hospital_number is not None}
    return Places(
        centres={row.site_number: row for row in Centre.objects.filter(site_number__in=sites)},
        hospitals={row.number: row for row in Hospital.objects.filter(number__in=numbers)},
    )


def _hospitals(rows: Rows, places: Places) -> set[UUID]:
    found = (places.of(row) for row in rows.values())
    return {place.hospital_id if isinstance(place, Centre) else place.pk for place in found if place is not None}


def _counts(rows: Rows, places: Places) -> dict[CountKey, Counted]:
    placed = ((places.of(row), row) for row in rows.values())
    return {
        (place.pk, row.year, row.nomenclature_code): Counted(row.acts, row.acts_paediatric)
        for place, row in placed
        if place is not None
    }


def _faults(row: AllograftRow, place: Centre | Hospital | None) -> list[RowFault]:
    faults = []
    if (row.site_number is None) == (row.hospital_number is None):
        faults.append(RowFault("site_number", "site_or_hospital", row.site_number or ""))
    elif place is None and row.site_number is not None:
        faults.append(RowFault("site_number", "unknown_site", row.site_number))
    elif place is None:
        faults.append(RowFault("hospital_number", "unknown_hospital", str(row.hospital_number)))
    if row.acts_paediatric is not None and row.acts_paediatric > row.acts:
        faults.append(RowFault("acts_paediatric", "children_above", str(row.acts_paediatric)))
    return faults


def _split_faults(row: AllograftRow, place: Centre | Hospital | None, excesses: frozenset[Excess]) -> list[RowFault]:
    """The total and each of its sites carry the fault, for either may be the wrong one."""
    if place is None:
        return []
    hospital = place.hospital_id if isinstance(place, Centre) else place.pk
    told = {"acts": row.acts, "acts_paediatric": row.acts_paediatric}
    return [
        RowFault(column, "split_exceeds", str(count))
        for column, count in told.items()
        if count is not None and Excess(hospital, row.year, row.nomenclature_code, column) in excesses
    ]
