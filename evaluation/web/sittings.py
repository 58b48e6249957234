"""What the pages of a sitting share: who gets in, which sitting or item is meant, and a page that does one act."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import Conflict, Invalid, NotAllowed, NotFound
from accounts.models import User
from applications.models import Application
from evaluation.models import Ballot, Meeting, Recusal
from evaluation.policies import may_lead_sitting, may_see_sitting
from evaluation.web.act import say_beside
from evaluation.web.grounds import remind_of_excluded_grounds

Crumb = Mapping[str, object]


def sitter(request: HttpRequest) -> User:
    """The signed-in person, of committee, secretariat or audit. Raises NotAllowed."""
    user = request.user
    if not isinstance(user, User) or not may_see_sitting(user):
        raise NotAllowed
    return user


def leader(request: HttpRequest) -> User:
    """The signed-in person, chair or secretariat. Raises NotAllowed."""
    user = sitter(request)
    if not may_lead_sitting(user):
        raise NotAllowed
    return user


def find_meeting(user: User, day: str) -> Meeting:
    """The sitting of a day such as 2026-09-15. Raises NotFound."""
    try:
        held_on = date.fromisoformat(day)
    except ValueError as error:
        raise NotFound from error
    found = Meeting.objects.visible_to(user).filter(held_on=held_on).select_related("batch").first()
    if found is None:
        raise NotFound
    return found


def find_ballot(user: User, pk: UUID) -> Ballot:
    """A ballot that the user may see; NotAllowed for who is barred from its deliberation."""
    names = ("meeting__batch", "application__batch", "application__centre__hospital", "application__product")
    more = ("application__paragraph", "application__holder", "assessment__supersedes", "proposal")
    found = Ballot.objects.visible_to(user).filter(pk=pk).select_related(*names, *more).first()
    if found is None:
        raise NotFound
    if Recusal.objects.from_deliberation(user).filter(application=found.application_id).exists():
        raise NotAllowed("barred-from-deliberation")
    return found


def find_item(user: User, slug: str, population: str) -> Application:
    """The application of a reference as it stands in addresses, which must ask for the population."""
    code, _dash, number = slug.rpartition("-")
    year, _dash, half = code.partition("-")
    if not (number.isdecimal() and year.isdecimal() and half.isdecimal()):
        raise NotFound
    visible = Application.objects.readable_by(user).with_names()
    found = visible.filter(batch__year=int(year), batch__half=int(half), number=int(number)).first()
    if found is None or population not in found.populations:
        raise NotFound
    return found


def meeting_address(meeting: Meeting) -> str:
    return reverse("evaluation:meeting", args=[meeting.held_on.isoformat()])


def ballot_address(ballot: Ballot) -> str:
    return reverse("evaluation:ballot", args=[ballot.pk])


def meeting_crumbs(meeting: Meeting, *more: Crumb) -> list[Crumb]:
    """The way to a sitting, and on to what lies under it."""
    start = {"label": _("Meetings"), "href": reverse("evaluation:meetings")}
    day: Crumb = {"label": meeting.held_on.isoformat(), "href": meeting_address(meeting) if more else ""}
    return [start, day, *more]


def act_page(
    request: HttpRequest,
    form: forms.Form,
    *,
    act: Callable[[dict[str, Any]], str],
    done: object,
    context: Mapping[str, object],
    template: str = "evaluation/sitting_form.html",
) -> HttpResponse:
    """Shows a form, does its act and goes to the address the act gives; what is refused is said on the same page."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                address = act(form.cleaned_data)
            except Conflict as error:
                form.add_error(None, error.message)
                status = error.status
            except Invalid as error:
                say_beside(form, error)
            else:
                messages.success(request, str(done))
                remind_of_excluded_grounds(request, form.cleaned_data, on=clock.today())
                return redirect(address)
    return render(request, template, {**context, "form": form}, status=status)
