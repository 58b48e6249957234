"""The Minister's decisions: what waits for one, the form, the decision as it was taken."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.errors import NotAllowed, NotFound
from accounts.models import User
from accounts.policies import is_holder, reads_all
from applications.models import Application, Batch
from centres.enums import Population
from evaluation.board.agenda import ON_THE_TABLE
from evaluation.models import MinisterialDecision, Proposal
from evaluation.pipeline import order_register_anew
from evaluation.policies import may_record_decision, may_see_sitting
from evaluation.selectors import current_assessments
from evaluation.selectors.sittings import outcome_for, population_label, settling_proposal
from evaluation.services.decisions import record_ministerial_decision
from evaluation.web.access import find_batch
from evaluation.web.forms_sitting import DecisionForm
from evaluation.web.sittings import act_page, find_item


@dataclass(frozen=True, slots=True)
class Row:
    """One population of one application on its way from advice over proposal to decision."""

    application: Application
    population: str
    outcome: str
    proposal: Proposal | None
    decision: MinisterialDecision | None

    @property
    def population_word(self) -> str:
        return str(Population(self.population).label)


@require_safe
def decisions(request: HttpRequest, code: str) -> HttpResponse:
    """All items of a batch with advice, proposal and decision side by side."""
    user = request.user
    if not isinstance(user, User) or not (reads_all(user) or may_see_sitting(user)):
        raise NotAllowed
    batch = find_batch(code)
    context = {"batch": batch, "rows": _rows(batch, user), "may_decide": may_record_decision(user)}
    context["annex_on"] = clock.today() if reads_all(user) else None
    context["crumbs"] = [{"label": _("Meetings"), "href": reverse("evaluation:meetings")}, {"label": batch.code}]
    return render(request, "evaluation/decisions.html", context)


def _rows(batch: Batch, user: User) -> list[Row]:
    visible = Application.objects.readable_by(user).filter(batch=batch, state__in=ON_THE_TABLE).with_names()
    assessments = current_assessments(batch)
    proposals = {
        (each.application_id, each.population): each
        for each in Proposal.objects.settling().filter(application__batch=batch)
    }
    taken = {
        (each.application_id, each.population): each
        for each in MinisterialDecision.objects.visible_to(user).filter(application__batch=batch)
    }
    return [
        Row(
            application=row,
            population=population,
            outcome=outcome_for(assessments[row.pk], population) if row.pk in assessments else "",
            proposal=proposals.get((row.pk, population)),
            decision=taken.get((row.pk, population)),
        )
        for row in visible.order_by("number")
        for population in row.populations
    ]


@require_safe
def decision(request: HttpRequest, slug: str, population: str) -> HttpResponse:
    """The decision as recorded; its applicant sees it too."""
    user = request.user
    if not isinstance(user, User):
        raise NotAllowed
    application = find_item(user, slug, population)
    found = (
        MinisterialDecision.objects.visible_to(user)
        .filter(application=application, population=population)
        .select_related("proposal__ballot", "listing")
        .first()
    )
    if found is None:
        raise NotFound
    context = {
        "decision": found,
        "application": application,
        "population_word": population_label(population),
        "may_see_proposal": not is_holder(user),
        "is_in_force": found.effective_on <= clock.today(),
    }
    return render(request, "evaluation/decision.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def record_decision(request: HttpRequest, slug: str, population: str) -> HttpResponse:
    """The form by which the secretariat records what the Minister decided."""
    user = request.user
    if not isinstance(user, User) or not may_record_decision(user):
        raise NotAllowed
    application = find_item(user, slug, population)
    address = reverse("evaluation:decision", args=[slug, population])

    def act(given: dict[str, Any]) -> str:
        record_ministerial_decision(application, population=population, **given, by=user, at=clock.now())
        order_register_anew(at=clock.now())
        return address

    item = f"{application.reference} · {population_label(population)} · {application.centre}"
    batch_code = application.batch.code if application.batch else ""
    back = reverse("evaluation:decisions", args=[batch_code])
    context = {
        "title": _("Record the Minister's decision"),
        "lead": item,
        "application": application,
        "proposal": settling_proposal(application, population),
        "shows_proposal": True,
        "action": _("Record the decision"),
        "back": back,
        "crumbs": [{"label": batch_code, "href": back}, {"label": application.reference}],
    }
    form = DecisionForm(request.POST or None)
    return act_page(request, form, act=act, done=_("The decision is recorded."), context=context)
