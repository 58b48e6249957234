from uuid import UUID

from applications.models import Application, Batch
from centres.models import Centre
from evaluation.models import ApplicationAssessment, SiteEvaluation


def current_site_evaluation(batch: Batch, centre: Centre) -> SiteEvaluation | None:
    """The stored evaluation of a site in a batch that no later one supersedes."""
    return SiteEvaluation.objects.filter(batch=batch, centre=centre, superseded_by=None).first()


def current_site_evaluations(batch: Batch) -> dict[UUID, SiteEvaluation]:
    """The same for every site of the batch, by centre, in one query."""
    return {row.centre_id: row for row in SiteEvaluation.objects.filter(batch=batch, superseded_by=None)}


def current_assessment(application: Application) -> ApplicationAssessment | None:
    """The stored assessment of an application that no later one supersedes."""
    return ApplicationAssessment.objects.filter(application=application, superseded_by=None).first()


def current_assessments(batch: Batch) -> dict[UUID, ApplicationAssessment]:
    """The same for every application of the batch, by application, in one query."""
    rows = ApplicationAssessment.objects.filter(application__batch=batch, superseded_by=None)
    return {row.application_id: row for row in rows}
