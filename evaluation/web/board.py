"""The batch board: matrix, search, filters, the panel beside it and the same as CSV."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.downloads import csv_response
from accounts.errors import NotFound
from accounts.policies import is_secretariat
from applications.enums import ApplicationState, BatchState
from applications.models import Batch
from applications.states import may_move
from evaluation.board.cells import Cell
from evaluation.board.rows import OPEN_VERDICTS, TRANSITION_VERDICTS, Board, Row, SiteGroup, board_rows
from evaluation.board.site import file_finding
from evaluation.rules.enums import Verdict
from evaluation.web.access import find_batch, reader
from evaluation.words import CAPACITY, COLUMNS

FILTERS: dict[str, tuple[str | Promise, Callable[[Row], bool]]] = {
    "": (_("All"), lambda row: True),
    "verify": (_("To verify"), lambda row: not row.verdicts.isdisjoint(OPEN_VERDICTS)),
    "transition": (_("Transition"), lambda row: not row.verdicts.isdisjoint(TRANSITION_VERDICTS)),
    "not-met": (_("Not met"), lambda row: Verdict.NOT_MET in row.verdicts),
    "mine": (_("For me"), lambda row: row.waits_for > 0),
}

IN_HAND = (BatchState.OPEN, BatchState.REVIEW)
TELLING_STATES = (ApplicationState.SUBMITTED, ApplicationState.AT_VOTE, ApplicationState.PROPOSED)
"""What says more about a file than the state of its batch does."""


@dataclass(frozen=True, slots=True)
class Chip:
    label: str | Promise
    count: int
    href: str
    active: bool


@require_safe
def board(request: HttpRequest, code: str) -> HttpResponse:
    """Applications against all criteria; with `file` and `finding` in the address the reason stands beside."""
    user = reader(request)
    batch = find_batch(code)
    found = board_rows(batch, for_user=user)
    query, chosen = request.GET.get("q", "").strip(), request.GET.get("filter", "")
    searched = [row for row in found.rows if _matches(row, query)]
    shown = {row.application.pk for row in searched if FILTERS.get(chosen, FILTERS[""])[1](row)}
    context = {
        "batch": batch,
        "board": found,
        "groups": _only(found.groups, shown),
        "columns": [(column, COLUMNS.get(column.criterion, "")) for column in found.columns],
        "width": len(found.columns) + 3,
        "chips": _chips(searched, query, chosen),
        "query": query,
        "chosen": chosen,
        "key_numbers": _key_numbers(found),
        "next_act": _next_act(batch, request),
        "capacity_words": CAPACITY,
        "may_change": is_secretariat(user) and batch.state in IN_HAND,
        "may_record_bureau": is_secretariat(user) and batch.state in (BatchState.CLOSED, BatchState.SEALED),
        "may_ask": is_secretariat(user) and batch.state != BatchState.DECIDED,
        "kept": _kept(query, chosen),
        "in_hand": batch.state in IN_HAND,
        "telling_states": TELLING_STATES,
        **_panel(request, batch),
    }
    return render(request, "evaluation/board.html", context)


@require_safe
def finding(request: HttpRequest, code: str, number: int, criterion: str) -> HttpResponse:
    """The panel alone, for htmx; whoever opens the address itself gets the board with the panel beside it."""
    user = reader(request)
    batch = find_batch(code)
    application, view = file_finding(batch, number, criterion, user=user)
    context = {
        "batch": batch,
        "application": application,
        "finding": view,
        "next": _address(code, number, criterion),
        "may_change": is_secretariat(user) and batch.state in IN_HAND,
        "may_record_bureau": is_secretariat(user) and batch.state in (BatchState.CLOSED, BatchState.SEALED),
        "may_ask": is_secretariat(user) and batch.state != BatchState.DECIDED,
    }
    return render(request, "evaluation/parts/panel.html", context)


@require_safe
def board_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The matrix as a file: one line per application, one column per criterion, codes instead of words."""
    user = reader(request)
    found = board_rows(find_batch(code), for_user=user)
    names = [column.criterion for column in found.columns]
    header = ["reference", "site_number", "site", "holder", "product", "populations", *names, "outcome"]
    return csv_response([header, *map(_csv_row, found.rows)], file_name=f"{code}.csv")


