"""How far the dossiers of a batch are: one line per file."""

from dataclasses import dataclass

from accounts.models import User
from applications.enums import BatchState
from applications.models import Application, Batch
from evaluation.board.packs import VolumeProgress, volume_progress
from evaluation.models import ApplicationAssessment, Dossier
from evaluation.selectors import current_assessments
from evaluation.services.closing import RENDER
from jobs.enums import JobState
from jobs.models import Job

REVOKED = "REVOKED"


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """One file: its newest dossier, perhaps of an assessment before the one that stands, and the job of the latter."""

    application: Application
    assessment: ApplicationAssessment
    dossier: Dossier | None
    job: Job | None
    annexes: VolumeProgress

    @property
    def is_there(self) -> bool:
        """The newest dossier is of the assessment that stands, or no other was ordered."""
        if self.dossier is None:
            return False
        return self.dossier.assessment_id == self.assessment.pk or self.job is None or self.job.state == JobState.DONE

    @property
    def is_revoked(self) -> bool:
        return self.dossier is not None and self.dossier.was_revoked

    @property
    def state(self) -> str:
        if self.is_there:
            return REVOKED if self.is_revoked else JobState.DONE.value
        return JobState.QUEUED.value if self.job is None else self.job.state

    @property
    def may_be_retried(self) -> bool:
        return not self.is_there and self.job is not None and self.job.has_stopped


@dataclass(frozen=True, slots=True)
class Progress:
    batch: Batch
    lines: tuple[ProgressLine, ...]

    @property
    def done(self) -> int:
        return sum(line.is_there for line in self.lines)

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def stopped(self) -> int:
        return sum(line.may_be_retried for line in self.lines)

    @property
    def is_over(self) -> bool:
        """Nothing more comes by itself: all are there, or what is missing waits for a person or was never ordered."""
        pending = [line for line in self.lines if not line.is_there and not line.may_be_retried]
        return not pending or (self.batch.state != BatchState.CLOSED and all(line.job is None for line in pending))


def dossier_progress(batch: Batch, *, user: User) -> Progress:
    """The files of a closed batch that the user may see; six queries whatever their number."""
    assessments = current_assessments(batch)
    files = Application.objects.visible_to(user).filter(batch=batch, pk__in=assessments).with_names()
    written = Dossier.objects.filter(application__in=assessments).select_related("revocation").order_by("number")
    newest = {row.application_id: row for row in written}
    wanted = [str(row.pk) for row in assessments.values()]
    jobs = Job.objects.filter(kind=RENDER, params__assessment__in=wanted).order_by("created_at")
    by_assessment = {row.params["assessment"]: row for row in jobs}
    bound = volume_progress(assessments.values())
    lines = []
    for application in files.order_by("number"):
        assessment = assessments[application.pk]
        job = by_assessment.get(str(assessment.pk))
        lines.append(ProgressLine(application, assessment, newest.get(application.pk), job, bound[application.pk]))
    return Progress(batch, tuple(lines))
