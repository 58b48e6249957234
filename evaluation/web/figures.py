"""Which delivery of booked figures counts for a batch, and what another one would change."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.errors import Conflict, NotFound
from accounts.models import User
from accounts.policies import is_secretariat
from applications.enums import BatchState
from applications.models import Batch
from centres.enums import VintageKind
from centres.models import Vintage
from evaluation.board.lines import line_label, value_in_words
from evaluation.board.vintages import would_be
from evaluation.selectors.figures import FigureChange, booked_window
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
    chosen = chosen if chosen and chosen.pk != batch.vintage_id else None
    may_choose = is_secretariat(user) and batch.state in (BatchState.OPEN, BatchState.REVIEW)
    context = {
        "batch": batch,
        "problems": [{"message": problem}] if problem else [],
        "deliveries": Vintage.objects.filter(kind=VintageKind.ALLOGRAFTS).select_related("loaded_by"),
        "may_choose": may_choose,
        "may_upload": is_secretariat(user),
        "chosen": chosen,
        "newer": _newer(batch) if chosen is None else None,
        **(_would_change(batch, chosen, user) if chosen else {"changes": ()}),
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
    batch.refresh_from_db()
    if missing := booked_window(batch, vintage=delivery).missing:
        text = _("This delivery does not know %(years)s: what is booked of that counts as unknown.")
        messages.warning(request, text % {"years": ", ".join(map(str, missing))})
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


def _newer(batch: Batch) -> Vintage | None:
    """A delivery that came after the one that counts: it changes nothing until someone chooses it."""
    newest = Vintage.objects.filter(kind=VintageKind.ALLOGRAFTS).first()
    return newest if batch.vintage_id and newest and newest.pk != batch.vintage_id else None


def _would_change(batch: Batch, delivery: Vintage, user: User) -> dict[str, object]:
    found = would_be(batch, delivery, user=user)
    return {"window": found.window, "files": found.files, "changes": [_figure_in_words(each) for each in found.figures]}


def _figure_in_words(change: FigureChange) -> dict[str, object]:
    return {
        "centre": change.centre,
        "label": line_label(change.field, str(change.year)),
        "before": value_in_words(change.field, change.before.value) if change.before else "",
        "after": value_in_words(change.field, dict(change.after)) if change.after is not None else "",
    }
