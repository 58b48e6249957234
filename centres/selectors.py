"""What is read of the registers beyond a filter."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from centres.enums import NomenclatureCode, VintageKind
from centres.models import AllograftCount, Centre, Holder, RealisedTreatment, Vintage


def holder_of(user: User) -> Holder | None:
    """The company for which a person or the service user of a client files today."""
    return Holder.objects.filter(memberships__user=user, memberships__valid_to=None).first()


@dataclass(frozen=True, slots=True)
class BookedYear:
    """The booked acts of one site in one year per nomenclature code; children None when not all codes tell them."""

    year: int
    billed: dict[str, int]
    billed_paed: dict[str, int] | None


def booked_allografts(centres: Iterable[Centre], *, vintage: Vintage) -> Mapping[UUID, Mapping[int, BookedYear]]:
    """Per site and year, as they stood with this delivery: a row of a later delivery replaces an earlier one.

    A year counts as known only when both codes are there: a code that is not reported is not zero.
    """
    rows = (
        AllograftCount.objects.filter(centre__in=list(centres), vintage__kind=VintageKind.ALLOGRAFTS)
        .filter(
            Q(vintage__delivered_on__lt=vintage.delivered_on)
            | Q(vintage__delivered_on=vintage.delivered_on, vintage__loaded_at__lte=vintage.loaded_at)
        )
        .order_by("vintage__delivered_on", "vintage__loaded_at")
    )
    newest: dict[tuple[UUID, int], dict[str, AllograftCount]] = defaultdict(dict)
    for row in rows:
        if row.centre_id is not None:
            newest[row.centre_id, row.year][row.nomenclature_code] = row
    known: dict[UUID, dict[int, BookedYear]] = defaultdict(dict)
    for (centre, year), codes in newest.items():
        if set(codes) == set(NomenclatureCode.values):
            known[centre][year] = _booked_year(year, codes)
    return known


def _booked_year(year: int, codes: Mapping[str, AllograftCount]) -> BookedYear:
    children = {code: row.acts_paediatric for code, row in codes.items()}
    return BookedYear(
        year=year,
        billed={code: codes[code].acts for code in sorted(codes)},
        billed_paed={code: count for code, count in sorted(children.items()) if count is not None}
        if None not in children.values()
        else None,
    )


@dataclass(frozen=True, slots=True)
class RealisedYears:
    """Realised CAR-T treatments of one listed site per year, all products together."""

    centre: Centre
    per_year: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class RealisedTable:
    """What criterion C7 is judged beside; it never enters the rules."""

    vintage: Vintage | None
    years: tuple[int, ...]
    centres: tuple[RealisedYears, ...]


def realised_treatments(*, known_at: datetime | None = None) -> RealisedTable:
    """The newest delivery of realised treatments, or the newest loaded by that moment, per site and year."""
    vintages = Vintage.objects.filter(kind=VintageKind.REALISED)
    vintage = (vintages if known_at is None else vintages.filter(loaded_at__lte=known_at)).first()
    rows = RealisedTreatment.objects.filter(vintage=vintage).select_related("centre__hospital")
    per_centre: dict[Centre, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows.order_by("centre__hospital__name", "centre__name", "year"):
        per_centre[row.centre][row.year] += row.treatments
    years = sorted({year for counts in per_centre.values() for year in counts})
    return RealisedTable(
        vintage=vintage,
        years=tuple(years),
        centres=tuple(RealisedYears(centre, dict(counts)) for centre, counts in per_centre.items()),
    )
