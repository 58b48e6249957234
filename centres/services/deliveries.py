"""How a delivery of figures is taken in: whole or not at all, set by set, with one audit line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Coalesce

from accounts.errors import Invalid, Problem, sentence
from accounts.models import User
from centres.enums import NomenclatureCode, VintageKind
from centres.models import AllograftCount, Centre, Hospital, Product, RealisedTreatment, Vintage
from centres.selectors import exceeded_totals, later_deliveries, standing_counts
from centres.services.registers import register_row, require_keeper

AT_ONCE = 2_000
BOOKED = ("centre_id", "hospital_id", "year", "nomenclature_code", "acts", "acts_paediatric")


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
    rows = list(counts)
    vintage = _booked_delivery(len(rows), delivered_on=delivered_on, source=source, by=by, at=at)
    _copy_booked(vintage, rows)
    _require_within_totals(vintage)
    return vintage


@dataclass(frozen=True, slots=True)
class StagedCounts:
    """So many booked counts that stand in a table already: a query, written in code, for ``BOOKED`` of each."""

    rows: int
    query: str
    values: Sequence[UUID]


@transaction.atomic
def load_staged_counts(
    staged: StagedCounts, *, delivered_on: date, source: str, by: User, at: datetime
) -> Vintage | None:
    """The same for counts that need not leave the database; None, and nothing kept, when not every row is found.

    Raises Invalid (``split-exceeds``) with every total that is exceeded.
    """
    with transaction.atomic():
        vintage = _booked_delivery(staged.rows, delivered_on=delivered_on, source=source, by=by, at=at)
        order = f"INSERT INTO {AllograftCount._meta.db_table} (vintage_id, {', '.join(BOOKED)})"
        with connection.cursor() as cursor:
            found = f"SELECT %s, found.* FROM ({staged.query}) AS found"  # noqa: S608  # written in code, see StagedCounts
            cursor.execute(f"{order} {found}", [vintage.pk, *staged.values])
            if cursor.rowcount != staged.rows:
                transaction.set_rollback(True)
                return None
        _require_within_totals(vintage)
    return vintage


def _booked_delivery(rows: int, *, delivered_on: date, source: str, by: User, at: datetime) -> Vintage:
    require_keeper(by)
    vintage = Vintage(kind=VintageKind.ALLOGRAFTS, delivered_on=delivered_on, source=source, loaded_by=by)
    vintage.loaded_at = at
    return register_row(vintage, by=by, at=at, told={"source": source, "rows": rows})


def _copy_booked(vintage: Vintage, rows: Sequence[BookedCount]) -> None:
    """By COPY: the constraints of the table hold as for any other row, and nothing in a line needs escaping."""
    order = f"COPY {AllograftCount._meta.db_table} (vintage_id, {', '.join(BOOKED)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(order) as copy:
        for start in range(0, len(rows), AT_ONCE):
            copy.write("".join([_line(vintage.pk, row) for row in rows[start : start + AT_ONCE]]))


def _line(vintage: UUID, row: BookedCount) -> str:
    places = f"\\N\t{row.place.pk}" if isinstance(row.place, Hospital) else f"{row.place.pk}\t\\N"
    children = "\\N" if row.acts_paediatric is None else row.acts_paediatric
    return f"{vintage}\t{places}\t{row.year}\t{row.nomenclature_code.value}\t{row.acts}\t{children}\n"


def _require_within_totals(vintage: Vintage) -> None:
    """Nor do they under any later delivery, which this one stands below.

    Two deliveries at once wait for each other on the hospitals that both name; nothing to ask without a total.
    """
    named = vintage.allografts.values_list(Coalesce("hospital_id", "centre__hospital_id"), flat=True).distinct()
    locked = Hospital.objects.select_for_update().filter(pk__in=list(named)).order_by("pk")
    hospitals = {row.number: row for row in locked}
    totals = AllograftCount.objects.filter(hospital__in=list(hospitals.values()))
    with_totals = set(totals.values_list("hospital__number", flat=True).distinct())
    days = [vintage.delivered_on, *later_deliveries(vintage.delivered_on)] if with_totals else []
    standing = (standing_counts(with_totals, delivered_on=day) for day in days)
    problems = [
        Problem(
            f"/{excess.column}",
            "split-exceeds",
            sentence("split-exceeds", {"hospital": hospitals[excess.hospital].name, "year": excess.year}),
        )
        for excess in sorted({excess for counts in standing for excess in exceeded_totals(counts)})
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
