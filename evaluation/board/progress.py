"""How far the dossiers of a batch are: one line per file."""

from dataclasses import dataclass

from accounts.models import User
from applications.enums import BatchState
from applications.models import Application, Batch
from evaluation.models import Dossier
from evaluation.selectors import current_assessments
from evaluation.services.closing import RENDER
from jobs.enums import JobState
from jobs.models import Job

STOPPED = (JobState.FAILED, JobState.DEAD)


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """One file: its newest dossier when it is there, else the job that makes it."""

    application: Application
    outcome: str
    dossier: Dossier | None
    job: Job | None

    @property
    def state(self) -> str:
        if self.dossier is not None:
            return JobState.DONE.value
        return JobState.QUEUED.value if self.job is None else self.job.state

    @property
    def may_be_retried(self) -> bool:
        return self.dossier is None and self.job is not None and self.job.state in STOPPED


@dataclass(frozen=True, slots=True)
class Progress:
    batch: Batch
    lines: tuple[ProgressLine, ...]

    @property
    def done(self) -> int:
        return sum(line.dossier is not None for line in self.lines)

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def stopped(self) -> int:
        return sum(line.may_be_retried for line in self.lines)

    @property
    def is_over(self) -> bool:
        """Nothing more comes by itself: all are there, or what is missing waits for a person."""
        return self.batch.state != BatchState.CLOSED or self.done + self.stopped == self.total


def dossier_progress(batch: Batch, *, user: User) -> Progress:
    """The files of a closed batch that the user may see; four queries whatever their number."""
    assessments = current_assessments(batch)
    files = Application.objects.visible_to(user).filter(batch=batch, pk__in=assessments).with_names()
    dossiers = {row.assessment_id: row for row in Dossier.objects.filter(assessment__in=assessments.values())}
    wanted = [str(row.pk) for row in assessments.values()]
    jobs = Job.objects.filter(kind=RENDER, params__assessment__in=wanted).order_by("created_at")
    by_assessment = {row.params["assessment"]: row for row in jobs}
    lines = []
    for application in files.order_by("number"):
        assessment = assessments[application.pk]
        job = by_assessment.get(str(assessment.pk))
        lines.append(ProgressLine(application, assessment.outcome, dossiers.get(assessment.pk), job))
    return Progress(batch, tuple(lines))
