"""How what a holder stated and what RIZIV-INAMI booked become inputs of a batch."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.errors import Invalid
from accounts.models import User
from accounts.services.audit import record_event
from applications.enums import StatedIn, StatementField
from applications.models import Application, Batch, Statement
from centres.enums import VintageKind
from centres.models import Centre, Vintage
from evaluation.enums import InputField
from evaluation.models import IecApplication, Input, Supplement
from evaluation.models.inputs import Stated
from evaluation.selectors.figures import FigureChange, booked_window, centres_of, figure_changes
from evaluation.services.guards import lock_batch, lock_for_review, require_secretariat

PLAIN_FIELDS = {
    StatementField.CERTIFICATE: InputField.CERTIFICATE,
    StatementField.NO_CERTIFICATES: InputField.NO_CERTIFICATES,
    StatementField.DECLARED_ALLOGRAFTS: InputField.DECLARED,
    StatementField.INTENSIVE_CARE_SITE: InputField.INTENSIVE_CARE_SITE,
    StatementField.NARRATIVE: InputField.NARRATIVE,
}


@transaction.atomic
def take_in_statements(application: Application, *, at: datetime) -> int:
    """Every statement of a submitted application becomes one unconfirmed input; a second call does nothing.

    Called by the job that each submission leaves behind. Returns how many were taken in.
    """
    batch, application = lock_for_review(application)
    if Input.objects.filter(application=application).exists():
        return 0
    statements = list(application.statements.select_related("annex"))
    taken = [_taken_in(application, batch, statement) for statement in statements]
    taken += [_site_input(application, batch, name) for name in ("apheresis_site", "laboratory_site")]
    rows = [row for row in taken if row is not None]
    for row in rows:
        row.save(force_insert=True)
    if batch.vintage is not None:
        _take_in_figures_of_new_site(batch, application.centre, batch.vintage, at=at)
    record_event(application, by=None, at=at, verb="take_in_statements", after={"inputs": len(rows)})
    return len(rows)


def _provenance(application: Application, batch: Batch, statement: Statement) -> dict[str, Any]:
    return {
        "batch": batch,
        "centre_id": application.centre_id,
        "application": application,
        "stated_by_id": statement.stated_by_id,
        "stated_at": statement.stated_at,
        "stated_in": statement.stated_in,
        "annex_id": statement.annex_id,
        "page": statement.page,
    }


def _taken_in(application: Application, batch: Batch, statement: Statement) -> Stated | None:
    about = _provenance(application, batch, statement)
    match statement.field:
        case StatementField.SUPPLEMENT:
            value = statement.value
            return Supplement(
                **about,
                year=value["year"],
                basis=value["basis"],
                reference=value["reference"],
                count=value["count"],
                paed=value["paed"],
            )
        case StatementField.IEC_APPLICATION:
            value = statement.value
            return IecApplication(**about, filed_on=date.fromisoformat(value["filed_on"]), site_number=value["site"])
        case field if field in PLAIN_FIELDS:
            return Input(**about, field=PLAIN_FIELDS[StatementField(field)], key=statement.key, value=statement.value)
    return None


def _site_input(application: Application, batch: Batch, name: str) -> Input | None:
    number = getattr(application, name)
    if not number or application.submitted_by_id is None or application.submitted_at is None:
        return None
    return Input(
        batch=batch,
        centre_id=application.centre_id,
        application=application,
        stated_by_id=application.submitted_by_id,
        stated_at=application.submitted_at,
        stated_in=StatedIn.UPLOAD if application.external_reference else StatedIn.FORM,
        field=InputField(name),
        value=number,
    )


@transaction.atomic
def take_in_figures(batch: Batch, *, vintage: Vintage, by: User, at: datetime) -> int:
    """The secretariat sets the delivery that counts for a batch; its booked figures become confirmed inputs.

    The batch's three booked years follow from the delivery: the last three it knows before the reference date's year.
    Figures that differ from those of an earlier delivery supersede them, those that the delivery does not know are
    set aside. Returns how many figures changed. Raises Invalid for a delivery of anything else.
    """
    require_secretariat(by)
    if vintage.kind != VintageKind.ALLOGRAFTS:
        raise Invalid("vintage-kind")
    batch = lock_batch(batch.pk)
    before: dict[str, object] = {"vintage": str(batch.vintage) if batch.vintage else None}
    after: dict[str, object] = {"vintage": str(vintage)}
    years = booked_window(batch, vintage=vintage).years
    if years != batch.booked_years:
        before["booked_years"], after["booked_years"] = list(batch.booked_years), list(years)
    batch.vintage, batch.first_booked_year = vintage, years[0]
    batch.save(update_fields=["vintage", "first_booked_year"])
    changed = _take_in_figures_of(batch, centres_of(batch), vintage, by=by, at=at)
    record_event(batch, by=by, at=at, verb="take_in_figures", before=before, after=after | {"inputs": changed})
    return changed


def _take_in_figures_of(batch: Batch, centres: list[Centre], vintage: Vintage, *, by: User, at: datetime) -> int:
    return _write_figures(batch, figure_changes(batch, vintage=vintage, centres=centres), vintage, by=by, at=at)


def _write_figures(batch: Batch, changes: Sequence[FigureChange], vintage: Vintage, *, by: User, at: datetime) -> int:
    for change in changes:
        figure = _write_figure(batch, change, vintage) if change.after is not None else None
        if (earlier := change.before) is not None:
            earlier.superseded_by = figure
            earlier.dismissed_at = at if figure is None else None
            earlier.save(update_fields=["superseded_by", "dismissed_at"])
        if figure is not None:
            figure.confirmed_by, figure.confirmed_at = by, max(at, vintage.loaded_at)
            figure.save(update_fields=["confirmed_by", "confirmed_at"])
    return len(changes)


def _take_in_figures_of_new_site(batch: Batch, centre: Centre, vintage: Vintage, *, at: datetime) -> None:
    """What stands for a site known in the batch stays, a correction of the same delivery's figure above all."""
    changes = figure_changes(batch, vintage=vintage, centres=[centre])
    _write_figures(batch, [each for each in changes if each.before is None], vintage, by=vintage.loaded_by, at=at)


def _write_figure(batch: Batch, change: FigureChange, vintage: Vintage) -> Input:
    figure = Input(
        batch=batch,
        centre=change.centre,
        field=change.field,
        key=str(change.year),
        value=change.after,
        unit="acts",
        vintage=vintage,
        stated_by=vintage.loaded_by,
        stated_at=vintage.loaded_at,
        stated_in=StatedIn.VINTAGE,
    )
    figure.save(force_insert=True)
    return figure
