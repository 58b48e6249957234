"""The list of half-yearly rounds."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from applications.models import Batch
from evaluation.board.rows import NOT_WEIGHED
from evaluation.web.access import reader


@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """Every round, newest first, with how many files it holds and how many dossiers are there."""
    reader(request)
    weighed = ~Q(applications__state__in=NOT_WEIGHED)
    rows = Batch.objects.annotate(
        files=Count("applications", filter=weighed & Q(applications__isnull=False), distinct=True),
        sites=Count("applications__centre", filter=weighed, distinct=True),
        rendered=Count("applications__dossiers__application", distinct=True),
    )
    return render(request, "evaluation/batches.html", {"batches": rows.order_by("-year", "-half")})
