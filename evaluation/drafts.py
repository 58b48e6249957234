"""The live pre-check of one application: what its holder typed, and only what its holder may know."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from applications.enums import StatementField
from applications.models import Application, Batch, Statement
from centres.models import Centre, FigureRelease, Holder, Vintage
from centres.selectors import booked_allografts


def facts_of_application(
    application: Application, *, batch: Batch, on: date, statements: Iterable[Statement] | None = None
) -> dict[str, Any]:
    """The facts of the contract from the statements of one application, unconfirmed as they are.

    ``statements`` are those just typed, where they are not saved yet.

    RIZIV-INAMI's booked figures are there only when the hospital released them to this holder on that day.
    Judgements and capacity are left out: no person has concluded anything yet.
    """
    stated = _by_field(application.statements.all() if statements is None else statements)
    iec = next(iter(stated[StatementField.IEC_APPLICATION].values()), None)
    return {
        "reference_on": batch.reference_on.isoformat(),
        "populations": list(application.populations),
        "booked_years": list(batch.booked_years),
        "apheresis_site": application.apheresis_site or application.centre.site_number,
        "administration_site": application.centre.site_number,
        "certificates": _certificates(stated),
        "iec_application": iec,
        "allografts": _allografts(application, batch, stated, on),
        "laboratory_site": application.laboratory_site or None,
    }


def _by_field(statements: Iterable[Statement]) -> Mapping[str, dict[str, Any]]:
    stated: dict[str, dict[str, Any]] = defaultdict(dict)
    for statement in statements:
        stated[statement.field][statement.key] = statement.value
    return stated


def _certificates(stated: Mapping[str, dict[str, Any]]) -> list[Any] | None:
    certificates = list(stated[StatementField.CERTIFICATE].values())
    return certificates or ([] if stated[StatementField.NO_CERTIFICATES] else None)


def _allografts(
    application: Application, batch: Batch, stated: Mapping[str, dict[str, Any]], on: date
) -> list[dict[str, Any]]:
    booked = _released(application.centre, application.holder, batch.vintage, on)
    supplements: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for value in stated[StatementField.SUPPLEMENT].values():
        supplements[value["year"]].append({name: value[name] for name in ("basis", "reference", "count", "paed")})
    rows = []
    for year in batch.booked_years:
        figures = booked.get(year)
        rows.append(
            {
                "year": year,
                "billed": figures.billed if figures else None,
                "billed_paed": figures.billed_paed if figures else None,
                "declared": stated[StatementField.DECLARED_ALLOGRAFTS].get(str(year)),
                "supplements": [row | {"ruling": None} for row in supplements[year]],
            }
        )
    return rows


def has_release(centre: Centre, holder: Holder, on: date) -> bool:
    return FigureRelease.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=on), centre=centre, holder=holder, valid_from__lte=on
    ).exists()


def _released(centre: Centre, holder: Holder, vintage: Vintage | None, on: date) -> Mapping[int, Any]:
    if vintage is None or not has_release(centre, holder, on):
        return {}
    return booked_allografts([centre], vintage=vintage).get(centre.pk, {})
