"""The audit trail as the auditor reads it."""

from datetime import date

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.errors import NotAllowed
from accounts.models import AuditEvent, User
from accounts.policies import may_read_audit

LINES = 50


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Every line, newest first; by word of verb or subject, by person, by day."""
    user = request.user
    if not isinstance(user, User) or not may_read_audit(user):
        raise NotAllowed
    query = request.GET.get("q", "").strip()
    on = _day(request.GET.get("on", ""))
    verb = request.GET.get("verb", "")
    rows = AuditEvent.objects.visible_to(user).select_related("by")
    if query:
        rows = rows.filter(_about(query))
    if verb:
        rows = rows.filter(verb=verb)
    if on:
        rows = rows.filter(at__date=on)
    verbs = AuditEvent.objects.visible_to(user).order_by("verb").values_list("verb", flat=True).distinct()
    page = Paginator(rows.order_by("-seq"), LINES).get_page(request.GET.get("page"))
    context = {"page": page, "query": query, "on": on, "verb": verb, "verbs": verbs}
    return render(request, "evaluation/audit.html", context)


def _about(query: str) -> Q:
    return (
        Q(subject_type__icontains=query)
        | Q(subject_id__iexact=query)
        | Q(by__name__icontains=query)
        | Q(by__email__icontains=query)
        | Q(reason__icontains=query)
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
