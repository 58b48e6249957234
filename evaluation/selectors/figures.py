"""What a delivery of booked figures makes of a batch, told before it is done and done as told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from applications.enums import StatedIn
from applications.models import Batch
from centres.models import Centre, Vintage
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


def figure_changes(batch: Batch, *, vintage: Vintage, centres: Iterable[Centre]) -> tuple[FigureChange, ...]:
    """Every figure of the booked years that would be another one, by site and year; equal figures are left out."""
    by_pk = {centre.pk: centre for centre in centres}
    wanted = _wanted(batch, booked_allografts(by_pk.values(), vintage=vintage))
    standing = _standing(batch, by_pk)
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


def _wanted(batch: Batch, booked: Mapping[UUID, Mapping[int, BookedYear]]) -> dict[Key, dict[str, int]]:
    wanted = {}
    for centre_id, years in booked.items():
        for year in batch.booked_years:
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
