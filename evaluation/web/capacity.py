"""C7: what the secretariat proposes on capacity, beside the realised treatments; the committee finds."""

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.errors import Conflict, DeskError, Invalid, NotFound
from accounts.models import User
from accounts.policies import is_secretariat
from applications.enums import BatchState
from applications.models import Application, Batch
from centres.selectors import realised_treatments
from evaluation.board.capacity import capacity_charts, forecast_rows, table_rows, totals
from evaluation.board.findings import law_of, screen_language
from evaluation.board.rows import NOT_WEIGHED
from evaluation.law import criteria_on
from evaluation.models import CapacityAssessment
from evaluation.rules.explain import criterion_name
from evaluation.services.judgements import assess_capacity, capacity_sha256, countersign_capacity, standing_capacity
from evaluation.web.access import clerk, find_batch, reader
from evaluation.web.forms import CapacityForm
from evaluation.web.grounds import remind_of_excluded_grounds

CAPACITY = "C7"


@require_http_methods(["GET", "HEAD", "POST"])
def capacity(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Table and chart of what was given, the holder's forecast, and the secretariat's proposal with its reason."""
    user = reader(request)
    batch = find_batch(code)
    application = _find(batch, number, user)
    standing = standing_capacity([application.pk]).get(application.pk)
    if request.method != "POST":
        seen = {"seen": standing.pk if standing else ""}
        return _page(request, batch, application, CapacityForm(initial=seen), 200)
    clerk(request)
    form = CapacityForm(request.POST)
    if not form.is_valid():
        return _page(request, batch, application, form, 422)
    try:
        form.require_seen(standing)
        assess_capacity(application, **form.cleaned_data, by=user, at=clock.now())
    except (Conflict, Invalid) as error:
        form.add_error(None, error.message)
        return _page(request, batch, application, form, error.status)
    except IntegrityError:
        form.add_error(None, _("Someone changed this meanwhile. Go back and look again."))
        return _page(request, batch, application, form, 409)
    messages.success(request, _("Recorded. Another person countersigns it."))
    remind_of_excluded_grounds(request, form.cleaned_data, on=batch.reference_on, criterion=CAPACITY)
    return redirect("evaluation:capacity", code=code, number=number)


@require_POST
def countersign(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Signs what the person saw: an assessment that another has replaced meanwhile is not signed."""
    user = clerk(request)
    application = _find(find_batch(code), number, user)
    standing = standing_capacity([application.pk]).get(application.pk)
    if standing is None or str(standing.pk) != request.POST.get("assessment"):
        messages.warning(request, _("Someone changed this meanwhile; this is how it stands now."))
        return redirect("evaluation:capacity", code=code, number=number)
    try:
        countersign_capacity(standing, by=user, at=clock.now())
    except DeskError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Countersigned."))
    return redirect("evaluation:capacity", code=code, number=number)


def _find(batch: Batch, number: int, user: User) -> Application:
    visible = Application.objects.visible_to(user).filter(batch=batch, number=number)
    found = visible.exclude(state__in=NOT_WEIGHED).with_names().first()
    if found is None:
        raise NotFound
    return found


def _page(
    request: HttpRequest, batch: Batch, application: Application, form: CapacityForm, status: int
) -> HttpResponse:
    user = reader(request)
    table = realised_treatments()
    standing = standing_capacity([application.pk]).get(application.pk)
    earlier = CapacityAssessment.objects.filter(application=application, superseded_at__isnull=False)
    context = {
        "batch": batch,
        "application": application,
        "form": form,
        "table": table,
        "charts": capacity_charts(table),
        "rows": table_rows(table),
        "totals": totals(table),
        "forecast": forecast_rows(application),
        "standing": standing,
        "is_stale": standing is not None and standing.inputs_sha256 != capacity_sha256(application, table),
        "earlier": earlier.select_related("by", "countersigned_by").order_by("-at"),
        "name": criterion_name(CAPACITY, screen_language()),
        "law": law_of(criteria_on(batch.reference_on).criterion(CAPACITY), screen_language()),
        "may_change": is_secretariat(user) and batch.state in (BatchState.OPEN, BatchState.REVIEW),
        "back": reverse("evaluation:site", args=[batch.code, application.centre.site_number]) + "#C7",
    }
    return render(request, "evaluation/capacity.html", context, status=status)
