"""The pack of a batch and the annexes of a file: ordered by the secretariat, fetched by those who judge."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.errors import Conflict, NotFound
from accounts.models import User
from accounts.policies import is_holder
from applications.models import Application
from evaluation.dossiers.model import Language
from evaluation.models import AnnexVolume, ApplicationAssessment, Pack
from evaluation.services.binding import order_pack, order_volume
from evaluation.web.access import clerk, find_batch
from jobs.enums import JobState
from jobs.files import open_file
from jobs.models import Job
from jobs.services import enqueue, retry_job

PDF: Final = "application/pdf"


def pack_language() -> Language:
    """French for who reads French, else Dutch: the front of a pack is in the language of its maker."""
    return "fr" if get_language() == "fr" else "nl"


@require_POST
def make_pack(request: HttpRequest, code: str) -> HttpResponse:
    """Orders the pack as the batch stands; one that failed is tried again."""
    user = clerk(request)
    batch = find_batch(code)
    try:
        with transaction.atomic():
            _start(order_pack(batch, language=pack_language(), at=clock.now()), request, by=user)
    except Conflict as error:
        messages.error(request, error.message)
    return redirect("evaluation:dossiers", code=code)


@require_POST
def make_volume(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Orders the annexes of one file bound; a binding that failed is tried again."""
    user = clerk(request)
    visible = Application.objects.visible_to(user).filter(batch=find_batch(code), number=number)
    standing = ApplicationAssessment.objects.filter(application__in=visible, superseded_by=None)
    assessment = standing.select_related("application").first()
    if assessment is None:
        raise NotFound
    with transaction.atomic():
        job = order_volume(assessment, at=clock.now())
        if job is None:
            messages.info(request, _("This file has no annexes."))
        else:
            _start(job, request, by=user)
    return redirect("evaluation:dossiers", code=code)


def _start(job: Job, request: HttpRequest, *, by: User) -> None:
    if job.has_stopped:
        job = retry_job(job, by=by.email) or job
    if job.state == JobState.DONE:
        messages.info(request, _("Nothing has changed since it was made."))
    else:
        enqueue(job)


@require_safe
def pack(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A pack goes to who may open every dossier in it."""
    user = request.user
    found = Pack.objects.readable_by(user).filter(pk=pk) if isinstance(user, User) else Pack.objects.none()
    row = found.select_related("batch").first()
    if row is None:
        raise NotFound
    return _file(row.sha256, f"{row.batch.code}-{row.language}.pdf")


@require_safe
def volume(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The annexes go to whoever may open the dossier they belong to."""
    user = request.user
    if not isinstance(user, User) or is_holder(user):
        raise NotFound
    readable = Application.objects.readable_by(user)
    row = AnnexVolume.objects.filter(pk=pk, application__in=readable).select_related("application__batch").first()
    if row is None:
        raise NotFound
    name = {"nl": "bijlagen", "fr": "annexes"}[row.language]
    return _file(row.sha256, f"{row.application.slug}-{name}.pdf")


def _file(sha256: str, name: str) -> FileResponse:
    response = FileResponse(open_file(sha256), as_attachment=True, filename=name, content_type=PDF)
    response["Cache-Control"] = "no-store"
    return response
