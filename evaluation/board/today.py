"""What waits for a person today, per role; each selector asks a fixed number of questions of the database."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accounts.models import AuditEvent, User
from applications.enums import ApplicationState, BatchState
from applications.models import Application, Batch, Question
from evaluation.board.rows import Board, board_rows
from evaluation.enums import BallotState, JudgedCriterion
from evaluation.models import Ballot, CapacityAssessment, Dossier, Judgement, Meeting, Recusal
from evaluation.rules.enums import Verdict
from jobs.models import Job
from jobs.selectors import QueueFigures, queue_figures
from jobs.states import RETRIABLE

SHOWN = 8
IN_HAND = (BatchState.OPEN, BatchState.REVIEW)
TO_READ = (ApplicationState.READY, ApplicationState.AT_VOTE)


@dataclass(frozen=True, slots=True)
class BatchWork:
    """What is left to do in one batch."""

    board: Board
    judgements_missing: int
    capacity_missing: int
    for_me: int

    @property
    def batch(self) -> Batch:
        return self.board.batch


@dataclass(frozen=True, slots=True)
class SecretariatToday:
    undecided: tuple[Application, ...]
    work: tuple[BatchWork, ...]
    judgements_to_countersign: tuple[Judgement, ...]
    capacity_to_countersign: tuple[CapacityAssessment, ...]
    answers: tuple[Question, ...]
    stopped_jobs: int
    dates: tuple[tuple[str, date, Batch | None], ...]


@dataclass(frozen=True, slots=True)
class HolderToday:
    """`days_left` counts up to and including the reference date of the open round; None outside a window."""

    drafts: tuple[Application, ...]
    questions: tuple[Question, ...]
    receipts: tuple[Application, ...]
    batch: Batch | None
    days_left: int | None


@dataclass(frozen=True, slots=True)
class MemberToday:
    meeting: Meeting | None
    dossiers: tuple[Dossier, ...]
    ballots: tuple[Ballot, ...]


@dataclass(frozen=True, slots=True)
class AuditorToday:
    events: tuple[AuditEvent, ...]
    batches: tuple[Batch, ...]


@dataclass(frozen=True, slots=True)
class AdministratorToday:
    figures: QueueFigures
    people: int


def secretariat_today(user: User, *, on: date) -> SecretariatToday:
    """What waits for the secretariat in the batches in hand; nobody is asked to countersign what is one's own."""
    files = Application.objects.visible_to(user)
    open_judgements = Judgement.objects.filter(superseded_at=None, countersigned_at=None, batch__state__in=IN_HAND)
    open_capacity = CapacityAssessment.objects.filter(
        superseded_at=None, countersigned_at=None, application__batch__state__in=IN_HAND
    )
    rounds = Batch.objects.filter(state__in=IN_HAND, applications__isnull=False).distinct().order_by("reference_on")
    answered = Question.objects.visible_to(user).filter(
        answered_at__isnull=False, application__batch__state__in=IN_HAND
    )
    return SecretariatToday(
        undecided=tuple(files.filter(state=ApplicationState.SUBMITTED).with_names().order_by("submitted_at")),
        work=tuple(_work(board_rows(batch, for_user=user)) for batch in rounds),
        judgements_to_countersign=tuple(open_judgements.exclude(by=user).select_related("batch", "centre", "by")),
        capacity_to_countersign=tuple(open_capacity.exclude(by=user).select_related("application__batch", "by")),
        answers=_newest_answers(answered),
        stopped_jobs=Job.objects.filter(state__in=RETRIABLE).count(),
        dates=_next_dates(on),
    )


def _work(board: Board) -> BatchWork:
    cells = {
        (row.application.centre_id, cell.criterion)
        for row in board.rows
        for cell in row.reckoning.cells
        if cell.criterion in JudgedCriterion.values and cell.verdict == Verdict.TO_VERIFY
    }
    capacity = sum(row.reckoning.cell("C7").verdict == Verdict.TO_VERIFY for row in board.rows)
    return BatchWork(board, len(cells), capacity, sum(row.waits_for > 0 for row in board.rows))


def _next_dates(on: date) -> tuple[tuple[str, date, Batch | None], ...]:
    """The next day of each kind, soonest first."""
    closing = Batch.objects.filter(reference_on__gte=on).order_by("reference_on").first()
    opening = Batch.objects.filter(opens_on__gt=on).order_by("opens_on").first()
    meeting = Meeting.objects.filter(held_on__gte=on).select_related("batch").order_by("held_on").first()
    found: list[tuple[str, date, Batch | None]] = []
    if opening is not None:
        found.append(("opens", opening.opens_on, opening))
    if closing is not None:
        found.append(("closes", closing.reference_on, closing))
    if meeting is not None:
        found.append(("meets", meeting.held_on, meeting.batch))
    return tuple(sorted(found, key=lambda row: row[1]))


def holder_today(user: User, *, on: date) -> HolderToday:
    """Drafts, questions and latest receipts of a company; the days left count both ends of the window."""
    files = Application.objects.visible_to(user).with_names()
    batch = Batch.objects.filter(state=BatchState.OPEN, reference_on__gte=on).order_by("reference_on").first()
    in_window = batch is not None and batch.opens_on <= on
    return HolderToday(
        drafts=tuple(files.filter(state=ApplicationState.DRAFT).order_by("-changed_at")[:SHOWN]),
        questions=_open_questions(user),
        receipts=tuple(files.filter(submitted_at__isnull=False).order_by("-submitted_at")[:SHOWN]),
        batch=batch,
        days_left=(batch.reference_on - on).days + 1 if batch is not None and in_window else None,
    )


def _open_questions(user: User) -> tuple[Question, ...]:
    asked = Question.objects.visible_to(user).filter(answered_at=None)
    return tuple(asked.select_related("application__batch", "application__centre__hospital"))


def _newest_answers(answered: QuerySet[Question]) -> tuple[Question, ...]:
    rows = answered.select_related("application__batch", "application__centre")
    return tuple(rows.order_by("-answered_at")[:SHOWN])


def member_today(user: User, *, on: date) -> MemberToday:
    """Only what lies before the committee: nothing of a batch before its files are ready for the vote."""
    barred = Recusal.objects.filter(user=user).values("application")
    ballots = Ballot.objects.visible_to(user).filter(state=BallotState.OPEN).exclude(votes__user=user)
    names = ("application__batch", "application__centre__hospital")
    return MemberToday(
        meeting=Meeting.objects.filter(held_on__gte=on).select_related("batch").order_by("held_on").first(),
        dossiers=_to_read(user),
        ballots=tuple(ballots.exclude(application__in=barred).select_related("meeting", *names)),
    )


def _to_read(user: User) -> tuple[Dossier, ...]:
    """The newest dossier of each file, whatever was judged again since."""
    readable = Dossier.objects.readable_by(user).filter(application__state__in=TO_READ)
    newest = readable.order_by("application_id", "-number").distinct("application_id").values("pk")
    names = ("application__batch", "application__product", "application__centre__hospital", "application__holder")
    rows = Dossier.objects.filter(pk__in=newest).select_related(*names)
    return tuple(rows.order_by("application__number"))


def auditor_today(user: User) -> AuditorToday:
    events = AuditEvent.objects.visible_to(user)
    return AuditorToday(
        events=tuple(events.select_related("by").order_by("-seq")[:SHOWN]),
        batches=tuple(Batch.objects.exclude(state=BatchState.DECIDED)),
    )


def administrator_today(user: User) -> AdministratorToday:
    people = User.objects.visible_to(user).filter(is_active=True, is_service=False)
    return AdministratorToday(figures=queue_figures(), people=people.count())
