"""Documents that arrive in parts: nothing counts before it is on disk, and the last byte only with its annex.

Which bytes arrived is no fact of the desk, so the audit trail tells only of the annex in the end, and moments are the
database's; `at` is that of the annex.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Final

from django.db import transaction
from django.db.models.functions import Now

from accounts.errors import Conflict, Invalid, NotFound, Unavailable
from accounts.models import User
from applications.enums import AnnexUploadState
from applications.errors import ChecksumDiffers, TooLarge, problem
from applications.files import Shortened, TooMuch, arrived, arriving, forget, held_back, put_after
from applications.models import Annex, AnnexUpload, Application
from applications.pdf import PdfLimits
from applications.policies import require_own
from applications.services.annexes import MEGABYTE, add_annex, clean_file_name, refusal, require_described, require_open
from applications.validators import holds_national_number

KEPT: Final = timedelta(hours=24)
MOST_UNDER_WAY: Final = 20
POINTER: Final = "/file"


@dataclass(frozen=True, slots=True)
class Announced:
    """What a client says of a file before it sends it; `told` is all of it, `metadata` the header as it came."""

    slot: str
    title: str
    file_name: str
    length: int
    metadata: str = ""
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checksum:
    algorithm: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes from one connection, to go from `offset` on; `pieces` ends where the connection breaks off."""

    offset: int
    pieces: Iterable[bytes]
    checksum: Checksum | None = None


