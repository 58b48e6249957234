"""Thin doors of the worker: each claims its job and calls one function; running twice changes nothing."""

from typing import Any

from celery import shared_task

from accounts.clock import now
from applications.models import Application
from evaluation.dossiers.build import build_dossier
from evaluation.models import ApplicationAssessment
from evaluation.pipeline import order_register_anew
from evaluation.services.closing import record_dossier, seal_if_complete
from evaluation.services.intake import take_in_statements
from evaluation.services.rescoring import refresh_register, run_rescoring
from evaluation.services.verifying import draw_code
from jobs.files import store_file
from jobs.models import Job
from jobs.runner import run_claimed


@shared_task(name="evaluation.take_in_statements")  # type: ignore[untyped-decorator]  # Celery ships no types
def take_in_statements_task(job_id: str) -> None:
    run_claimed(job_id, _take_in)


def _take_in(job: Job) -> dict[str, Any]:
    application = Application.objects.get(pk=job.params["application"])
    return {"inputs": take_in_statements(application, at=now())}


@shared_task(name="evaluation.render_dossier")  # type: ignore[untyped-decorator]  # Celery ships no types
def render_dossier_task(job_id: str) -> None:
    run_claimed(job_id, render_dossier)


def render_dossier(job: Job) -> dict[str, Any]:
    """Render, store the file, THEN write the row; the last one of a batch seals it."""
    assessment = ApplicationAssessment.objects.select_related("application").get(pk=job.params["assessment"])
    code = draw_code(assessment, at=now())
    built = build_dossier(assessment, verify_url=code.address)
    stored = store_file(built.content)
    record_dossier(assessment, sha256=stored.sha256, size=stored.size, pages=built.pages, at=now())
    if (batch_id := assessment.application.batch_id) is not None:
        seal_if_complete(batch_id, at=now())
    return {"sha256": stored.sha256}


@shared_task(name="evaluation.rescore")  # type: ignore[untyped-decorator]  # Celery ships no types
def rescore_task(job_id: str) -> None:
    run_claimed(job_id, rescore)


def rescore(job: Job) -> dict[str, Any]:
    return run_rescoring(job, at=now())


@shared_task(name="evaluation.refresh_register")  # type: ignore[untyped-decorator]  # Celery ships no types
def refresh_register_task(job_id: str) -> None:
    run_claimed(job_id, refresh)


def refresh(job: Job) -> dict[str, Any]:
    return refresh_register(job, at=now())


@shared_task(name="evaluation.refresh_register_nightly", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery ships no types
def refresh_register_nightly_task() -> None:
    """Every night: what stands confirmed by now, and options that a new version of the criteria brings."""
    order_register_anew(at=now())
