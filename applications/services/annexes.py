import re
import unicodedata
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final

from django.db import transaction

from accounts.errors import Conflict, Invalid, Problem
from accounts.models import User
from accounts.services.audit import record_event
from applications.enums import EvidenceSlot
from applications.errors import problem
from applications.models import Annex, Application
from applications.pdf import PdfFacts, PdfLimits, PdfRefused, inspect_pdf
from applications.policies import require_own, takes_evidence
from applications.services.locks import lock_application
from applications.validators import holds_national_number
from jobs.files import store_file

MOST_ANNEXES: Final = 100
MEGABYTE: Final = 1024 * 1024
MAX_NAME: Final = 200
_UNWANTED: Final = re.compile(r'[\x00-\x1f\x7f"<>|:*?\\/]')


def add_annex(
    application: Application,
    *,
    slot: str,
    title: str,
    file_name: str,
    content: bytes,
    by: User,
    at: datetime,
    limits: PdfLimits | None = None,
) -> Annex:
    """Take in one PDF beside its question; the file is looked at and stored before the row that names it.

    The same bytes in the same slot give the annex that is there already. Raises Invalid with the reason of the
    refusal, Conflict when the application takes no documents, NotFound, NotAllowed.
    """
    require_own(by, application)
    require_open(application)
    name = clean_file_name(file_name)
    require_described(slot, title, name)
    facts = inspected_pdf(content, pointer="/file", limits=limits or PdfLimits())
    store_file(content)
    return _write(application, slot=slot, title=title.strip() or name, name=name, facts=facts, by=by, at=at)


@transaction.atomic
def remove_annex(annex: Annex, *, by: User, at: datetime) -> Annex:
    """Take a document out of the application; row and hash stay. Raises Conflict while an answer cites it."""
    require_own(by, annex.application)
    require_open(lock_application(annex.application))
    locked = Annex.objects.select_for_update().get(pk=annex.pk)
    if locked.removed_at is not None:
        return locked
    if locked.statements.exists():
        raise Conflict("annex-cited")
    locked.removed_by, locked.removed_at = by, at
    locked.save(update_fields=["removed_by", "removed_at"])
    record_event(locked, by=by, at=at, verb="remove annex", before={"sha256": locked.sha256})
    return locked


def clean_file_name(name: str) -> str:
    """The last part of what the browser sent, without anything that acts on a path, a header or a reader's eye."""
    last = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(sign for sign in last if unicodedata.category(sign) not in {"Cf", "Cc", "Co", "Cs"})
    return _UNWANTED.sub("_", kept).strip(" .")[-MAX_NAME:] or "document.pdf"


def require_open(application: Application) -> None:
    """Raises Conflict when the application takes no documents."""
    if not takes_evidence(application):
        raise Conflict("evidence-closed")


def require_described(slot: str, title: str, name: str) -> None:
    """Raises Invalid with every fault in what is said of a document; nothing in it may point to a patient."""
    faults: list[Problem] = []
    if slot not in EvidenceSlot.values:
        faults.append(problem("/slot", "statement-unknown"))
    if len(title) > MAX_NAME:
        faults.append(problem("/title", "text-too-long", limit=MAX_NAME))
    if holds_national_number(title) or holds_national_number(name):
        faults.append(problem("/file", "national-number"))
    if faults:
        raise Invalid(problems=faults)


def inspected_pdf(content: bytes, *, pointer: str, limits: PdfLimits) -> PdfFacts:
    """A PDF that is taken in, looked at. Raises Invalid at `pointer` with the reason of the refusal."""
    try:
        return inspect_pdf(content, limits)
    except PdfRefused as refused:
        raise refusal(f"annex-{refused.code.replace('_', '-')}", pointer=pointer, limits=limits) from refused


def refusal(code: str, *, pointer: str, limits: PdfLimits) -> Invalid:
    """A refused document as it is told, in the language of the moment."""
    return Invalid(problems=[problem(pointer, code, limit=limits.size // MEGABYTE, pages=limits.pages)])


@transaction.atomic
def _write(
    application: Application, *, slot: str, title: str, name: str, facts: PdfFacts, by: User, at: datetime
) -> Annex:
    locked = lock_application(application)
    require_open(locked)
    same = locked.annexes.present().filter(slot=slot, sha256=facts.sha256).first()
    if same is not None:
        return same
    number = locked.annexes.count() + 1
    if number > MOST_ANNEXES:
        raise Conflict("annex-too-many", limit=MOST_ANNEXES)
    annex = Annex(application=locked, number=number, slot=slot, title=title, file_name=name, added_by=by, added_at=at)
    annex.sha256, annex.size, annex.pages = facts.sha256, facts.size, facts.pages
    annex.save(force_insert=True)
    told = {"slot": slot, "file_name": name, "sha256": facts.sha256, "pages": facts.pages}
    record_event(annex, by=by, at=at, verb="add annex", after=told)
    return annex
