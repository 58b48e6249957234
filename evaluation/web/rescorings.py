"""What other rules would have given: the list of what was asked, the form, the answer. A simulation throughout."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.charts import Bar, BarChart, ReferenceLine, Series
from accounts.errors import Conflict, Invalid, NotFound
from accounts.formats import with_colon
from accounts.models import User
from accounts.policies import is_secretariat
from evaluation.board.findings import screen_language
from evaluation.enums import RescoringKind
from evaluation.models import RescoredFile, Rescoring
from evaluation.policies import may_request_rescoring
from evaluation.register import question_in_words, refusal_in_words
from evaluation.selectors.rescorings import flipped_ballots, rescorings_listed, rows_of
from evaluation.services.rescoring import question_of, request_rescoring
from evaluation.web.access import clerk, reader
from evaluation.web.forms_rescoring import FORMS, ScopeForm
from jobs.enums import JobState
from jobs.services import enqueue

HELD_UP = 286
"""The answer that tells htmx to stop asking: there is nothing left to wait for."""
PAGE = 50
MOST_BARS = 12
WAITING = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was asked, in words."""

    rescoring: Rescoring
    question: str

    @property
    def is_waiting(self) -> bool:
        return self.rescoring.finished_at is None and self.rescoring.job.state in WAITING

    @property
    def has_failed(self) -> bool:
        return self.rescoring.finished_at is None and not self.is_waiting


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file that differs, or that cannot be judged on the other side."""

    row: RescoredFile
    changes: tuple[tuple[str, str, str], ...]
    refused: tuple[str, ...]


@require_safe
def rescorings(request: HttpRequest) -> HttpResponse:
    """What was asked, newest first."""
    user = reader(request)
    page = Paginator(rescorings_listed(user), PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": [_line(each) for each in page.object_list],
        "page": page,
        "may_ask": may_request_rescoring(user),
    }
    return render(request, "evaluation/rescorings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """One kind of question at a time; what is worked out is shown on its own page."""
    user = clerk(request)
    kind = request.GET.get("kind", "")
    kind = kind if kind in FORMS else RescoringKind.MINIMUM.value
    form = FORMS[kind](request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return redirect("evaluation:rescoring", pk=_order(form, user).pk)
            except (Conflict, Invalid) as error:
                said = [str(each.message) for each in getattr(error, "problems", ())]
                form.add_error(None, " ".join(said) or error.message)
                status = error.status
    context = {"form": form, "chips": _chips(kind), "kind": kind, "kind_word": RescoringKind(kind).label}
    return render(request, "evaluation/rescoring_form.html", context, status=status)


def _order(form: ScopeForm, user: User) -> Rescoring:
    with transaction.atomic():
        rescoring, job = request_rescoring(
            form.question(),
            batch=form.cleaned_data["batch"],
            with_superseded=form.cleaned_data["with_superseded"],
            by=user,
            at=clock.now(),
        )
        if job is not None:
            enqueue(job)
    return rescoring


def _chips(kind: str) -> list[dict[str, object]]:
    address = reverse("evaluation:ask-rescoring")
    return [
        {"label": str(RescoringKind(each).label).capitalize(), "href": f"{address}?kind={each}", "active": each == kind}
        for each in FORMS
    ]


@require_safe
def rescoring(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The answer: how many end otherwise, which, and for a row of minima how many sites pass each."""
    user = reader(request)
    found = rescorings_listed(user).filter(pk=pk).first()
    if found is None:
        raise NotFound
    line = _line(found)
    if request.headers.get("HX-Request"):
        status = 200 if line.is_waiting else HELD_UP
        return render(request, "evaluation/parts/rescoring.html", _answer(request, line), status=status)
    context = {**_answer(request, line), "may_ask": is_secretariat(user)}
    return render(request, "evaluation/rescoring.html", context)


def _line(each: Rescoring) -> Line:
    return Line(each, question_in_words(question_of(each), screen_language()))


def _answer(request: HttpRequest, line: Line) -> dict[str, object]:
    found = line.rescoring
    if found.finished_at is None:
        return {"line": line, "rescoring": found}
    page = Paginator(rows_of(found), PAGE).get_page(request.GET.get("page"))
    return {
        "line": line,
        "rescoring": found,
        "items": _numbers(found),
        "charts": _charts(found),
        "page": page,
        "rows": [_file_line(row) for row in page.object_list],
        "ballots": flipped_ballots(found),
        "is_sweep": bool(found.values),
    }


def _numbers(found: Rescoring) -> list[dict[str, object]]:
    counts = found.counts
    return [
        {"label": _("judged again"), "value": counts["judged"]},
        {"label": _("with another outcome"), "value": counts["outcome_changed"]},
        {"label": _("cannot be judged"), "value": counts["refused"]},
    ]


def _charts(found: Rescoring) -> list[BarChart]:
    """How many sites pass each value that was tried, a dozen bars at a time on one scale."""
    by_value = found.counts.get("by_value", {})
    values = [each for each in found.values if str(each) in by_value]
    if len(values) < 2:
        return []
    asked = max(each["sites"] for each in by_value.values())
    level = ReferenceLine(ngettext("%(n)d site asked", "%(n)d sites asked", asked) % {"n": asked}, asked)
    width = ceil(len(values) / ceil(len(values) / MOST_BARS))
    some = [values[start : start + width] for start in range(0, len(values), width)]
    return [_chart(found.criterion, {each: by_value[str(each)]["pass"] for each in part}, level) for part in some]


def _chart(criterion: str, passing: Mapping[int, int], level: ReferenceLine) -> BarChart:
    told = ", ".join(f"{with_colon(value)} {sites}" for value, sites in passing.items())
    return BarChart(
        title=_("Sites that meet %(criterion)s, per minimum: %(numbers)s") % {"criterion": criterion, "numbers": told},
        series=(Series(_("sites that meet it"), tuple(Bar(str(value), sites) for value, sites in passing.items())),),
        reference=level,
        label_heading=_("Minimum"),
    )


def _file_line(row: RescoredFile) -> FileLine:
    language = screen_language()
    changes: Sequence[tuple[str, str, str]] = [(name, was, then) for name, (was, then) in row.changes.items()]
    return FileLine(row, tuple(changes), tuple(refusal_in_words(each, language) for each in row.refused))
