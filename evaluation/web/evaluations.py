"""A stored evaluation shown again as it stood, and the list of those of one file."""

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.errors import NotFound
from accounts.models import User
from accounts.policies import is_holder, reads_all
from applications.models import Application
from evaluation.board.findings import screen_language
from evaluation.models import ApplicationAssessment
from evaluation.receipts import receipt_bytes
from evaluation.selectors.evaluations import Stored, history_of, history_of_application, readable_evaluation
from evaluation.trace.sources import trace_of_stored


@require_safe
def evaluation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything as it was kept on that day; nothing on it is read anew but which evaluation came before and after."""
    found = _readable(request, pk)
    history = history_of(found)
    tree = trace_of_stored(found, screen_language())
    context = {
        "evaluation": found,
        "tree": tree,
        "is_of_application": isinstance(found, ApplicationAssessment),
        "outcomes": [(name, tree.by_population[name]) for name in ("ADULT", "PAED") if name in tree.by_population],
        "history": history,
        "newer": history[0] if history[0].pk != found.pk else None,
        "facts": json.dumps(found.facts, indent=2, ensure_ascii=False, sort_keys=True),
        "opens_documents": isinstance(request.user, User) and reads_all(request.user),
    }
    return render(request, "evaluation/evaluation.html", context)


@require_safe
def receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The very bytes whose sha256 was recorded, to run again elsewhere."""
    found = _readable(request, pk)
    answer = HttpResponse(receipt_of(found), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="receipt-{found.pk}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every assessment of one file, newest first; asked by its page, or a page of its own."""
    user = request.user
    if not isinstance(user, User) or is_holder(user):
        raise NotFound
    application = Application.objects.readable_by(user).with_names().filter(pk=pk).first()
    if application is None:
        raise NotFound
    template = "parts/history.html" if request.headers.get("HX-Request") else "evaluations.html"
    context = {"application": application, "history": history_of_application(application)}
    return render(request, f"evaluation/{template}", context)


def receipt_of(found: Stored) -> bytes:
    return receipt_bytes(facts=found.facts, answered=found.answer)


def _readable(request: HttpRequest, pk: UUID) -> Stored:
    found = readable_evaluation(request.user, pk) if isinstance(request.user, User) else None
    if found is None:
        raise NotFound
    return found
