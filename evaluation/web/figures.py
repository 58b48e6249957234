"""Which delivery of booked figures counts for a batch, and what another one would change."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.errors import Conflict, NotFound
from accounts.policies import is_secretariat
from applications.enums import BatchState
from applications.models import Batch
from centres.enums import VintageKind
from centres.models import Vintage
from evaluation.board.lines import line_label, value_in_words
from evaluation.selectors.figures import centres_of, figure_changes
from evaluation.services.intake import take_in_figures
from evaluation.web.access import clerk, find_batch, reader


@require_http_methods(["GET", "HEAD", "POST"])
def figures(request: HttpRequest, code: str) -> HttpResponse:
    """The delivery that counts, the others, and with `delivery` in the address what choosing it would change."""
    user = clerk(request) if request.method == "POST" else reader(request)
    batch = find_batch(code)
    problem, status = "", 200
    if request.method == "POST":
        try:
            return _choose(request, batch)
        except Conflict as error:
            problem, status = error.message, error.status
            batch = find_batch(code)
    chosen = _delivery(request.POST.get("delivery") or request.GET.get("delivery"))
    may_choose = is_secretariat(user) and batch.state in (BatchState.OPEN, BatchState.REVIEW)
    context = {
        "batch": batch,
        "problems": [{"message": problem}] if problem else [],
        "deliveries": Vintage.objects.filter(kind=VintageKind.ALLOGRAFTS).select_related("loaded_by"),
        "may_choose": may_choose,
        "may_upload": is_secretariat(user),
        "chosen": chosen if may_choose and chosen and chosen.pk != batch.vintage_id else None,
        "changes": _changes(batch, chosen) if chosen and may_choose else (),
    }
    return render(request, "evaluation/figures.html", context, status=status)


def _choose(request: HttpRequest, batch: Batch) -> HttpResponse:
    """Raises Conflict when another delivery counts than the one that was on the page."""
    user = clerk(request)
    delivery = _delivery(request.POST.get("delivery"))
    if delivery is None:
        raise NotFound
    if request.POST.get("seen", "") != str(batch.vintage_id or ""):
        raise Conflict("vintage-changed")
    changed = take_in_figures(batch, vintage=delivery, by=user, at=clock.now())
    said = ngettext(
        "This delivery counts now; %(n)d figure changed.", "This delivery counts now; %(n)d figures changed.", changed
    )
    messages.success(request, said % {"n": changed})
    return redirect("evaluation:figures", code=batch.code)


def _delivery(text: str | None) -> Vintage | None:
    """Raises NotFound for an address that names no delivery of booked figures."""
    if not text:
        return None
    try:
        found = Vintage.objects.filter(kind=VintageKind.ALLOGRAFTS, pk=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound
    return found


def _changes(batch: Batch, delivery: Vintage) -> list[dict[str, object]]:
    changes = figure_changes(batch, vintage=delivery, centres=centres_of(batch))
    return [
        {
            "centre": change.centre,
            "label": line_label(change.field, str(change.year)),
            "before": value_in_words(change.field, change.before.value) if change.before else "",
            "after": value_in_words(change.field, dict(change.after)) if change.after is not None else "",
        }
        for change in changes
    ]
