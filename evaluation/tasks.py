"""Thin doors of the worker: each claims its job and calls one function; running twice changes nothing."""

import errno
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from celery import shared_task
from django.db import transaction

from accounts.clock import now, today
from applications.models import Application, Batch, Upload
from evaluation.dossiers.annexes import build_volume
from evaluation.dossiers.bindings import pack_inputs, packed_assessments, stored_parts, verdict_table, volume_inputs
from evaluation.dossiers.build import build_dossier
from evaluation.dossiers.pack import build_pack, verdict_pages
from evaluation.models import AnnexVolume, ApplicationAssessment, Dossier, Pack
from evaluation.pipeline import order_register_anew
from evaluation.services.binding import BIND_ANNEXES, BIND_PACK, order_volume, record_pack, record_volume
from evaluation.services.closing import RENDER, order_dossier, record_dossier, seal_if_complete
from evaluation.services.intake import take_in_statements
from evaluation.services.previews import preview_outcomes
from evaluation.services.rescoring import refresh_register, run_rescoring
from evaluation.services.verifying import draw_code
from jobs.enums import JobState
from jobs.errors import WorkRefused
from jobs.files import open_file, store_file
from jobs.models import Job
from jobs.runner import run_claimed
from jobs.services import advance_job, enqueue

LONG: Final = {"soft_time_limit": 3540, "time_limit": 3600}
LOOK_AGAIN: Final = 0.05
LONGEST_LOOK: Final = 0.25
NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)


