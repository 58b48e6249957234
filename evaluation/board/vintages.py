"""What another delivery of booked figures would make of the files of a batch; nothing of it is stored."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from uuid import UUID

from accounts.errors import Invalid
from accounts.models import User
from applications.models import Application, Batch
from centres.models import Centre, Vintage
from centres.selectors import realised_treatments
from evaluation.board.rows import NOT_WEIGHED, STORED
from evaluation.enums import Stage
from evaluation.facts import gather_facts
from evaluation.live import evaluate_live
from evaluation.models import ApplicationAssessment, Input
from evaluation.records import SiteRecord, site_records
from evaluation.rules.model import Evaluation
from evaluation.selectors import current_assessments
from evaluation.selectors.figures import BookedWindow, FigureChange, booked_window, figure_changes
from evaluation.services.judgements import counted_capacity, standing_capacity


@dataclass(frozen=True, slots=True)
class Change:
    """A verdict or an outcome before and after; ``criterion`` empty for the outcome."""

    criterion: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """What would change for one file; ``faults`` where its figures would not fit together."""

    application: Application
    changes: tuple[Change, ...]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WouldBe:
    """All that choosing a delivery would change: the years, the figures, and the files that rest on them."""

    window: BookedWindow
    figures: tuple[FigureChange, ...]
    files: tuple[FileChange, ...]


def would_be(batch: Batch, vintage: Vintage, *, user: User) -> WouldBe:
    """As choosing the delivery now would find it, in a number of queries that does not grow with the batch."""
    visible = Application.objects.visible_to(user).filter(batch=batch).exclude(state__in=NOT_WEIGHED)
    applications = list(visible.with_names())
    centres = {row.centre_id: row.centre for row in applications}
    window = booked_window(batch, vintage=vintage)
    figures = figure_changes(batch, vintage=vintage, centres=centres.values(), years=window.years)
    return WouldBe(window, figures, tuple(_files(batch, vintage, applications, centres, window, figures)))


def _files(
    batch: Batch,
    vintage: Vintage,
    applications: Sequence[Application],
    centres: Mapping[UUID, Centre],
    window: BookedWindow,
    figures: Iterable[FigureChange],
) -> Iterable[FileChange]:
    by_site: dict[UUID, list[FigureChange]] = defaultdict(list)
    for change in figures:
        by_site[change.centre.pk].append(change)
    records = site_records(batch, centres.values())
    capacities = _capacities(batch, applications)
    for application in applications:
        changes = by_site[application.centre_id]
        if not changes and window.years == batch.booked_years:
            continue
        record = records[application.centre_id]
        then = with_figures(record, changes, window.years, vintage)
        found = _file_change(application, record, then, capacities[application.pk])
        if found.changes or found.faults:
            yield found


def _capacities(batch: Batch, applications: Sequence[Application]) -> dict[UUID, str | None]:
    """C7 as it counts: live while the batch is in review, as assessed once it is closed."""
    if batch.state in STORED:
        stored = current_assessments(batch)
        return {row.pk: _assessed(stored.get(row.pk)) for row in applications}
    standing, table = standing_capacity([row.pk for row in applications]), realised_treatments()
    return {row.pk: counted_capacity(standing.get(row.pk), row, table) for row in applications}


def _assessed(assessment: ApplicationAssessment | None) -> str | None:
    return assessment.facts["capacity"] if assessment else None


def with_figures(
    record: SiteRecord, changes: Iterable[FigureChange], years: Sequence[int], vintage: Vintage
) -> SiteRecord:
    """The record of a site as it would be; the batch and the inputs in it are copies that nobody saves."""
    changes = list(changes)
    gone = {change.before.pk for change in changes if change.before is not None}
    kept = tuple(row for row in record.inputs if row.pk not in gone)
    batch = copy(record.batch)
    batch.first_booked_year, batch.vintage = years[0], vintage
    return replace(
        record, batch=batch, inputs=(*kept, *(_figure(record, each, vintage) for each in changes if each.after))
    )


def _figure(record: SiteRecord, change: FigureChange, vintage: Vintage) -> Input:
    return Input(
        batch=record.batch,
        centre=record.centre,
        field=change.field,
        key=str(change.year),
        value=dict(change.after or {}),
        vintage=vintage,
        stated_at=vintage.loaded_at,
        confirmed_at=vintage.loaded_at,
    )


def _file_change(application: Application, now: SiteRecord, then: SiteRecord, capacity: str | None) -> FileChange:
    try:
        before, after = (_evaluated(application, record, capacity) for record in (now, then))
    except Invalid as error:
        return FileChange(application, (), tuple(str(each.message) for each in error.problems))
    verdicts = {row.id: row.verdict.value for row in before.findings}
    changes = [Change(row.id, verdicts[row.id], row.verdict.value) for row in after.findings]
    changes.append(Change("", before.outcome.value, after.outcome.value))
    return FileChange(application, tuple(each for each in changes if each.before != each.after))


def _evaluated(application: Application, record: SiteRecord, capacity: str | None) -> Evaluation:
    facts = gather_facts(
        record,
        populations=application.populations,
        stage=Stage.REVIEW,
        vote_on=record.batch.vote_on,
        capacity=capacity,
    )
    return evaluate_live(record, facts)
