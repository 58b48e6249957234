"""The facts of the pre-check before anything is filed: what a holder states, and only what it may know."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from applications.enums import StatementField
from applications.models import Application, Batch, Statement
from centres.models import Centre, FigureRelease, Holder, Vintage
from centres.selectors import BookedYear, booked_allografts

Stated = Mapping[str, Mapping[str, Any]]
"""What is stated, by field and then by key, as `Statement` has them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for a site: by a draft, or by a row of a file that would become one."""

    site_number: str
    populations: Sequence[str]
    apheresis_site: str
    laboratory_site: str


def facts_of_application(
    application: Application, *, batch: Batch, on: date, statements: Iterable[Statement] | None = None
) -> dict[str, Any]:
    """The facts of the contract from the statements of one application, unconfirmed as they are.

    ``statements`` are those just typed, where they are not saved yet.

    RIZIV-INAMI's booked figures are there only when the hospital released them to this holder on that day.
    Judgements and capacity are left out: no person has concluded anything yet.
    """
    asked = Asked(
        site_number=application.centre.site_number,
        populations=application.populations,
        apheresis_site=application.apheresis_site,
        laboratory_site=application.laboratory_site,
    )
    booked = released_figures([application.centre], application.holder, batch.vintage, on=on)
    stated = by_field(application.statements.all() if statements is None else statements)
    return stated_facts(asked, stated, batch=batch, booked=booked.get(application.centre.pk, {}))


def stated_facts(asked: Asked, stated: Stated, *, batch: Batch, booked: Mapping[int, BookedYear]) -> dict[str, Any]:
    """The facts of the contract from what a holder states; ``booked`` is what it may see of the site's figures."""
    iec = next(iter(stated.get(StatementField.IEC_APPLICATION, {}).values()), None)
    return {
        "reference_on": batch.reference_on.isoformat(),
        "populations": list(asked.populations),
        "booked_years": list(batch.booked_years),
        "apheresis_site": asked.apheresis_site or asked.site_number,
        "administration_site": asked.site_number,
        "certificates": _certificates(stated),
        "iec_application": iec,
        "allografts": _allografts(stated, batch.booked_years, booked),
        "laboratory_site": asked.laboratory_site or None,
    }


def by_field(statements: Iterable[Statement]) -> Stated:
    stated: dict[str, dict[str, Any]] = defaultdict(dict)
    for statement in statements:
        stated[statement.field][statement.key] = statement.value
    return stated


def _certificates(stated: Stated) -> list[Any] | None:
    certificates = list(stated.get(StatementField.CERTIFICATE, {}).values())
    return certificates or ([] if stated.get(StatementField.NO_CERTIFICATES) else None)


def _allografts(stated: Stated, years: Iterable[int], booked: Mapping[int, BookedYear]) -> list[dict[str, Any]]:
    supplements: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for value in stated.get(StatementField.SUPPLEMENT, {}).values():
        supplements[value["year"]].append({name: value[name] for name in ("basis", "reference", "count", "paed")})
    declared = stated.get(StatementField.DECLARED_ALLOGRAFTS, {})
    rows = []
    for year in years:
        figures = booked.get(year)
        rows.append(
            {
                "year": year,
                "billed": figures.billed if figures else None,
                "billed_paed": figures.billed_paed if figures else None,
                "declared": declared.get(str(year)),
                "supplements": [row | {"ruling": None} for row in supplements[year]],
            }
        )
    return rows


def has_release(centre: Centre, holder: Holder, on: date) -> bool:
    return _releases([centre], holder, on).exists()


def released_figures(
    centres: Sequence[Centre], holder: Holder, vintage: Vintage | None, *, on: date
) -> Mapping[UUID, Mapping[int, BookedYear]]:
    """The booked figures of the sites whose hospital lets this holder see them on that day."""
    if vintage is None:
        return {}
    released = set(_releases(centres, holder, on).values_list("centre", flat=True))
    return booked_allografts([centre for centre in centres if centre.pk in released], vintage=vintage)


def _releases(centres: Iterable[Centre], holder: Holder, on: date) -> QuerySet[FigureRelease]:
    in_force = FigureRelease.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)
    return in_force.filter(centre__in=list(centres), holder=holder)