class Fault(Exception):  # noqa: N818  # named for what happened
    """A cause that has a name of its own; the job is tried again, for someone may put it right meanwhile."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@contextmanager
def named_faults() -> Iterator[None]:
    """A full disk, a stored file that is gone and too little memory are said as such."""
    try:
        yield
    except FileNotFoundError as error:
        raise Fault("file-missing", str(error)) from error
    except OSError as error:
        if error.errno in NO_ROOM:
            raise Fault("disk-full", str(error)) from error
        raise
    except MemoryError as error:
        raise Fault("memory-short", "not enough memory") from error


@shared_task(name="evaluation.take_in_statements")  # type: ignore[untyped-decorator]  # Celery ships no types
def take_in_statements_task(job_id: str) -> None:
    run_claimed(job_id, _take_in)


def _take_in(job: Job) -> dict[str, Any]:
    application = Application.objects.get(pk=job.params["application"])
    return {"inputs": take_in_statements(application, at=now())}


@shared_task(name="evaluation.preview_outcomes")  # type: ignore[untyped-decorator]  # Celery ships no types
def preview_outcomes_task(job_id: str) -> None:
    run_claimed(job_id, _preview)


def _preview(job: Job) -> dict[str, Any]:
    upload = Upload.objects.select_related("holder").get(pk=job.subject)

    def advance(done: int, total: int) -> None:
        advance_job(job, done=done, total=total)

    return {"rows": preview_outcomes(upload, on=today(), advance=advance)}


@shared_task(name=RENDER)  # type: ignore[untyped-decorator]  # Celery ships no types
def render_dossier_task(job_id: str) -> None:
    run_claimed(job_id, render_dossier)


def render_dossier(job: Job) -> dict[str, Any]:
    """Render, store the file, THEN write the row; the last one of a batch seals it."""
    assessment = ApplicationAssessment.objects.select_related("application").get(pk=job.params["assessment"])
    code = draw_code(assessment, at=now())
    with named_faults():
        built = build_dossier(assessment, verify_url=code.address)
        stored = store_file(built.content)
    record_dossier(
        assessment,
        sha256=stored.sha256,
        size=stored.size,
        pages=built.pages,
        at=now(),
        printed=built.version,
    )
    with transaction.atomic():
        if (volume := order_volume(assessment, at=now())) is not None and volume.state == JobState.QUEUED:
            enqueue(volume)
    if (batch_id := assessment.application.batch_id) is not None:
        seal_if_complete(batch_id, at=now())
    return {"sha256": stored.sha256}


@shared_task(name=BIND_ANNEXES)  # type: ignore[untyped-decorator]  # Celery ships no types
def bind_annexes_task(job_id: str) -> None:
    run_claimed(job_id, bind_annexes)


def bind_annexes(job: Job) -> dict[str, Any]:
    """Bind, store the file, THEN write the row; the same annexes are bound once."""
    assessment = ApplicationAssessment.objects.select_related("application").get(pk=job.params["assessment"])
    inputs = volume_inputs(assessment)
    there = AnnexVolume.objects.filter(application=assessment.application_id, inputs_sha256=inputs.sha256).first()
    if there is not None:
        return {"sha256": there.sha256}
    with named_faults():
        built = build_volume(inputs, open_file=open_file)
        stored = store_file(built.content)
    record_volume(
        assessment.application,
        inputs_sha256=inputs.sha256,
        language=inputs.language,
        stored=stored,
        pages=built.pages,
        unreadable=built.unreadable,
        at=now(),
    )
    return {"sha256": stored.sha256}


@shared_task(name=BIND_PACK, **LONG)  # type: ignore[untyped-decorator]  # Celery ships no types
def bind_pack_task(job_id: str) -> None:
    run_claimed(job_id, bind_pack)


def bind_pack(job: Job) -> dict[str, Any]:
    """The dossiers that are not there yet, then the pack from the stored ones, then its row."""
    batch = Batch.objects.get(pk=job.params["batch"])
    assessments = packed_assessments(batch)
    for order in _orders(_missing(assessments, stored_parts(assessments))):
        enqueue(order)
    with named_faults():
        verdicts = verdict_pages(verdict_table(batch, assessments, language=job.params["language"]))
    parts = _parts(job, assessments)
    inputs = pack_inputs(batch, assessments, parts, language=job.params["language"])
    if (there := Pack.objects.filter(batch=batch, inputs_sha256=inputs.sha256).first()) is not None:
        return {"sha256": there.sha256}
    with named_faults():
        built = build_pack(inputs, open_file=open_file, verdicts=verdicts)
        stored = store_file(built.content)
    record_pack(
        batch,
        dossiers=parts.values(),
        inputs_sha256=inputs.sha256,
        language=inputs.language,
        stored=stored,
        pages=built.pages,
        at=now(),
    )
    return {"sha256": stored.sha256}


def _parts(job: Job, assessments: tuple[ApplicationAssessment, ...]) -> dict[UUID, Dossier]:
    """By application its stored dossier; what is missing is rendered here and by every other worker at the same time.

    Raises `WorkRefused` where one could not be made.
    """
    pause, parts = LOOK_AGAIN, stored_parts(assessments)
    while missing := _missing(assessments, parts):
        orders = _orders(missing)
        # In any order: another worker takes them from the front, and one that kills its worker holds up no other.
        if sum(_help(job, each) for each in random.sample(orders, len(orders))):
            pause = LOOK_AGAIN
        else:
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_LOOK)
        parts = stored_parts(assessments)
        advance_job(job, done=len(parts))
    return parts


def _missing(
    assessments: tuple[ApplicationAssessment, ...], parts: Mapping[UUID, Dossier]
) -> list[ApplicationAssessment]:
    return [row for row in assessments if row.application_id not in parts]


@transaction.atomic
def _orders(missing: list[ApplicationAssessment]) -> list[Job]:
    """One order per dossier that is missing. Raises `WorkRefused` with the causes of those that have stopped."""
    orders = [order_dossier(row, at=now()) for row in missing]
    if stopped := [each for each in orders if each.has_stopped]:
        told = ", ".join(f"{each.subject}: {each.error_code}" for each in stopped)
        raise WorkRefused("part-failed", told)
    return orders


def _help(job: Job, order: Job) -> bool:
    """Whether this worker made the dossier; another one may have it in hand."""
    if run_claimed(order.pk, render_dossier) is None:
        return False
    job.progress_done += 1
    advance_job(job, done=job.progress_done)
    return True


@shared_task(name="evaluation.rescore", **LONG)  # type: ignore[untyped-decorator]  # Celery ships no types
def rescore_task(job_id: str) -> None:
    run_claimed(job_id, _rescore)


def _rescore(job: Job) -> dict[str, Any]:
    return run_rescoring(job, at=now())


@shared_task(name="evaluation.refresh_register", **LONG)  # type: ignore[untyped-decorator]  # Celery ships no types
def refresh_register_task(job_id: str) -> None:
    run_claimed(job_id, _refresh)


def _refresh(job: Job) -> dict[str, Any]:
    return refresh_register(job, at=now())


@shared_task(name="evaluation.refresh_register_nightly", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery ships no types
def refresh_register_nightly_task() -> None:
    """Every night: what stands confirmed by now, and options that a new version of the criteria brings."""
    order_register_anew(at=now())
