"""The review of one site in one batch: its files and every criterion with all that it rests on."""

from dataclasses import dataclass

from django.db.models import Prefetch

from accounts.errors import NotFound
from accounts.models import User
from applications.models import Annex, Application, Batch
from centres.models import Centre
from centres.selectors import realised_treatments
from evaluation.board.differences import DifferenceView, open_and_resolved
from evaluation.board.findings import (
    FindingView,
    finding_views,
    judged_as_stored,
    judged_now,
    questions_of_site,
)
from evaluation.board.lines import Line, in_documents, lines_of
from evaluation.board.rows import NOT_WEIGHED, STORED
from evaluation.differences import differences_of_site
from evaluation.facts import SiteRecord, site_records
from evaluation.models import SiteEvaluation
from evaluation.selectors import current_assessment, current_site_evaluation
from evaluation.selectors.evaluations import history_of_site
from evaluation.services.judgements import counted_capacity, standing_capacity


@dataclass(frozen=True, slots=True)
class DocumentGroup:
    """What stands in one annex, or, without one, in no document at all."""

    annex: Annex | None
    lines: tuple[Line, ...]

    @property
    def to_confirm(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.may_be_confirmed)


@dataclass(frozen=True, slots=True)
class SiteReview:
    batch: Batch
    centre: Centre
    applications: tuple[Application, ...]
    findings: tuple[FindingView, ...]
    documents: tuple[DocumentGroup, ...]
    differences: tuple[DifferenceView, ...]
    resolved: tuple[DifferenceView, ...]
    faults: tuple[str, ...]
    record: SiteRecord
    history: tuple[SiteEvaluation, ...]

    @property
    def annexes(self) -> tuple[Annex, ...]:
        return tuple(annex for application in self.applications for annex in application.annexes.all())


def find_site(batch: Batch, site_number: str, *, user: User) -> tuple[Centre, tuple[Application, ...]]:
    """A site is in a batch through at least one file that the user may see. Raises NotFound otherwise."""
    present = Prefetch("annexes", Annex.objects.present().select_related("application__batch"))
    applications = tuple(
        Application.objects.visible_to(user)
        .filter(batch=batch, centre__site_number=site_number)
        .exclude(state__in=NOT_WEIGHED)
        .with_names()
        .prefetch_related(present)
    )
    if not applications:
        raise NotFound
    return applications[0].centre, applications


def populations_of(applications: tuple[Application, ...]) -> list[str]:
    """The union of what the files of a site ask for."""
    return sorted({each for application in applications for each in application.populations})


def site_review(batch: Batch, site_number: str, *, user: User) -> SiteReview:
    """A site as it is judged now, or as it was stored once the batch is closed. Raises NotFound."""
    centre, applications = find_site(batch, site_number, user=user)
    record = site_records(batch, [centre])[centre.pk]
    judged = judged_now(record, populations_of(applications))
    if batch.state in STORED:
        judged = judged_as_stored(judged, current_site_evaluation(batch, centre))
    waiting, resolved = open_and_resolved(differences_of_site(record), record.resolutions)
    return SiteReview(
        batch=batch,
        centre=centre,
        applications=applications,
        findings=finding_views(record, judged, questions=questions_of_site(applications)),
        documents=tuple(DocumentGroup(annex, lines) for annex, lines in in_documents(lines_of(record))),
        differences=waiting,
        resolved=resolved,
        faults=judged.faults,
        record=record,
        history=history_of_site(batch, centre),
    )


def file_finding(batch: Batch, number: int, criterion: str, *, user: User) -> tuple[Application, FindingView]:
    """One criterion of one file, over its own populations. Raises NotFound for what the user may not see."""
    visible = Application.objects.visible_to(user).filter(batch=batch).exclude(state__in=NOT_WEIGHED)
    application = visible.with_names().filter(number=number).first()
    if application is None:
        raise NotFound
    record = site_records(batch, [application.centre])[application.centre_id]
    capacity = standing_capacity([application.pk]).get(application.pk)
    counted = counted_capacity(capacity, application, realised_treatments())
    judged = judged_now(record, application.populations, counted)
    if batch.state in STORED:
        assessment = current_assessment(application)
        judged = judged_as_stored(judged, assessment.site_evaluation if assessment else None, assessment)
    views = finding_views(record, judged, questions=questions_of_site([application]), capacity=capacity, only=criterion)
    if not views:
        raise NotFound
    return application, views[0]
