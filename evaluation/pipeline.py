"""The way of a file in code: what a door calls when a step leaves work to the background."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from applications.models import Application, Batch
from applications.services.submission import Submission, submit_application
from evaluation.models import ApplicationAssessment
from evaluation.services.closing import TAKE_IN, close_batch, order_dossier, seal_if_complete
from evaluation.services.rescoring import order_register
from jobs.services import create_job, enqueue


@transaction.atomic
def submit_and_take_in(application: Application, *, by: User, at: datetime) -> Submission:
    """Submission and the order to take in its statements stand or fall together."""
    submission = submit_application(application, by=by, at=at)
    enqueue(
        create_job(
            kind=TAKE_IN,
            subject=submission.application.reference,
            params={"application": str(application.pk)},
            key=f"take-in:{application.pk}",
            at=at,
        )
    )
    return submission


@transaction.atomic
def close_and_render(batch: Batch, *, by: User, at: datetime) -> Batch:
    """The batch closes and one render per application is sent out once that is committed; without any it is sealed."""
    batch, jobs = close_batch(batch, by=by, at=at)
    for job in jobs:
        enqueue(job)
    enqueue(order_register(at=at))
    if not jobs:
        seal_if_complete(batch.pk, at=at)
        batch.refresh_from_db()
    return batch


@transaction.atomic
def render_again(assessment: ApplicationAssessment, *, at: datetime) -> None:
    """A new assessment, after the re-check on the day of the vote, gets the next version of its dossier."""
    enqueue(order_dossier(assessment, at=at))


@transaction.atomic
def order_register_anew(*, at: datetime) -> None:
    """The register of readings follows what was judged, voted and decided; nothing waits for it."""
    enqueue(order_register(at=at))
