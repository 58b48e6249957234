"""Stored evaluations of sites and applications together: who may read which, and what came before and after."""

from collections.abc import Iterable
from typing import TypeAlias
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from accounts.policies import is_auditor, is_member, is_secretariat
from applications.models import Application, Batch
from centres.models import Centre
from evaluation.models import ApplicationAssessment, SiteEvaluation

Stored: TypeAlias = SiteEvaluation | ApplicationAssessment


def assessments_readable_by(user: User) -> QuerySet[ApplicationAssessment]:
    """Of the files a person may open; never a holder, for it names what others stated of the site."""
    if not _reads(user):
        return ApplicationAssessment.objects.none()
    files = Application.objects.readable_by(user)
    found = ApplicationAssessment.objects.filter(application__in=files)
    return found.select_related("application__batch", "superseded_by")


def site_evaluations_readable_by(user: User) -> QuerySet[SiteEvaluation]:
    """Of the sites for which a person may open at least one file of the batch; never a holder."""
    if not _reads(user):
        return SiteEvaluation.objects.none()
    files = Application.objects.readable_by(user).filter(batch=OuterRef("batch"), centre=OuterRef("centre"))
    return SiteEvaluation.objects.filter(Exists(files)).select_related("batch", "centre__hospital", "superseded_by")


def _reads(user: User) -> bool:
    return is_secretariat(user) or is_auditor(user) or is_member(user)


def readable_evaluation(user: User, pk: UUID) -> Stored | None:
    """One evaluation, of a site or of an application; None for what the person may not see or is not there."""
    return (
        assessments_readable_by(user).filter(pk=pk).first() or site_evaluations_readable_by(user).filter(pk=pk).first()
    )


def stored_evaluation(pk: UUID) -> Stored | None:
    """One evaluation whoever asks: for commands of the operator."""
    assessment = ApplicationAssessment.objects.filter(pk=pk).select_related("application__batch").first()
    return assessment or SiteEvaluation.objects.filter(pk=pk).select_related("batch", "centre").first()


def every_stored_evaluation() -> Iterable[Stored]:
    """All of them, sites first, read in pieces."""
    for rows in (SiteEvaluation.objects.order_by("evaluated_at", "pk"), ApplicationAssessment.objects.order_by("pk")):
        yield from rows.iterator(chunk_size=200)


def number_of_stored_evaluations() -> int:
    return SiteEvaluation.objects.count() + ApplicationAssessment.objects.count()


def history_of(evaluation: Stored) -> tuple[Stored, ...]:
    """Every evaluation of the same site in the batch, or of the same application, newest first."""
    if isinstance(evaluation, ApplicationAssessment):
        return history_of_application(evaluation.application)
    return history_of_site(evaluation.batch, evaluation.centre)


LARGE = ("facts", "answer", "provenance")
"""What a list does not show and therefore does not read."""


def history_of_application(application: Application) -> tuple[ApplicationAssessment, ...]:
    rows = ApplicationAssessment.objects.filter(application=application).select_related("evaluated_by")
    return tuple(rows.defer(*LARGE).order_by("-evaluated_at", "-pk"))


def history_of_site(batch: Batch, centre: Centre) -> tuple[SiteEvaluation, ...]:
    rows = SiteEvaluation.objects.filter(batch=batch, centre=centre).select_related("evaluated_by")
    return tuple(rows.defer(*LARGE).order_by("-evaluated_at", "-pk"))


def filed_application(year: int, half: int, number: int) -> Application | None:
    """The application of a reference."""
    found = Application.objects.with_names().filter(batch__year=year, batch__half=half, number=number)
    return found.first()
