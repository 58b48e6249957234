"""End the intake, close the batch, follow the dossiers, fetch them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.errors import Conflict, Invalid, NotFound
from accounts.models import User
from accounts.policies import is_secretariat
from applications.enums import ApplicationState, BatchState
from applications.models import Application, Batch
from applications.services.batches import end_intake
from applications.states import may_move
from evaluation.board.open_matters import open_matters
from evaluation.board.packs import pack_progress
from evaluation.board.progress import Progress, dossier_progress
from evaluation.models import Dossier
from evaluation.pipeline import close_and_render
from evaluation.services.closing import RENDER, BlockingItem, blocking_items
from evaluation.web.access import clerk, find_batch, reader
from evaluation.web.packs import pack_language
from jobs.files import open_file
from jobs.models import Job
from jobs.services import enqueue, retry_job

HELD_UP = 286
"""The answer that tells htmx to stop asking: there is nothing left to wait for."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What blocks, with the page where it is put right; `href` empty when no page can."""

    message: str
    href: str


@require_http_methods(["GET", "HEAD", "POST"])
def end_batch_intake(request: HttpRequest, code: str) -> HttpResponse:
    """What will happen, then the one button; what forbids it is said before it is pressed."""
    user = clerk(request)
    batch = find_batch(code)
    problems: tuple[str, ...] = ()
    status = 200
    if request.method == "POST":
        try:
            end_intake(batch, by=user, at=clock.now())
        except (Conflict, Invalid) as error:
            problems, status = (error.message,), error.status
        else:
            messages.success(request, _("The intake has ended; the admissible files are in review."))
            return redirect("evaluation:board", code=code)
    waiting = Application.objects.visible_to(user).filter(batch=batch)
    context = {
        "batch": batch,
        "problems": [{"message": each} for each in problems],
        "may": may_move(batch, "end_intake", user) and clock.today() > batch.reference_on,
        "admissible": waiting.filter(state=ApplicationState.ADMISSIBLE).count(),
        "undecided": waiting.filter(state=ApplicationState.SUBMITTED).count(),
    }
    return render(request, "evaluation/end_intake.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, code: str) -> HttpResponse:
    """What blocks, each with the way to put it right; what will happen; one button."""
    user = clerk(request)
    batch = find_batch(code)
    problem, status = "", 200
    if request.method == "POST":
        try:
            close_and_render(batch, by=user, at=clock.now())
        except (Conflict, Invalid) as error:
            problem, status = error.message, error.status
        else:
            messages.success(request, _("The batch is closed. The dossiers are being made."))
            return redirect("evaluation:dossiers", code=code)
    files = Application.objects.visible_to(user).filter(batch=batch, state=ApplicationState.IN_REVIEW)
    context = {
        "batch": batch,
        "problems": [{"message": problem}] if problem else [],
        "repairs": repairs(batch, blocking_items(batch), user) if batch.state == BatchState.REVIEW else (),
        "open_matters": open_matters(batch) if batch.state == BatchState.REVIEW else (),
        "may": may_move(batch, "close", user),
        "files": files.count(),
        "sites": files.order_by().values("centre").distinct().count(),
    }
    return render(request, "evaluation/close.html", context, status=status)


def repairs(batch: Batch, items: Sequence[BlockingItem], user: User) -> tuple[Repair, ...]:
    """Each blocking item with the address of the page where a clerk settles it."""
    visible = Application.objects.visible_to(user).filter(batch=batch).with_names()
    files = {row.reference: row for row in visible}
    return tuple(Repair(item.message, _repair_address(batch, item, files)) for item in items)


def _repair_address(batch: Batch, item: BlockingItem, files: dict[str, Application]) -> str:
    if item.code == "statements-waiting":
        return reverse("jobs:list")
    if item.where in files:
        return reverse("evaluation:admissibility", args=[batch.code, files[item.where].number])
    if item.difference:
        return reverse("evaluation:resolve", args=[batch.code, item.where, item.difference])
    if item.where.isdecimal():
        criterion = "#C1c" if item.code == "apheresis-site-unconfirmed" else ""
        return reverse("evaluation:site", args=[batch.code, item.where]) + criterion
    return reverse("evaluation:figures", args=[batch.code]) if item.code == "vintage-unset" else ""


@require_safe
def dossiers(request: HttpRequest, code: str) -> HttpResponse:
    """How far the dossiers are, and where to fetch them; asked again every two seconds while one is missing."""
    user = reader(request)
    batch = find_batch(code)
    progress: Progress = dossier_progress(batch, user=user)
    packed = pack_progress(batch, pack_language(), user=user)
    is_over = progress.is_over and not packed.is_at_work
    context = {
        "batch": batch,
        "progress": progress,
        "packed": packed,
        "is_over": is_over,
        "may_change": is_secretariat(user),
    }
    if request.headers.get("HX-Request"):
        status = HELD_UP if is_over else 200
        return render(request, "evaluation/parts/progress.html", context, status=status)
    return render(request, "evaluation/dossiers.html", context)


@require_POST
def retry(request: HttpRequest, code: str, job_id: UUID) -> HttpResponse:
    """Orders a dossier again whose making failed."""
    user = clerk(request)
    batch = find_batch(code)
    job = Job.objects.filter(pk=job_id, kind=RENDER).first()
    lines = dossier_progress(batch, user=user).lines
    if job is None or job.pk not in {line.job.pk for line in lines if line.job}:
        raise NotFound
    with transaction.atomic():
        queued = retry_job(job, by=user.email)
        if queued is not None:
            enqueue(queued)
    if queued is None:
        messages.info(request, _("It is being made already."))
    return redirect("evaluation:dossiers", code=code)


@require_safe
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A dossier goes to those who judge its application, as an attachment that stays in no cache."""
    user = request.user
    found = Dossier.objects.readable_by(user) if isinstance(user, User) else Dossier.objects.none()
    dossier = found.filter(pk=pk).select_related("application__batch").first()
    if dossier is None:
        raise NotFound
    name = f"{dossier.application.slug}-v{dossier.number}.pdf"
    response = FileResponse(
        open_file(dossier.sha256), as_attachment=True, filename=name, content_type="application/pdf"
    )
    response["Cache-Control"] = "no-store"
    return response
