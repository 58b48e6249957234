"""Volumes of annexes and packs: ordered once for the same inputs, recorded only after their file is stored."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

import rfc8785
from django.db import transaction

from accounts.errors import Conflict
from accounts.services.audit import record_event
from applications.enums import BatchState
from applications.models import Application, Batch
from evaluation.dossiers.bindings import pack_inputs, packed_assessments, stored_parts, volume_inputs
from evaluation.dossiers.model import Language
from evaluation.models import AnnexVolume, ApplicationAssessment, Dossier, Pack
from jobs.files import StoredFile
from jobs.models import Job
from jobs.services import create_job
from jobs.services.jobs import MAX_ATTEMPTS

BIND_ANNEXES = "evaluation.bind_annexes"
BIND_PACK = "evaluation.bind_pack"


@transaction.atomic
def order_volume(assessment: ApplicationAssessment, *, at: datetime) -> Job | None:
    """One binding per application and set of annexes, however often it is ordered; none without annexes."""
    inputs = volume_inputs(assessment)
    if not inputs.pieces:
        return None
    return create_job(
        kind=BIND_ANNEXES,
        subject=inputs.reference,
        params={"assessment": str(assessment.pk), "inputs": inputs.sha256},
        key=f"annexes:{assessment.application_id}:{inputs.sha256}",
        at=at,
    )


@transaction.atomic
def record_volume(
    application: Application,
    *,
    inputs_sha256: str,
    language: str,
    stored: StoredFile,
    pages: int,
    unreadable: int,
    at: datetime,
) -> AnnexVolume:
    """The row follows the stored file; a second delivery finds the first row."""
    locked = Application.objects.select_for_update().get(pk=application.pk)
    volume = AnnexVolume.objects.filter(application=locked, inputs_sha256=inputs_sha256).first()
    if volume is None:
        volume = AnnexVolume.objects.create(
            application=locked,
            inputs_sha256=inputs_sha256,
            language=language,
            sha256=stored.sha256,
            size=stored.size,
            pages=pages,
            unreadable=unreadable,
            bound_at=at,
        )
        record_event(volume, by=None, at=at, verb="bind_annexes", after={"sha256": stored.sha256, "pages": pages})
    return volume


@transaction.atomic
def order_pack(batch: Batch, *, language: Language, at: datetime) -> Job:
    """One pack per state of the batch: the same receipts, agenda and language give the same job.

    It may lose its worker once per dossier and still go on where it was.

    Raises Conflict while the batch has not closed.
    """
    if batch.state not in (BatchState.CLOSED, BatchState.SEALED, BatchState.DECIDED):
        raise Conflict("batch-not-closed", batch=batch.code)
    assessments = packed_assessments(batch)
    return create_job(
        kind=BIND_PACK,
        subject=batch.code,
        params={"batch": str(batch.pk), "language": language},
        key=f"pack:{batch.pk}:{language}:{pack_state(batch, assessments)}",
        at=at,
        total=len(assessments) + 1,
        max_attempts=MAX_ATTEMPTS + len(assessments),
    )


def pack_state(batch: Batch, assessments: Iterable[ApplicationAssessment]) -> str:
    """A digest of what a pack of the batch would hold, whether its dossiers are rendered yet or not."""
    rows = tuple(assessments)
    without = pack_inputs(batch, (), {}, language="nl")
    parts = {row.application_id: (row.pk, row.number, row.was_revoked) for row in stored_parts(rows).values()}
    told = [
        [str(row.pk), row.receipt_sha256, [str(each) for each in parts.get(row.application_id, ())]] for row in rows
    ]
    return hashlib.sha256(rfc8785.dumps([without.sha256, told])).hexdigest()


@transaction.atomic
def record_pack(
    batch: Batch,
    *,
    dossiers: Iterable[Dossier],
    inputs_sha256: str,
    language: str,
    stored: StoredFile,
    pages: int,
    at: datetime,
) -> Pack:
    """The row follows the stored file; a second delivery finds the first row."""
    locked = Batch.objects.select_for_update().get(pk=batch.pk)
    pack = Pack.objects.filter(batch=locked, inputs_sha256=inputs_sha256).first()
    if pack is None:
        pack = Pack.objects.create(
            batch=locked,
            inputs_sha256=inputs_sha256,
            language=language,
            sha256=stored.sha256,
            size=stored.size,
            pages=pages,
            bound_at=at,
        )
        pack.dossiers.set(dossiers)
        record_event(pack, by=None, at=at, verb="bind_pack", after={"sha256": stored.sha256, "pages": pages})
    return pack
