"""One item of a sitting: its draft, its vote and its result."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.errors import Conflict, NotAllowed
from applications.models import Application
from evaluation.board.counts import count_of
from evaluation.enums import ProposalKind, VoteValue
from evaluation.models import Ballot, Meeting
from evaluation.pipeline import order_register_anew, render_again
from evaluation.policies import may_postpone_ballot, may_release_ballot, may_vote
from evaluation.selectors import current_assessment
from evaluation.selectors.sittings import (
    advised_proposal,
    outcome_for,
    population_label,
)
from evaluation.services.ballots import (
    cast_vote,
    close_ballot,
    draft_ballot,
    open_ballot,
    postpone_ballot,
    release_ballot,
)
from evaluation.web.ballot_page import own_vote, page_of
from evaluation.web.forms_sitting import (
    CloseForm,
    CloseWithoutQuorumForm,
    DraftForm,
    OpenForm,
    PostponeForm,
    VoteForm,
)
from evaluation.web.sittings import (
    act_page,
    ballot_address,
    find_ballot,
    find_item,
    find_meeting,
    leader,
    meeting_address,
    meeting_crumbs,
    sitter,
)


@require_safe
def ballot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The item as it stands: drafted, held, open or counted."""
    user = sitter(request)
    found = find_ballot(user, pk)
    return render(request, "evaluation/ballot.html", page_of(found, user, VoteForm(initial=own_vote(found, user))))


@require_safe
def count(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The number of votes cast, for the page to refresh itself."""
    found = find_ballot(sitter(request), pk)
    return render(request, "evaluation/parts/count.html", {"ballot": found, "count": count_of(found)})


@require_POST
def vote(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A member's vote; the same one sent twice is one vote."""
    user = sitter(request)
    if not may_vote(user):
        raise NotAllowed
    found = find_ballot(user, pk)

    def act(given: dict[str, Any]) -> str:
        cast_vote(found, **given, by=user, at=clock.now())
        return ballot_address(found)

    form = VoteForm(request.POST)
    said = VoteValue(form.data["value"]).label if form.is_valid() else ""
    done = _("Your vote is recorded: %(value)s. You can change it until the vote is closed.") % {"value": said}
    context = page_of(found, user, form)
    return act_page(request, form, act=act, done=done, context=context, template="evaluation/ballot.html")


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, day: str, slug: str, population: str) -> HttpResponse:
    """The text that is put to the vote, written before it is opened."""
    user = leader(request)
    sitting, application = find_meeting(user, day), find_item(user, slug, population)
    assessment = current_assessment(application)
    there = Ballot.objects.on(application, population).filter(meeting=sitting).first()

    def act(given: dict[str, Any]) -> str:
        return ballot_address(
            draft_ballot(application, population=population, meeting=sitting, **given, by=user, at=clock.now())
        )

    form = DraftForm(request.POST or None, initial=_drafted(there, application, population))
    item = f"{application.reference} · {population_label(population)}"
    context = {
        "title": _("Draft the proposal"),
        "lead": item,
        "application": application,
        "outcome": outcome_for(assessment, population) if assessment else "",
        "action": _("Save the draft"),
        "back": ballot_address(there) if there else meeting_address(sitting),
        "crumbs": meeting_crumbs(sitting, {"label": item}),
    }
    return act_page(request, form, act=act, done=_("The draft is on the agenda."), context=context)


def _drafted(ballot: Ballot | None, application: Application, population: str) -> dict[str, object]:
    """What was drafted before, else what follows from the advice, in the language of the dossier."""
    if ballot is not None:
        return {name: getattr(ballot, name) for name in ("proposed", "text", "reason_to_deviate")}
    assessment = current_assessment(application)
    advised = advised_proposal(assessment, population) if assessment else None
    about: dict[str, object] = {
        "centre": application.centre,
        "product": application.product,
        "paragraph": application.paragraph,
    }
    with translation.override(application.language):
        about |= {"population": population_label(population)}
        positive = _(
            "The Committee proposes to add %(centre)s to the list for %(product)s, %(paragraph)s, %(population)s."
        )
        negative = _(
            "The Committee proposes not to add %(centre)s to the list for %(product)s, %(paragraph)s, %(population)s."
        )
    text = {ProposalKind.POSITIVE: positive, ProposalKind.NEGATIVE: negative}
    return {"proposed": advised, "text": text[advised] % about} if advised else {}


