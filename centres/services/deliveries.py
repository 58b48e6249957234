"""How a delivery of figures is taken in: whole or not at all, set by set, with one audit line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.errors import Invalid, Problem, sentence
from accounts.models import User
from centres.enums import NomenclatureCode, VintageKind
from centres.models import AllograftCount, Centre, Hospital, Product, RealisedTreatment, Vintage
from centres.selectors import Counted, exceeded_totals, standing_counts
from centres.services.registers import register_row, require_keeper

AT_ONCE = 2_000


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
def load_booked_counts(
    counts: Iterable[BookedCount], *, delivered_on: date, source: str, by: User, at: datetime
) -> Vintage:
    """A delivery of booked transplantations; the sites never exceed the total of their hospital.

    Raises Invalid (``split-exceeds``) with every total that is exceeded.
    """
    require_keeper(by)
    rows = list(counts)
    _require_within_totals(rows, delivered_on)
    vintage = Vintage(kind=VintageKind.ALLOGRAFTS, delivered_on=delivered_on, source=source, loaded_by=by)
    vintage.loaded_at = at
    register_row(vintage, by=by, at=at, told={"source": source, "rows": len(rows)})
    AllograftCount.objects.bulk_create((_booked(vintage, row) for row in rows), batch_size=AT_ONCE)
    return vintage


def _booked(vintage: Vintage, row: BookedCount) -> AllograftCount:
    return AllograftCount(
        vintage=vintage,
        centre=row.place if isinstance(row.place, Centre) else None,
        hospital=row.place if isinstance(row.place, Hospital) else None,
        year=row.year,
        nomenclature_code=row.nomenclature_code,
        acts=row.acts,
        acts_paediatric=row.acts_paediatric,
    )


def _require_within_totals(rows: Sequence[BookedCount], delivered_on: date) -> None:
    """Two deliveries at once wait for each other on the hospitals that both name."""
    named = {row.place.pk if isinstance(row.place, Hospital) else row.place.hospital_id for row in rows}
    hospitals = {row.pk: row for row in Hospital.objects.select_for_update().filter(pk__in=named).order_by("pk")}
    counts = standing_counts(hospitals, delivered_on=delivered_on)
    counts |= {
        (row.place.pk, row.year, str(row.nomenclature_code)): Counted(row.acts, row.acts_paediatric) for row in rows
    }
    problems = [
        Problem(
            f"/{excess.column}",
            "split-exceeds",
            sentence("split-exceeds", {"hospital": hospitals[excess.hospital].name, "year": excess.year}),
        )
        for excess in exceeded_totals(counts)
    ]
    if problems:
        raise Invalid("split-exceeds", problems=problems)


@transaction.atomic
def load_realised_counts(
    counts: Iterable[RealisedCount],
    *,
    delivered_on: date,
    cut_off_on: date | None = None,
    source: str,
    by: User,
    at: datetime,
) -> Vintage:
    """A delivery of realised CAR-T treatments; ``cut_off_on`` is the day up to which they were counted, if told."""
    vintage = Vintage(kind=VintageKind.REALISED, delivered_on=delivered_on, source=source, loaded_by=by)
    vintage.cut_off_on, vintage.loaded_at = cut_off_on, at
    rows = [
        RealisedTreatment(
            vintage=vintage, centre=row.centre, product=row.product, year=row.year, treatments=row.treatments
        )
        for row in counts
    ]
    register_row(vintage, by=by, at=at, told={"source": source, "rows": len(rows)})
    RealisedTreatment.objects.bulk_create(rows, batch_size=AT_ONCE)
    return vintage
