"""A batch closes when nothing blocks it: inputs frozen, every site evaluated once, every application assessed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models, transaction
from django.db.models import Exists, OuterRef

from accounts.errors import Invalid, Problem, sentence
from accounts.models import User
from accounts.services.audit import record_event
from applications.enums import ApplicationState, BatchState
from applications.models import Application, Batch
from applications.states import move_to_next, require_transition
from centres.enums import Population
from centres.models import Centre
from evaluation.differences import contradictions
from evaluation.dossiers.version import TEMPLATE_VERSION
from evaluation.enums import DifferenceKind, InputField
from evaluation.facts import SiteRecord, gather_facts, site_records
from evaluation.models import ApplicationAssessment, Dossier
from evaluation.rules.sites import has_establishment_shape, printed
from evaluation.services.evaluations import assess_record, evaluate_record, populations_asked
from evaluation.services.verifying import draw_code
from jobs.enums import JobState
from jobs.models import Job
from jobs.services import create_job

RENDER = "evaluation.render_dossier"
TAKE_IN = "evaluation.take_in_statements"
OF_KIND = {
    DifferenceKind.STATEMENTS: "contradiction-open",
    DifferenceKind.NO_CERTIFICATE: "certificate-denied",
    DifferenceKind.REGISTER: "certificate-unlike-register",
}


@dataclass(frozen=True, slots=True)
class BlockingItem:
    """What must be settled before the batch can close; ``where`` is the site number or the reference to go to.

    ``difference`` is the hash of the sources where they do not agree.
    """

    code: str
    where: str
    detail: str = ""
    difference: str = ""

    @property
    def message(self) -> str:
        where = printed(self.where) if has_establishment_shape(self.where) else self.where
        return sentence(self.code, {"where": where, "detail": self._fact()})

    def _fact(self) -> str:
        """The word of the field whose code starts the detail."""
        name, _, key = self.detail.partition(" ")
        return f"{InputField(name).label} {key}".strip() if name in InputField.values else self.detail


def blocking_items(batch: Batch) -> tuple[BlockingItem, ...]:
    """Undecided admissibility, no vintage, files not taken in; per site what is contradicted, unconfirmed or unfit."""
    items = [
        BlockingItem("admissibility-undecided", application.reference)
        for application in batch.applications.filter(
            state__in=(ApplicationState.SUBMITTED, ApplicationState.ADMISSIBLE)
        )
        .select_related("batch")
        .order_by("number")
    ]
    if batch.vintage_id is None:
        items.append(BlockingItem("vintage-unset", batch.code))
    items += [BlockingItem("statements-waiting", reference) for reference in _not_taken_in(batch)]
    in_review = list(centres_in_review(batch))
    for record in site_records(batch, in_review).values():
        items += _blocking_of(record)
    return tuple(items)


def _not_taken_in(batch: Batch) -> list[str]:
    """Files whose statements the worker has still to take in: closing now would lose them."""
    files = batch.applications.filter(state=ApplicationState.IN_REVIEW).select_related("batch")
    waiting = Job.objects.filter(kind=TAKE_IN, subject__in=[each.reference for each in files])
    return sorted(waiting.exclude(state=JobState.DONE).values_list("subject", flat=True))


def centres_in_review(batch: Batch) -> list[Centre]:
    reviewed = (ApplicationState.IN_REVIEW, ApplicationState.READY, ApplicationState.AT_VOTE)
    asked = batch.applications.filter(state__in=reviewed, centre=OuterRef("pk"))
    return list(Centre.objects.filter(Exists(asked)).select_related("hospital"))


def _blocking_of(record: SiteRecord) -> list[BlockingItem]:
    site = record.centre.site_number
    items = [
        BlockingItem(OF_KIND[row.kind], site, f"{row.field} {row.key}".strip(), row.sha256)
        for row in contradictions(record)
    ]
    if record.confirmed(InputField.APHERESIS_SITE) is None:
        items.append(BlockingItem("apheresis-site-unconfirmed", site))
    try:
        gather_facts(record, populations=list(Population), vote_on=record.batch.vote_on)
    except Invalid as faulty:
        items += [BlockingItem("inputs-do-not-fit", site, f"{row.pointer}: {row.message}") for row in faulty.problems]
    return items


@transaction.atomic
def close_batch(batch: Batch, *, by: User, at: datetime) -> tuple[Batch, tuple[Job, ...]]:
    """Inputs are frozen, each site is evaluated once, each application assessed and its dossier ordered.

    Raises Invalid with everything that still blocks; called by the door behind *close batch* through the pipeline.
    """
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    require_transition(batch, "close", by=by)
    if blocking := blocking_items(batch):
        problems = [Problem(f"/{item.where}", item.code, item.message) for item in blocking]
        raise Invalid("batch-blocked", problems=problems)
    applications = list(
        Application.objects.select_for_update(of=("self",))
        .with_names()
        .filter(batch=batch, state=ApplicationState.IN_REVIEW)
        .order_by("number")
    )
    jobs = _evaluate_all(batch, applications, by=by, at=at)
    move_to_next(batch, "close", by=by, at=at)
    Batch.objects.filter(pk=batch.pk).update(closed_at=at, closed_by=by)
    batch.refresh_from_db()
    return batch, jobs


def _evaluate_all(batch: Batch, applications: list[Application], *, by: User, at: datetime) -> tuple[Job, ...]:
    centres = {application.centre_id: application.centre for application in applications}
    records, evaluations = site_records(batch, centres.values()), {}
    for centre_id, record in records.items():
        asked = populations_asked(batch, record.centre)
        evaluations[centre_id] = evaluate_record(record, asked, stage="REVIEW", by=by, at=at, vote_on=batch.vote_on)
    jobs = []
    for application in applications:
        site = application.centre_id
        assessment = assess_record(
            application, records[site], evaluations[site], stage="REVIEW", by=by, at=at, vote_on=batch.vote_on
        )
        move_to_next(application, "close", by=by, at=at)
        jobs.append(order_dossier(assessment, at=at))
    return tuple(jobs)


@transaction.atomic
def order_dossier(assessment: ApplicationAssessment, *, at: datetime) -> Job:
    """One render per assessment, template version and language, however often it is ordered; its code comes with it."""
    language = assessment.application.language
    draw_code(assessment, at=at)
    return create_job(
        kind=RENDER,
        subject=assessment.application.reference,
        params={"assessment": str(assessment.pk)},
        key=f"dossier:{assessment.pk}:{TEMPLATE_VERSION}:{language}",
        at=at,
    )


class VersionTaken(Exception):  # noqa: N818  # named for what happened
    """Two dossiers of one application were made at the same time; the later one is made once more."""

    code = "version-taken"


@transaction.atomic
def record_dossier(
    assessment: ApplicationAssessment, *, sha256: str, size: int, pages: int, at: datetime, printed: int | None = None
) -> Dossier:
    """The row follows the stored file; a second delivery of the same render finds the first row.

    Whichever render ends last seals the batch. `printed` is the version that the file bears; raises VersionTaken when
    another dossier of the application got it meanwhile.
    """
    application = Application.objects.select_for_update().get(pk=assessment.application_id)
    about = {
        "assessment": assessment,
        "template_version": TEMPLATE_VERSION,
        "language": application.language,
    }
    dossier = Dossier.objects.filter(**about).first()
    if dossier is None:
        number = Dossier.objects.filter(application=application).count() + 1
        if printed not in (None, number):
            raise VersionTaken(f"the file says version {printed}, the next is {number}")
        dossier = Dossier.objects.create(
            **about, application=application, number=number, sha256=sha256, size=size, pages=pages, rendered_at=at
        )
        record_event(dossier, by=None, at=at, verb="render_dossier", after={"sha256": sha256, "pages": pages})
    return dossier


@transaction.atomic
def seal_if_complete(batch_id: UUID, *, at: datetime) -> bool:
    """A closed batch is sealed once every application in it has the dossier of its standing assessment."""
    batch = Batch.objects.select_for_update().get(pk=batch_id)
    if batch.state != BatchState.CLOSED or missing_dossiers(batch).exists():
        return False
    move_to_next(batch, "seal", by=None, at=at)
    Batch.objects.filter(pk=batch.pk).update(sealed_at=at)
    return True


def missing_dossiers(batch: Batch) -> models.QuerySet[ApplicationAssessment]:
    """The standing assessments of the batch that have no dossier yet."""
    rendered = Dossier.objects.filter(assessment=OuterRef("pk"), template_version=TEMPLATE_VERSION)
    return ApplicationAssessment.objects.filter(
        ~Exists(rendered), application__batch=batch, application__state=ApplicationState.READY, superseded_by=None
    )