@require_http_methods(["GET", "HEAD", "POST"])
def open_vote(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Opens the vote after the re-check; a changed verdict holds the item and orders its new dossier."""
    user = leader(request)
    found = find_ballot(user, pk)

    def act(given: dict[str, Any]) -> str:
        try:
            return ballot_address(open_ballot(found, **given, by=user, at=clock.now()))
        except Conflict as error:
            if error.code == "verdict-changed":
                _order_dossier(found)
            raise

    context = {
        "title": _("Open the vote"),
        "lead": _item(found),
        "text": _("The file is judged again as on this day. When a verdict changed, the item is held."),
        "action": _("Judge again and open"),
        **_around(found),
    }
    form = OpenForm(request.POST or None)
    return act_page(request, form, act=act, done=_("The vote is open."), context=context)


def _order_dossier(held: Ballot) -> None:
    assessment = current_assessment(held.application)
    if assessment is not None:
        render_again(assessment, at=clock.now())


@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The secretariat lets a held item go to the vote on its new evaluation."""
    user = leader(request)
    if not may_release_ballot(user):
        raise NotAllowed
    found = find_ballot(user, pk)

    def act(given: dict[str, Any]) -> str:
        return ballot_address(release_ballot(found, by=user, at=clock.now()))

    context = {
        "title": _("Release the item"),
        "lead": _item(found),
        "text": _("Its new dossier is read by the members and its text fits the new evaluation."),
        "action": _("Release"),
        **_around(found),
    }
    form = forms.Form(request.POST if request.method == "POST" else None)
    return act_page(request, form, act=act, done=_("The item is released."), context=context)


@require_http_methods(["GET", "HEAD", "POST"])
def postpone(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The chair moves a held item to a later sitting of the same batch."""
    user = leader(request)
    if not may_postpone_ballot(user):
        raise NotAllowed
    found = find_ballot(user, pk)
    later = Meeting.objects.visible_to(user).filter(batch=found.meeting.batch_id, held_on__gt=found.meeting.held_on)

    def act(given: dict[str, Any]) -> str:
        return ballot_address(postpone_ballot(found, **given, by=user, at=clock.now()))

    context = {"title": _("Postpone the item"), "lead": _item(found), "action": _("Postpone"), **_around(found)}
    form = PostponeForm(request.POST or None, later=later)
    return act_page(request, form, act=act, done=_("The item is postponed."), context=context)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Counts, with the committee's own finding on capacity; a second click finds the result."""
    user = leader(request)
    found = find_ballot(user, pk)
    if found.is_closed:
        return redirect(ballot_address(found))
    counted = count_of(found)
    has_quorum = counted.may_vote >= counted.quorum

    def act(given: dict[str, Any]) -> str:
        finding, reason = given.get("capacity_finding", ""), given.get("capacity_reason", "")
        close_ballot(found, capacity_finding=finding, capacity_reason=reason, by=user, at=clock.now())
        order_register_anew(at=clock.now())
        return ballot_address(found)

    context = {
        "title": _("Close the vote"),
        "lead": _item(found),
        "count": counted,
        "has_quorum": has_quorum,
        "capacity": found.application.capacity_assessments.filter(superseded_at=None).first(),
        "action": _("Close and count"),
        **_around(found),
    }
    form_class = CloseForm if has_quorum else CloseWithoutQuorumForm
    form = form_class(request.POST if request.method == "POST" else None)
    return act_page(request, form, act=act, done=_("The vote is closed and counted."), context=context)


def _item(ballot: Ballot) -> str:
    return f"{ballot.application.reference} · {ballot.get_population_display()} · {ballot.application.centre}"


def _around(ballot: Ballot) -> dict[str, object]:
    label = f"{ballot.application.reference} · {ballot.get_population_display()}"
    here = {"label": label, "href": ballot_address(ballot)}
    return {"back": ballot_address(ballot), "crumbs": meeting_crumbs(ballot.meeting, here)}
