import uuid

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jobs.models import Job
from jobs.selectors import heartbeat_age, jobs_listed, queue_figures
from jobs.services import enqueue, retry_job
from jobs.states import RETRIABLE

PAGE_SIZE = 30
SILENT_AFTER_SECONDS = 60


@require_GET
@permission_required("jobs.view_job", raise_exception=True)
def job_list(request: HttpRequest) -> HttpResponse:
    """What runs in the background, how far it is and what went wrong; the table alone when it is polled."""
    state = request.GET.get("state", "")
    page = Paginator(jobs_listed(request.user, state=state), PAGE_SIZE).get_page(request.GET.get("page"))
    age = heartbeat_age()
    context = {
        "page": page,
        "state": state,
        "figures": queue_figures(),
        "worker_silent": age is None or age.total_seconds() > SILENT_AFTER_SECONDS,
        "retriable": RETRIABLE,
        "may_retry": request.user.has_perm("jobs.retry_job"),
    }
    polled = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == "jobs"
    return render(request, "jobs/table.html" if polled else "jobs/list.html", context)


@require_POST
@permission_required("jobs.retry_job", raise_exception=True)
def job_retry(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    queued = retry_job(job, by=request.user.get_username())
    if queued is None:
        messages.info(request, _("This job is not stopped any more; nothing was changed."))
    else:
        enqueue(queued)
        messages.success(request, _("The job waits for a worker again."))
    return redirect("jobs:list")
