"""What a delivery of booked figures makes of a batch, told before it is done and done as told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from applications.enums import StatedIn
from applications.models import Batch
from centres.enums import VintageKind
from centres.models import AllograftCount, Centre, Vintage
from centres.selectors import BookedYear, booked_allografts
from evaluation.enums import InputField
from evaluation.models import Input

Key = tuple[UUID, str, str]


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure of a site in a year; `before` is what counts now, `after` None when the delivery knows none."""

    centre: Centre
    field: InputField
    year: int
    before: Input | None
    after: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class BookedWindow:
    """The three years of a batch that follow from a delivery; ``known`` are those of which it knows anything."""

    years: tuple[int, ...]
    known: tuple[int, ...]

    @property
    def missing(self) -> tuple[int, ...]:
        return tuple(year for year in self.years if year not in self.known)


def booked_window(batch: Batch, *, vintage: Vintage) -> BookedWindow:
    """The last three calendar years booked before the year of the reference date, as this delivery leaves them.

    A delivery that does not know three years in a row moves nothing: the years it lacks count as unknown.
    """
    rows = AllograftCount.objects.filter(
        Q(vintage__delivered_on__lt=vintage.delivered_on)
        | Q(vintage__delivered_on=vintage.delivered_on, vintage__loaded_at__lte=vintage.loaded_at),
        vintage__kind=VintageKind.ALLOGRAFTS,
        year__lt=batch.reference_on.year,
    )
    known = sorted(set(rows.values_list("year", flat=True)))
    newest = tuple(range(known[-1] - len(batch.booked_years) + 1, known[-1] + 1)) if known else ()
    years = newest if newest and set(newest) <= set(known) else batch.booked_years
    return BookedWindow(years, tuple(year for year in known if year in years))


def figure_changes(
    batch: Batch, *, vintage: Vintage, centres: Iterable[Centre], years: Sequence[int] = ()
) -> tuple[FigureChange, ...]:
    """Every figure of the booked years that would be another one, by site and year; equal figures are left out."""
    by_pk = {centre.pk: centre for centre in centres}
    years = years or batch.booked_years
    wanted = _wanted(years, booked_allografts(by_pk.values(), vintage=vintage))
    standing = {key: row for key, row in _standing(batch, by_pk).items() if int(key[2]) in years}
    gone = {key for key, row in standing.items() if row.stated_in == StatedIn.VINTAGE}
    changes = [
        FigureChange(by_pk[key[0]], InputField(key[1]), int(key[2]), standing.get(key), wanted.get(key))
        for key in wanted.keys() | gone
        if key not in standing or standing[key].value != wanted.get(key)
    ]
    return tuple(sorted(changes, key=lambda row: (str(row.centre), row.centre.site_number, row.year, row.field)))


def centres_of(batch: Batch) -> list[Centre]:
    """Every site that a file of the batch names."""
    return list(Centre.objects.filter(applications__batch=batch).select_related("hospital").distinct())


def _wanted(booked_years: Sequence[int], booked: Mapping[UUID, Mapping[int, BookedYear]]) -> dict[Key, dict[str, int]]:
    wanted = {}
    for centre_id, years in booked.items():
        for year in booked_years:
            if (known := years.get(year)) is None:
                continue
            wanted[centre_id, InputField.BILLED.value, str(year)] = known.billed
            if known.billed_paed is not None:
                wanted[centre_id, InputField.BILLED_PAED.value, str(year)] = known.billed_paed
    return wanted


def _standing(batch: Batch, centres: Iterable[UUID]) -> dict[Key, Input]:
    rows = Input.objects.filter(
        batch=batch,
        centre__in=list(centres),
        field__in=(InputField.BILLED, InputField.BILLED_PAED),
        superseded_by=None,
        dismissed_at=None,
    )
    return {(row.centre_id, row.field, row.key): row for row in rows}
