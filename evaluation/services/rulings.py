"""What the Bureau ruled on a transition, recorded by the secretariat with the minutes of its sitting."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.errors import Invalid, Problem, sentence
from accounts.models import User
from accounts.services.audit import record_event
from applications.enums import BatchState
from applications.errors import problem
from applications.models import Batch
from applications.pdf import PdfFacts, PdfLimits
from applications.services.annexes import clean_file_name, inspected_pdf
from applications.validators import holds_national_number
from centres.models import Centre
from evaluation.models import BureauRuling
from evaluation.services.guards import REVIEWED, lock_batch, require_secretariat
from jobs.files import store_file

RECORDED_IN = (*REVIEWED, BatchState.CLOSED, BatchState.SEALED)


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes as they were sent; ``content`` is not yet looked at."""

    file_name: str
    content: bytes


def record_bureau_ruling(
    batch: Batch,
    centre: Centre,
    *,
    confirms: bool,
    ruled_on: date,
    minutes_reference: str,
    minutes: Minutes,
    by: User,
    at: datetime,
    limits: PdfLimits | None = None,
) -> BureauRuling:
    """The Bureau rules on the transition of a site; the secretariat records it with its minutes, a PDF.

    Also between the close and the vote, whose re-check then finds it: inputs are frozen, the Bureau is not. The file
    is looked at and stored before the row that names it. An earlier ruling stays readable with its own minutes.
    Raises Invalid with the reason of a refusal, Conflict once the batch is decided, NotAllowed.
    """
    require_secretariat(by)
    if not minutes_reference.strip():
        fault = Problem("/minutes_reference", "required", sentence("minutes-missing", {}))
        raise Invalid("minutes-missing", problems=[fault])
    name = clean_file_name(minutes.file_name)
    facts = _inspected(minutes.content, name, limits or PdfLimits())
    store_file(minutes.content)
    about = {"confirms_transition": confirms, "ruled_on": ruled_on, "minutes_reference": minutes_reference.strip()}
    return _write(batch, centre, about, name=name, facts=facts, by=by, at=at)


def _inspected(content: bytes, name: str, limits: PdfLimits) -> PdfFacts:
    if not content:
        fault = Problem("/minutes", "required", sentence("minutes-file-missing", {}))
        raise Invalid("minutes-file-missing", problems=[fault])
    if holds_national_number(name):
        raise Invalid(problems=[problem("/minutes", "national-number")])
    return inspected_pdf(content, pointer="/minutes", limits=limits)


@transaction.atomic
def _write(
    batch: Batch, centre: Centre, about: dict[str, object], *, name: str, facts: PdfFacts, by: User, at: datetime
) -> BureauRuling:
    batch = lock_batch(batch.pk, states=RECORDED_IN)
    BureauRuling.objects.filter(batch=batch, centre=centre, superseded_at=None).update(superseded_at=at)
    ruling = BureauRuling(batch=batch, centre=centre, recorded_by=by, recorded_at=at, **about)
    ruling.minutes_file_name, ruling.minutes_sha256 = name, facts.sha256
    ruling.minutes_size, ruling.minutes_pages = facts.size, facts.pages
    ruling.save(force_insert=True)
    told = {
        "confirms": ruling.confirms_transition,
        "minutes": {"file_name": name, "sha256": facts.sha256, "pages": facts.pages},
    }
    record_event(ruling, by=by, at=at, verb="record_bureau_ruling", after=told)
    return ruling
