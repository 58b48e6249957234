"""An upload in two phases: received and checked, then committed all or nothing and never twice."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.errors import Conflict, Invalid, NotAllowed, Problem, sentence
from accounts.models import User
from accounts.policies import is_holder
from accounts.services.audit import record_event
from applications.bulk.checking import Checked, check_table, uncollected
from applications.bulk.exports import preview_key
from applications.bulk.faults import UnreadableFile
from applications.bulk.kinds import KINDS, Kind
from applications.bulk.tables import read_table
from applications.enums import UploadKind, UploadState
from applications.events import tell_of_upload
from applications.models import Upload
from applications.services.upload_commits import origin_of, write_rows
from applications.services.upload_rows import store_checked
from centres.selectors import holder_of
from jobs.enums import EventType
from jobs.files import open_file, store_file
from jobs.models import Job
from jobs.services import create_job
from jobs.states import RETRIABLE

CHECK = "applications.check_upload"
COMMIT = "applications.commit_upload"
PREVIEW = "evaluation.preview_outcomes"
UNCHECKED = (UploadState.RECEIVED, UploadState.CHECKING)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a client sent; two sendings with equal ``content_sha256`` are the same, whatever the file is called."""

    kind: str
    file_name: str
    content: bytes
    delivered_on: date | None = None
    source: str = ""
    on_ready_commit: bool = False
    sandbox: bool = False

    @property
    def content_sha256(self) -> str:
        ending = self.file_name.rpartition(".")[2].lower()
        told = [self.kind, ending, str(self.delivered_on), self.source, self.on_ready_commit, self.sandbox]
        return hashlib.sha256(json.dumps(told).encode() + self.content).hexdigest()


def receive_upload(sent: Sent, *, key: str, by: User, at: datetime) -> tuple[Upload, Job | None]:
    """The file is stored, then its row and the order to check it; the same key and content give the same upload.

    Raises NotAllowed for a kind that the role does not send and for a person who files for nobody, Invalid when the key
    was used for something else or figures do not say when they were delivered and by whom.
    """
    _require_sender(by, sent.kind)
    _require_delivery(sent, KINDS[sent.kind])
    if (earlier := Upload.objects.filter(created_by=by, idempotency_key=key).first()) is not None:
        return _same(earlier, sent), None
    stored = store_file(sent.content)
    try:
        return _record(sent, stored.sha256, key=key, by=by, at=at)
    except IntegrityError:
        return _same(Upload.objects.get(created_by=by, idempotency_key=key), sent), None


def _require_sender(by: User, kind: str) -> None:
    if by.role != KINDS[kind].role:
        raise NotAllowed("upload-not-yours", kind=kind)
    if is_holder(by) and holder_of(by) is None:
        raise NotAllowed("no-company")


def _require_delivery(sent: Sent, kind: Kind) -> None:
    given = {"delivered_on": sent.delivered_on, "source": sent.source.strip()} if kind.is_delivery else {}
    problems = [
        Problem(f"/{name}", "required", sentence("delivery-unsaid", {})) for name, value in given.items() if not value
    ]
    if problems:
        raise Invalid("delivery-unsaid", problems=problems)


def _same(earlier: Upload, sent: Sent) -> Upload:
    if earlier.content_sha256 != sent.content_sha256:
        problem = Problem("/Idempotency-Key", "duplicate", sentence("idempotency-key-reused", {}))
        raise Invalid("idempotency-key-reused", problems=[problem])
    return earlier


@transaction.atomic
def _record(sent: Sent, sha256: str, *, key: str, by: User, at: datetime) -> tuple[Upload, Job]:
    upload = Upload.objects.create(
        kind=sent.kind,
        holder=holder_of(by),
        created_by=by,
        created_at=at,
        file_name=sent.file_name[-200:],
        sha256=sha256,
        size=len(sent.content),
        idempotency_key=key,
        content_sha256=sent.content_sha256,
        earlier=Upload.objects.filter(created_by=by, kind=sent.kind, sha256=sha256).first(),
        on_ready_commit=sent.on_ready_commit,
        sandbox=sent.sandbox,
        delivered_on=sent.delivered_on,
        source=sent.source,
    )
    record_event(upload, by=by, at=at, verb="receive_upload", after={"kind": sent.kind, "sha256": sha256})
    return upload, create_job(kind=CHECK, subject=str(upload.pk), key=f"check:{upload.pk}", at=at)


def check_upload(upload_id: UUID | str, *, at: datetime, advance: Callable[[int, int], None]) -> Upload:
    """Read, check and keep every row with its faults; READY without any, else REJECTED. Running twice changes nothing.

    ``advance`` is told how many rows of how many are done.
    """
    unchecked = Upload.objects.filter(pk=upload_id, state__in=UNCHECKED)
    taken = unchecked.update(state=UploadState.CHECKING, version=F("version") + 1)
    upload = Upload.objects.get(pk=upload_id)
    if not taken:
        return upload
    with open_file(upload.sha256) as stored:
        content = stored.read()
    with uncollected():
        checked = _checked(upload, content, advance)
    advance(len(checked.rows), len(checked.rows))
    return _keep(upload, checked, at)


