"""Rows of booked allogeneic transplantations, of a site or, as a total, of a hospital."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from applications.bulk.checked import CheckedRow, Origin, Said, compared, year_faults
from applications.bulk.faults import RowFault
from applications.bulk.rows import AllograftRow
from centres.models import Centre, Hospital
from centres.selectors import Counted, CountKey, Excess, exceeded_totals, later_deliveries, standing_counts

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

    @property
    def hospital_numbers(self) -> set[int]:
        return {centre.hospital.number for centre in self.centres.values()} | set(self.hospitals)


def check(rows: Rows, origin: Origin) -> dict[int, CheckedRow]:
    """One place per row, known, children among the acts, and the sites within the total of their hospital.

    What a row does is told against the newest figures at the day of delivery.
    """
    places, delivered_on = named_places(rows), origin.delivered_on or date.max
    standing = standing_counts(places.hospital_numbers, delivered_on=delivered_on)
    excesses = _excesses(rows, places, standing, delivered_on)
    checked = {}
    for number, row in rows.items():
        place = places.of(row)
        faults = _faults(row, place, origin) or (_split_faults(row, place, excesses) if excesses else [])
        known = standing.get((row.place_number, row.year, row.nomenclature_code)) if standing else None
        checked[number] = compared(faults, known._asdict() if known else None, _told(row))
    return checked


def _told(row: AllograftRow) -> Said:
    return {"acts": row.acts, "acts_paediatric": row.acts_paediatric}


def _excesses(
    rows: Rows, places: Places, standing: Mapping[CountKey, Counted], delivered_on: date
) -> frozenset[Excess]:
    """Totals that are exceeded with this delivery, or under a later one that it stands below.

    Nothing is exceeded where neither the file nor another delivery tells the total of a hospital.
    """
    hospitals, days = places.hospital_numbers, later_deliveries(delivered_on)
    above = [standing_counts(hospitals, delivered_on=day, later_than=delivered_on) for day in days]
    if not places.hospitals and not any(isinstance(key[0], int) for each in (standing, *above) for key in each):
        return frozenset()
    counts = {**standing, **_counts(rows, places)}
    return frozenset(excess for later in ({}, *above) for excess in exceeded_totals({**counts, **later}))


def named_places(rows: Rows) -> Places:
    sites = {row.site_number for row in rows.values() if row.site_number is not None}
    numbers = {row.hospital_number for row in rows.values() if row.hospital_number is not None}
    return Places(
        centres={
            row.site_number: row for row in Centre.objects.filter(site_number__in=sites).select_related("hospital")
        },
        hospitals={row.number: row for row in Hospital.objects.filter(number__in=numbers)},
    )


def _counts(rows: Rows, places: Places) -> dict[CountKey, Counted]:
    return {
        (row.place_number, row.year, row.nomenclature_code): Counted(row.acts, row.acts_paediatric)
        for row in rows.values()
        if places.of(row) is not None
    }


def _faults(row: AllograftRow, place: Centre | Hospital | None, origin: Origin) -> list[RowFault]:
    faults = year_faults(row.year, origin)
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
    hospital = place.hospital.number if isinstance(place, Centre) else place.number
    return [
        RowFault(column, "split_exceeds", str(count))
        for column, count in (("acts", row.acts), ("acts_paediatric", row.acts_paediatric))
        if count is not None and Excess(hospital, row.year, row.nomenclature_code, column) in excesses
    ]
