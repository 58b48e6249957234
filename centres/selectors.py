"""What is read of the registers beyond a filter."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from accounts.models import ApiClient, User
from accounts.policies import may_manage_users
from centres.enums import NomenclatureCode, VintageKind
from centres.models import AllograftCount, Centre, Holder, RealisedTreatment, Vintage


def holder_of(user: User) -> Holder | None:
    """The company for which a person or the service user of a client files today."""
    return Holder.objects.filter(memberships__user=user, memberships__valid_to=None).first()


def clients_found(viewer: User, *, search: str = "") -> QuerySet[ApiClient]:
    """API clients whose name, client id or company contains the words, with `holder_name`, `live` and `last_end`.

    Only who manages accounts sees any.
    """
    companies = Holder.objects.filter(memberships__user=OuterRef("user"), memberships__valid_to=None)
    living = Q(accesstoken__expires__gt=Now())
    named = Q(name__icontains=search) | Q(client_id__icontains=search) | Q(holder_name__icontains=search)
    found = ApiClient.objects.select_related("user").annotate(
        holder_name=Subquery(companies.values("name")[:1]),
        live=Count("accesstoken", filter=living),
        last_end=Max("accesstoken__expires", filter=living),
    )
    clients: QuerySet[ApiClient] = found.filter(named).order_by("client_id")
    return clients if may_manage_users(viewer) else clients.none()


def live_tokens(client: ApiClient) -> QuerySet[Any]:
    """The tokens of a client that still let it in, newest first, each with `last_used_at`; no token is among them."""
    tokens: QuerySet[Any] = client.accesstoken_set.filter(expires__gt=Now()).annotate(
        last_used_at=F("use__last_used_at")
    )
    return tokens.defer("token", "token_checksum").order_by("-created")


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


CountKey = tuple[str | int, int, str]
"""A site by its establishment number or a hospital by its recognition number, the year and the nomenclature code."""


class Counted(NamedTuple):
    """Booked acts, of whom children if they are told apart."""

    acts: int
    acts_paediatric: int | None


class Excess(NamedTuple):
    """A total of a hospital that its sites together exceed; ``column`` is ``acts`` or ``acts_paediatric``."""

    hospital: int
    year: int
    nomenclature_code: str
    column: str


def later_deliveries(day: date) -> list[date]:
    """The days of deliveries of booked counts after that day: a delivery that comes late stands below them."""
    later = Vintage.objects.filter(kind=VintageKind.ALLOGRAFTS, delivered_on__gt=day)
    return list(later.order_by("delivered_on").values_list("delivered_on", flat=True).distinct())


def standing_counts(
    hospitals: Iterable[int], *, delivered_on: date, later_than: date = date.min
) -> dict[CountKey, Counted]:
    """What is booked for hospitals and their sites, as a delivery of that day finds it: the newest row holds.

    ``later_than`` leaves out what was delivered up to and including that day.
    """
    named = list(hospitals)
    told = ("centre_id", "hospital_id", "year", "nomenclature_code")
    rows = (
        AllograftCount.objects.filter(Q(hospital__number__in=named) | Q(centre__hospital__number__in=named))
        .filter(vintage__kind=VintageKind.ALLOGRAFTS)
        .filter(vintage__delivered_on__gt=later_than, vintage__delivered_on__lte=delivered_on)
        .order_by(*told, "-vintage__delivered_on", "-vintage__loaded_at")
        .distinct(*told)
        .values_list("centre__site_number", "hospital__number", "year", "nomenclature_code", "acts", "acts_paediatric")
    )
    return {
        (site or hospital, year, code): Counted(acts, children)
        for site, hospital, year, code, acts, children in rows.iterator()
    }


def exceeded_totals(counts: Mapping[CountKey, Counted]) -> tuple[Excess, ...]:
    """Every total of a hospital that the known counts of its sites exceed; without a total nothing is exceeded."""
    totals = {(place, year, code): counted for (place, year, code), counted in counts.items() if isinstance(place, int)}
    named = {hospital for hospital, _year, _code in totals}
    sites = Centre.objects.filter(hospital__number__in=named).values_list("site_number", "hospital__number")
    hospital_of = dict(sites) if named else {}
    sums: dict[Excess, int] = defaultdict(int)
    for (place, year, code), counted in counts.items():
        hospital = hospital_of.get(place) if isinstance(place, str) else None
        if hospital is not None and (hospital, year, code) in totals:
            for column, count in counted._asdict().items():
                sums[Excess(hospital, year, code, column)] += count or 0
    return tuple(sorted(each for each, found in sums.items() if _exceeds(found, totals, each)))


def _exceeds(found: int, totals: Mapping[tuple[int, int, str], Counted], each: Excess) -> bool:
    total: int | None = getattr(totals[each.hospital, each.year, each.nomenclature_code], each.column)
    return total is not None and found > total


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
    """Realised treatments per site and year as the newest delivery left them, or the newest loaded by that moment.

    A row of a later delivery replaces an earlier one of the same site, product and year.
    """
    vintages = Vintage.objects.filter(kind=VintageKind.REALISED)
    if known_at is not None:
        vintages = vintages.filter(loaded_at__lte=known_at)
    rows = RealisedTreatment.objects.filter(vintage__in=vintages).select_related("centre__hospital")
    per_centre: dict[Centre, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    newest = {
        (row.centre.hospital.name, row.centre.name, row.centre_id, row.year, row.product_id): row
        for row in rows.order_by("vintage__delivered_on", "vintage__loaded_at")
    }
    for _place, row in sorted(newest.items(), key=lambda found: found[0]):
        per_centre[row.centre][row.year] += row.treatments
    years = sorted({year for counts in per_centre.values() for year in counts})
    return RealisedTable(
        vintage=vintages.first(),
        years=tuple(years),
        centres=tuple(RealisedYears(centre, dict(counts)) for centre, counts in per_centre.items()),
    )
