"""What the doors of filing do in one go, and what they leave to the background."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from applications.models import Application
from applications.services.submission import Submission, submit_application
from jobs.services import create_job, enqueue

TAKE_IN_STATEMENTS = "evaluation.take_in_statements"


@transaction.atomic
def submit_and_take_in(application: Application, *, by: User, at: datetime) -> Submission:
    """File an application and have its statements taken in as inputs, once, however often the button is pressed.

    Called by the filing pages and by the API. Raises as ``submit_application`` does.
    """
    submission = submit_application(application, by=by, at=at)
    subject = str(submission.application.pk)
    enqueue(create_job(kind=TAKE_IN_STATEMENTS, subject=subject, key=f"{TAKE_IN_STATEMENTS}:{subject}", at=at))
    return submission