def open_annex_upload(
    application: Application, announced: Announced, *, by: User, limits: PdfLimits | None = None
) -> AnnexUpload:
    """A document is going to arrive in parts, within a day; refused now for whatever can be known now.

    Raises Invalid for what is said of it, TooLarge, Conflict when the application takes no documents or when 20 are
    under way already, NotFound, NotAllowed.
    """
    limits = limits or PdfLimits()
    require_own(by, application)
    require_open(application)
    name = clean_file_name(announced.file_name)
    require_described(announced.slot, announced.title, name)
    if any(holds_national_number(each) for each in announced.told):
        raise Invalid(problems=[problem("/Upload-Metadata", "national-number")])
    if announced.length > limits.size:
        raise TooLarge("annex-too-large", limit=limits.size // MEGABYTE)
    if announced.length == 0:
        raise refusal("annex-not-pdf", pointer=POINTER, limits=limits)
    return _open(application, announced, name, by=by)


@transaction.atomic
def _open(application: Application, announced: Announced, name: str, *, by: User) -> AnnexUpload:
    # Without the key the lock does not stand in the way of rows that only name the user.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    under_way = AnnexUpload.objects.standing().filter(opened_by=by, state=AnnexUploadState.RECEIVING)
    if under_way.count() >= MOST_UNDER_WAY:
        raise Conflict("annex-uploads-many", limit=MOST_UNDER_WAY)
    upload = AnnexUpload.objects.create(
        application=application,
        slot=announced.slot,
        title=announced.title.strip(),
        file_name=name,
        metadata=announced.metadata,
        length=announced.length,
        opened_by=by,
        opened_at=Now(),
        expires_at=Now() + KEPT,
    )
    upload.refresh_from_db(fields=["opened_at", "expires_at"])
    return upload


def receive_part(upload: AnnexUpload, part: Part, *, by: User, at: datetime) -> AnnexUpload:
    """Bytes are kept as far as they arrived; with the last of them the document is taken in, once.

    Of two that send from the same offset one is kept. A document that is refused for what it is stays refused; what
    stands in its way otherwise leaves all but its last byte. Raises Conflict for another offset or a document that is
    being looked at, TooLarge, ChecksumDiffers, Unavailable when nothing can be stored, and as `add_annex`.
    """
    require_own(by, upload.application)
    if _is_over(upload, part.offset):
        return upload
    require_open(upload.application)
    if _keep(upload, part):
        _take_in(upload, by=by, at=at)
    return _as_it_stands(upload)


def _as_it_stands(upload: AnnexUpload) -> AnnexUpload:
    found = AnnexUpload.objects.filter(pk=upload.pk).first()
    if found is None:
        raise NotFound
    return found


def _is_over(upload: AnnexUpload, offset: int) -> bool:
    """Whether the document is an annex and the sender knows. Raises what is to be told to anyone who cannot go on."""
    if upload.state == AnnexUploadState.REFUSED:
        raise refusal_of(upload)
    if offset != upload.offset:
        raise Conflict("annex-upload-offset", offset=upload.offset)
    if upload.is_looked_at:
        raise Conflict("annex-upload-busy")
    return upload.state == AnnexUploadState.TAKEN


def refusal_of(upload: AnnexUpload) -> Invalid:
    """Why a document was refused, in the language of the moment."""
    return refusal(upload.refusal, pointer=POINTER, limits=PdfLimits())


def _keep(upload: AnnexUpload, part: Part) -> bool:
    """Whether the document is whole now, and this caller's to take in."""
    try:
        with held_back(part.pieces, most=upload.length - part.offset) as held:
            _require_same(held, part.checksum)
            return _put(upload, part.offset, held)
    except TooMuch as error:
        raise TooLarge("annex-upload-longer") from error
    except Shortened as error:
        _step_back(upload, part.offset, error.size)
        raise Conflict("annex-upload-offset", offset=error.size) from error
    except OSError as error:
        raise Unavailable("storage-fails") from error


def _require_same(held: IO[bytes], checksum: Checksum | None) -> None:
    if checksum is None:
        return
    digest = hashlib.new(checksum.algorithm, usedforsecurity=False)
    while block := held.read(MEGABYTE):
        digest.update(block)
    held.seek(0)
    if not hmac.compare_digest(digest.digest(), checksum.digest):
        raise ChecksumDiffers("checksum-differs")


@transaction.atomic
def _put(upload: AnnexUpload, offset: int, held: IO[bytes]) -> bool:
    locked = AnnexUpload.objects.select_for_update().filter(pk=upload.pk).first()
    if locked is None:
        raise NotFound
    if _is_over(locked, offset):
        return False
    end = put_after(locked.pk, held, start=offset)
    whole = end == locked.length
    kept = {"offset": end - 1, "claimed_at": Now()} if whole else {"offset": end, "claimed_at": None}
    AnnexUpload.objects.filter(pk=locked.pk).update(**kept)
    return whole


def _step_back(upload: AnnexUpload, counted: int, size: int) -> None:
    """What was counted is not on disk any more: the sender goes on from what is."""
    AnnexUpload.objects.filter(pk=upload.pk, offset=counted, annex=None).update(offset=size)


def _take_in(upload: AnnexUpload, *, by: User, at: datetime) -> None:
    """The whole document becomes an annex; whatever comes in between, nobody else is kept from trying again."""
    try:
        annex = add_annex(
            upload.application,
            slot=upload.slot,
            title=upload.title,
            file_name=upload.file_name,
            content=arrived(upload.pk),
            by=by,
            at=at,
        )
        _settle(upload, annex=annex)
    except Invalid as refused:
        _settle(upload, refused=refused.problems[0].code)
        raise
    except OSError as error:
        raise Unavailable("storage-fails") from error
    finally:
        AnnexUpload.objects.filter(pk=upload.pk).update(claimed_at=None)


def _settle(upload: AnnexUpload, *, annex: Annex | None = None, refused: str = "") -> None:
    """Either an annex or a refusal; the bytes are needed no more."""
    open_still = AnnexUpload.objects.filter(pk=upload.pk, state=AnnexUploadState.RECEIVING)
    if annex is not None:
        open_still.update(state=AnnexUploadState.TAKEN, annex=annex, offset=upload.length)
    else:
        open_still.update(state=AnnexUploadState.REFUSED, refusal=refused)
    forget(upload.pk)


def remove_annex_upload(upload: AnnexUpload, *, by: User) -> None:
    """What arrived of a document is thrown away. Raises Conflict when it is an annex, or is being looked at."""
    require_own(by, upload.application)
    with transaction.atomic():
        locked = AnnexUpload.objects.select_for_update().filter(pk=upload.pk).first()
        if locked is None:
            raise NotFound
        if locked.state == AnnexUploadState.TAKEN:
            raise Conflict("annex-upload-taken")
        if locked.is_looked_at:
            raise Conflict("annex-upload-busy")
        locked.delete()
    forget(upload.pk)


def sweep_annex_uploads() -> int:
    """Uploads whose day is over are gone with their bytes, and so are bytes that no upload counts; gives how many."""
    lying = arriving()
    with transaction.atomic():
        over = AnnexUpload.objects.over().select_for_update(skip_locked=True)
        gone = list(over.values_list("pk", flat=True))
        AnnexUpload.objects.filter(pk__in=gone).delete()
    counted = set(AnnexUpload.objects.filter(pk__in=lying).values_list("pk", flat=True))
    for key in {*gone, *lying} - counted:
        forget(key)
    return len(gone)
