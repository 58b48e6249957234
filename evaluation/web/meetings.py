"""Sittings: the list, one with its agenda, who is there, who is barred."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.errors import Conflict, Invalid, NotFound
from accounts.models import User
from applications.enums import BatchState
from applications.models import Batch
from centres.models import CommitteeMandate
from evaluation.board.agenda import agenda, presence_at
from evaluation.board.packs import newest_pack
from evaluation.enums import BallotState
from evaluation.models import Attendance, Meeting, Recusal
from evaluation.policies import may_lead_sitting, may_record_decision
from evaluation.services.meetings import convene_meeting, record_arrival, record_departure, record_recusal
from evaluation.voting import voting_rules
from evaluation.web.forms_sitting import ConveneForm, RecusalForm
from evaluation.web.packs import pack_language
from evaluation.web.sittings import act_page, find_meeting, leader, meeting_address, meeting_crumbs, sitter


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Every sitting, newest first, with how many items were voted on."""
    user = sitter(request)
    rows = (
        Meeting.objects.visible_to(user)
        .select_related("batch")
        .annotate(
            items=Count("ballots"),
            counted=Count("ballots", filter=Q(ballots__state=BallotState.CLOSED)),
        )
    )
    may_convene = may_lead_sitting(user) and Batch.objects.filter(state=BatchState.SEALED).exists()
    context = {"meetings": rows, "today": clock.today(), "may_convene": may_convene}
    return render(request, "evaluation/meetings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def convene(request: HttpRequest) -> HttpResponse:
    """Chair or secretariat set the day on which a sealed batch is voted on."""
    user = leader(request)

    def act(given: dict[str, Any]) -> str:
        return meeting_address(convene_meeting(**given, by=user, at=clock.now()))

    context = {
        "title": _("Convene a sitting"),
        "lead": _("For the files of a sealed batch, today or later."),
        "action": _("Convene"),
        "back": reverse("evaluation:meetings"),
        "crumbs": [{"label": _("Meetings"), "href": reverse("evaluation:meetings")}, {"label": _("Convene")}],
    }
    return act_page(
        request, ConveneForm(request.POST or None), act=act, done=_("The sitting is convened."), context=context
    )


@require_safe
def meeting(request: HttpRequest, day: str) -> HttpResponse:
    """One sitting: quorum, the pack, agenda per site, and what the reader may do."""
    user = sitter(request)
    found = find_meeting(user, day)
    context = {
        "meeting": found,
        "presence": presence_at(found),
        "sites": agenda(found, user=user),
        "pack": newest_pack(found.batch, pack_language(), user=user),
        "may_lead": may_lead_sitting(user),
        "may_decide": may_record_decision(user),
        "is_today": found.held_on == clock.today(),
        "rules": voting_rules(found.held_on),
        "crumbs": meeting_crumbs(found),
    }
    return render(request, "evaluation/meeting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, day: str) -> HttpResponse:
    """Seats with the persons who hold them; chair and secretariat note who comes and goes, on the day."""
    user = leader(request)
    found = find_meeting(user, day)
    if request.method == "POST":
        return _record_presence(request, found)
    there = {row.user_id: row for row in Attendance.objects.present().filter(meeting=found)}
    taken = {row.seat_id for row in there.values()}
    mandates = CommitteeMandate.objects.in_force_on(found.held_on).select_related("seat", "user")
    rows = [(each, there.get(each.user_id), each.seat_id in taken) for each in mandates]
    context = {
        "meeting": found,
        "rows": rows,
        "presence": presence_at(found),
        "is_today": found.held_on == clock.today(),
        "crumbs": meeting_crumbs(found, {"label": _("Attendance")}),
    }
    return render(request, "evaluation/attendance.html", context)


def _record_presence(request: HttpRequest, found: Meeting) -> HttpResponse:
    """One person comes or goes, or all effective members who are not there yet arrive together."""
    user, address = leader(request), reverse("evaluation:attendance", args=[found.held_on.isoformat()])
    held = CommitteeMandate.objects.in_force_on(found.held_on).select_related("seat", "user")
    try:
        if request.POST.get("act") == "all":
            _seat_all(held, found, by=user)
            return redirect(address)
        chosen = next((each for each in held if str(each.pk) == request.POST.get("mandate")), None)
        if chosen is None:
            raise NotFound
        if request.POST.get("act") == "leave":
            for row in Attendance.objects.present().filter(meeting=found, user=chosen.user):
                record_departure(row, by=user, at=clock.now())
        else:
            record_arrival(found, seat=chosen.seat, user=chosen.user, by=user, at=clock.now())
    except (Conflict, Invalid) as error:
        messages.error(request, error.message)
        return redirect(address)
    return redirect(f"{address}#seat-{chosen.seat_id}")


def _seat_all(held: Iterable[CommitteeMandate], found: Meeting, *, by: User) -> None:
    taken = set(Attendance.objects.present().filter(meeting=found).values_list("seat_id", flat=True))
    for mandate in held:
        if not mandate.is_substitute and mandate.seat_id not in taken:
            record_arrival(found, seat=mandate.seat, user=mandate.user, by=by, at=clock.now())


@require_http_methods(["GET", "HEAD", "POST"])
def recusals(request: HttpRequest, day: str) -> HttpResponse:
    """What the Bureau ruled on conflicts of interest, for the files of the sitting."""
    user = leader(request)
    found = find_meeting(user, day)

    def act(given: dict[str, Any]) -> str:
        application = given.pop("application")
        record_recusal(application, **given, by=user, at=clock.now())
        return reverse("evaluation:recusals", args=[found.held_on.isoformat()])

    rows = Recusal.objects.filter(application__batch=found.batch_id).select_related(
        "application__batch", "application__centre__hospital", "user"
    )
    context = {
        "meeting": found,
        "rows": rows.order_by("application__number", "user__name"),
        "title": _("Recusals"),
        "action": _("Record the ruling"),
        "back": meeting_address(found),
        "crumbs": meeting_crumbs(found, {"label": _("Recusals")}),
    }
    form = RecusalForm(request.POST or None, meeting=found, by=user)
    template = "evaluation/recusals.html"
    return act_page(request, form, act=act, done=_("The ruling is recorded."), context=context, template=template)