def _csv_row(row: Row) -> list[str]:
    application = row.application
    about = [
        application.reference,
        application.centre.site_number,
        str(application.centre),
        application.holder.name,
        application.product.name,
        " ".join(application.populations),
    ]
    return [*about, *(_csv_cell(cell) for cell in row.reckoning.cells), row.reckoning.outcome]


def _csv_cell(cell: Cell) -> str:
    margin = "" if cell.margin is None else f" {cell.margin:+d}"
    return f"{cell.verdict}{margin}{' ' + cell.capacity if cell.capacity else ''}"


def _matches(row: Row, query: str) -> bool:
    application = row.application
    words = (
        application.reference,
        str(application.centre),
        application.centre.site_number,
        application.product.name,
        application.holder.name,
    )
    return query.casefold() in " ".join(words).casefold()


def _only(groups: tuple[SiteGroup, ...], shown: set[UUID]) -> list[SiteGroup]:
    kept = [replace(group, rows=tuple(row for row in group.rows if row.application.pk in shown)) for group in groups]
    return [group for group in kept if group.rows]


def _chips(rows: list[Row], query: str, chosen: str) -> list[Chip]:
    return [
        Chip(label, sum(map(holds, rows)), f"?{_kept(query, name)}", name == chosen)
        for name, (label, holds) in FILTERS.items()
    ]


def _kept(query: str, chosen: str) -> str:
    return urlencode({name: value for name, value in (("q", query), ("filter", chosen)) if value})


def _key_numbers(found: Board) -> list[dict[str, object]]:
    assessed = sum(row.is_assessed for row in found.rows)
    open_inputs = [{"label": _("to confirm"), "value": found.unconfirmed}] if found.batch.state in IN_HAND else []
    return [
        {"label": _("applications"), "value": len(found.rows)},
        {"label": _("sites"), "value": len(found.groups)},
        {"label": _("assessed"), "value": f"{assessed} / {len(found.rows)}"},
        *open_inputs,
        {"label": _("contradictions"), "value": found.contradictions, "tone": "not-met" * bool(found.contradictions)},
    ]


def _next_act(batch: Batch, request: HttpRequest) -> dict[str, object] | None:
    """The one thing to do next with the batch as a whole."""
    user = reader(request)
    if may_move(batch, "end_intake", user) and clock.today() > batch.reference_on:
        return {"label": _("End the intake…"), "href": reverse("evaluation:end-intake", args=[batch.code])}
    if may_move(batch, "close", user):
        return {"label": _("Close the batch…"), "href": reverse("evaluation:close-batch", args=[batch.code])}
    if batch.state == BatchState.CLOSED:
        return {"label": _("Follow the dossiers"), "href": reverse("evaluation:dossiers", args=[batch.code])}
    return None


def _panel(request: HttpRequest, batch: Batch) -> dict[str, object]:
    """What the address asks to see beside the matrix; an address that names nothing visible shows no panel."""
    number, criterion = request.GET.get("file", ""), request.GET.get("finding", "")
    if not number.isdecimal() or not criterion:
        return {"finding": None}
    try:
        application, view = file_finding(batch, int(number), criterion, user=reader(request))
    except NotFound:
        return {"finding": None}
    return {"application": application, "finding": view, "next": _address(batch.code, int(number), criterion)}


def _address(code: str, number: int, criterion: str) -> str:
    """The board with this reason beside it."""
    chosen = urlencode({"file": str(number), "finding": criterion})
    return f"{reverse('evaluation:board', args=[code])}?{chosen}"