def _checked(upload: Upload, content: bytes, advance: Callable[[int, int], None]) -> Checked:
    try:
        table = read_table(content, upload.file_name, most_rows=settings.CART_UPLOAD_ROWS)
    except UnreadableFile as fault:
        return Checked({}, {}, fault.faults)
    return check_table(table, KINDS[upload.kind], origin_of(upload), advance=advance)


@transaction.atomic
def _keep(upload: Upload, checked: Checked, at: datetime) -> Upload:
    """A worker that was paused meanwhile finds that another took its place, and changes nothing."""
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.state != UploadState.CHECKING:
        return locked
    counts = store_checked(upload, checked)
    refused = checked.faults or counts["rows_faulty"]
    settled = _settle(upload, UploadState.REJECTED if refused else UploadState.READY, at, **counts)
    order_preview(settled, at=at)
    return settled


def _settle(upload: Upload, state: str, at: datetime, **fields: int) -> Upload:
    total = fields.get("rows_total", 0)
    Upload.objects.filter(pk=upload.pk).update(
        state=state, version=F("version") + 1, progress_done=total, progress_total=total, **fields
    )
    upload.refresh_from_db()
    tell_of_upload(upload, EventType.UPLOAD_CHECKED, at=at)
    return upload


@transaction.atomic
def order_preview(upload: Upload, *, at: datetime) -> Job | None:
    """What the rules would say of each row, for applications that were found without fault; ordered once."""
    if upload.kind != UploadKind.APPLICATIONS or upload.state != UploadState.READY:
        return None
    return create_job(kind=PREVIEW, subject=str(upload.pk), key=preview_key(upload), at=at)


@transaction.atomic
def order_commit(upload: Upload, *, by: User, at: datetime) -> Job:
    """A checked upload is put down for writing; a second order finds the first.

    Raises NotAllowed to who may only read it, Conflict from other states.
    """
    _require_sender(by, upload.kind)
    locked = Upload.objects.select_for_update().get(pk=upload.pk)
    if locked.sandbox:
        raise Conflict("upload-sandbox")
    if locked.state not in (UploadState.READY, UploadState.COMMITTING, UploadState.COMMITTED):
        raise Conflict("upload-not-ready", state=locked.get_state_display())
    if locked.state == UploadState.READY:
        Upload.objects.filter(pk=locked.pk).update(
            state=UploadState.COMMITTING, version=F("version") + 1, committed_by=by
        )
    return create_job(kind=COMMIT, subject=str(locked.pk), key=f"commit:{locked.pk}", at=at)


@transaction.atomic
def commit_upload(upload_id: UUID | str, *, at: datetime) -> Upload:
    """Every row is written in one transaction, through the services that the form uses; a second run finds it done.

    Raises Conflict when the rows no longer fit what is there, with nothing written.
    """
    upload = Upload.objects.select_for_update(of=("self",)).select_related("committed_by", "holder").get(pk=upload_id)
    if upload.state != UploadState.COMMITTING or upload.committed_by is None:
        return upload
    write_rows(upload, upload.committed_by, at)
    Upload.objects.filter(pk=upload.pk).update(state=UploadState.COMMITTED, version=F("version") + 1, committed_at=at)
    told = {"sha256": upload.sha256, "rows": upload.rows_total, "new": upload.rows_new, "changed": upload.rows_changed}
    record_event(upload, by=upload.committed_by, at=at, verb="commit_upload", after=told)
    upload.refresh_from_db()
    tell_of_upload(upload, EventType.UPLOAD_COMMITTED, at=at)
    return upload


def show_progress(upload_id: UUID | str, *, done: int, total: int) -> None:
    """How many rows of how many are done; no version, for nothing a client decides on has changed."""
    Upload.objects.filter(pk=upload_id).update(progress_done=done, progress_total=total)


@transaction.atomic
def fail_upload(upload_id: UUID | str, *, at: datetime) -> None:
    """What was ordered and cannot be done is FAILED, with nothing written."""
    failed = Upload.objects.filter(pk=upload_id).exclude(state__in=(UploadState.COMMITTED, UploadState.FAILED))
    if failed.update(state=UploadState.FAILED, version=F("version") + 1):
        tell_of_upload(Upload.objects.get(pk=upload_id), EventType.UPLOAD_FAILED, at=at)


def fail_lost_uploads(*, at: datetime) -> int:
    """An upload whose work was given up, its workers lost or its cause unknown, is FAILED; gives how many."""
    given_up = Job.objects.filter(kind__in=(CHECK, COMMIT), state__in=RETRIABLE)
    underway = Upload.objects.filter(state__in=(*UNCHECKED, UploadState.COMMITTING))
    waiting = [str(pk) for pk in underway.values_list("pk", flat=True)]
    lost = set(given_up.filter(subject__in=waiting).values_list("subject", flat=True))
    for upload_id in lost:
        fail_upload(upload_id, at=at)
    return len(lost)
