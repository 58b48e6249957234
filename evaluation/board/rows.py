"""The batch board: files in rows grouped by site, every criterion in a column."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from uuid import UUID

from accounts.models import User
from applications.enums import ApplicationState, BatchState
from applications.models import Application, Batch, Question
from centres.models import Centre
from centres.selectors import realised_treatments
from evaluation.board.cells import Reckoning, live_reckoning, stored_reckoning
from evaluation.board.lines import is_read
from evaluation.differences import Difference, differences_of
from evaluation.facts import SiteRecord, is_stale, site_records
from evaluation.law import criteria_on
from evaluation.models import CapacityAssessment
from evaluation.models.inputs import Stated
from evaluation.rules.enums import Population, Verdict
from evaluation.selectors import current_assessments, current_site_evaluations
from evaluation.services.judgements import counted_capacity, standing_capacity

NOT_WEIGHED = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN, ApplicationState.INADMISSIBLE)
STORED = (BatchState.CLOSED, BatchState.SEALED, BatchState.DECIDED)
OPEN_VERDICTS = frozenset({Verdict.TO_VERIFY, Verdict.TRANSITION_TO_CONFIRM})
TRANSITION_VERDICTS = frozenset({Verdict.TRANSITION, Verdict.TRANSITION_TO_CONFIRM})


@dataclass(frozen=True, slots=True)
class Column:
    """One criterion; `per_year` is the minimum that the law's file names for it."""

    criterion: str
    per_year: int | None
    first_for_children: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One file. `waits_for` counts what one person could do about it now."""

    application: Application
    reckoning: Reckoning
    open_questions: int
    waits_for: int

    @property
    def verdicts(self) -> frozenset[str]:
        return frozenset(cell.verdict for cell in self.reckoning.cells)

    @property
    def is_assessed(self) -> bool:
        return self.verdicts.isdisjoint(OPEN_VERDICTS)


@dataclass(frozen=True, slots=True)
class SiteGroup:
    """The files of one site, judged once."""

    centre: Centre
    rows: tuple[Row, ...]
    contradictions: int
    unconfirmed: int
    differences: tuple[Difference, ...] = ()

    @property
    def to_note(self) -> int:
        """What does not agree and keeps nothing from counting, and nobody has noted."""
        return sum(each.is_open and not each.blocks for each in self.differences)

    @property
    def holders(self) -> int:
        return len({row.application.holder_id for row in self.rows})


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the matrix shows, before search and filter."""

    batch: Batch
    columns: tuple[Column, ...]
    groups: tuple[SiteGroup, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def contradictions(self) -> int:
        return sum(group.contradictions for group in self.groups)

    @property
    def to_note(self) -> int:
        """What two sites share counts once."""
        found = {each.sha256: each for group in self.groups for each in group.differences}
        return sum(each.is_open and not each.blocks for each in found.values())

    @property
    def unconfirmed(self) -> int:
        return sum(group.unconfirmed for group in self.groups)

    def row(self, number: int) -> Row | None:
        return next((row for row in self.rows if row.application.number == number), None)


def board_rows(batch: Batch, *, for_user: User) -> Board:
    """The whole board in a number of queries that does not grow with it."""
    visible = Application.objects.visible_to(for_user).filter(batch=batch)
    applications = list(visible.exclude(state__in=NOT_WEIGHED).with_names())
    centres = {application.centre_id: application.centre for application in applications}
    records = site_records(batch, centres.values())
    capacities = standing_capacity([row.pk for row in applications])
    reckonings = _reckonings(batch, applications, records, capacities)
    unanswered = _unanswered(applications)
    rows = [
        Row(each, reckonings[each.pk], unanswered[each.pk], _capacity_waits(capacities.get(each.pk), for_user))
        for each in applications
    ]
    differences = differences_of(records)
    groups = tuple(
        _group(records[centre_id], tuple(of_site), differences[centre_id], for_user)
        for centre_id, of_site in groupby(rows, key=lambda row: row.application.centre_id)
    )
    return Board(batch, columns_of(batch), groups)


def columns_of(batch: Batch) -> tuple[Column, ...]:
    criteria = criteria_on(batch.reference_on)
    children = [each for each in criteria.order if criteria.criterion(each).populations == {Population.PAED}]
    return tuple(
        Column(each, _per_year(criteria.criterion(each).parameters.get("per_year")), each in children[:1])
        for each in criteria.order
    )


def unconfirmed(record: SiteRecord) -> tuple[Stated, ...]:
    """What is stated about the site and nobody confirmed yet; descriptions are read by whoever judges."""
    stated: Iterable[Stated] = (*record.inputs, *record.supplements, *record.iec_applications)
    return tuple(row for row in stated if row.is_current and not row.is_confirmed and not is_read(row))


def _per_year(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _reckonings(
    batch: Batch,
    applications: Sequence[Application],
    records: dict[UUID, SiteRecord],
    capacities: dict[UUID, CapacityAssessment],
) -> dict[UUID, Reckoning]:
    table = realised_treatments()
    assessments = current_assessments(batch) if batch.state in STORED else {}
    sites = current_site_evaluations(batch) if batch.state in STORED else {}
    found = {}
    for row in applications:
        capacity = capacities.get(row.pk)
        if row.pk in assessments:
            value = capacity.value if capacity else ""
            found[row.pk] = stored_reckoning(row, assessments[row.pk], sites.get(row.centre_id), value)
        else:
            found[row.pk] = live_reckoning(row, records[row.centre_id], counted_capacity(capacity, row, table))
    return found


def _group(record: SiteRecord, rows: tuple[Row, ...], differences: tuple[Difference, ...], user: User) -> SiteGroup:
    waiting = sum(
        not each.is_countersigned and each.by_id != user.pk and not is_stale(record, each)
        for each in record.judgements.values()
    )
    rows = tuple(replace(row, waits_for=row.waits_for + waiting) for row in rows)
    blocking = sum(each.is_open and each.blocks for each in differences)
    return SiteGroup(record.centre, rows, blocking, len(unconfirmed(record)), differences)


def _capacity_waits(capacity: CapacityAssessment | None, user: User) -> int:
    return int(capacity is not None and not capacity.is_countersigned and capacity.by_id != user.pk)


def _unanswered(applications: Sequence[Application]) -> Counter[UUID]:
    asked = Question.objects.filter(application__in=[row.pk for row in applications], answered_at=None)
    return Counter(asked.values_list("application_id", flat=True))
