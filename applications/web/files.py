"""One file after it is filed: its page, its receipt, questions and answers, and taking it back."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.errors import Conflict, Invalid, NotFound
from accounts.policies import is_holder
from applications.calendar import local_day
from applications.models import Application, Question
from applications.policies import may_add_evidence, may_withdraw
from applications.selectors import missing_items
from applications.selectors.answers import answer_sections
from applications.selectors.evidence import slots_of
from applications.services.drafts import delete_draft
from applications.services.questions import answer_question
from applications.services.submission import withdraw_application
from applications.web.access import filed_by, filer, person, visible_file
from applications.web.forms.registry import LABELS
from applications.web.listing import name_of


@require_safe
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was filed, to read; a draft opens on its own form."""
    application = visible_file(request, pk)
    if application.is_draft and is_holder(person(request)):
        return redirect("evaluation:filing", pk)
    return render(request, "applications/detail.html", _detail(request, application))


def _detail(request: HttpRequest, application: Application) -> dict[str, object]:
    user = person(request)
    return {
        "application": application,
        "name": name_of(application),
        "sections": [(LABELS[section.step], section) for section in answer_sections(application)],
        "annexes": application.annexes.present(),
        "questions": Question.objects.filter(application=application).select_related("asked_by", "answered_by"),
        "is_own": is_holder(user),
        "may_withdraw": may_withdraw(user, application),
        "slots": slots_of(application) if may_add_evidence(user, application) else (),
    }


@require_safe
def receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The proof of filing: reference, round, moment, warnings, what happens next; the same at every visit."""
    application = visible_file(request, pk)
    if application.submitted_at is None or application.batch is None:
        raise NotFound
    warnings = missing_items(application, on=local_day(application.submitted_at))
    context = {"application": application, "warnings": [item for item in warnings if not item.blocking]}
    return render(request, "applications/receipt.html", context)


@require_POST
def answer(request: HttpRequest, pk: UUID, question_id: UUID) -> HttpResponse:
    """A question is answered once; a second answer is told so and changes nothing."""
    application = filed_by(request, pk)
    question = Question.objects.filter(application=application, pk=question_id).first()
    if question is None:
        raise NotFound
    typed = request.POST.get("answer", "")
    try:
        answer_question(question, answer=typed, by=filer(request), at=clock.now())
    except Invalid as refused:
        problems = [{"message": p.message, "href": f"#answer-{question.pk}"} for p in refused.problems]
        context = _detail(request, application) | {"problems": problems, "typed": typed, "typed_for": question.pk}
        return render(request, "applications/detail.html", context, status=422)
    except Conflict as given_already:
        messages.info(request, given_already.message)
    else:
        messages.success(request, _("Your answer is with the secretariat."))
    return redirect("applications:detail", pk)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class Withdraw(View):
    """Asks first, says what follows, then takes the file back."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        application = filed_by(request, pk)
        if not may_withdraw(person(request), application):
            raise Conflict("wrong-state", state=application.get_state_display(), verb="withdraw")
        back = reverse("applications:detail", args=[pk])
        context = {
            "title": capfirst(_("Withdraw %(name)s?") % {"name": name_of(application)}),
            "consequences": self._consequences(application),
            "action": _("Withdraw"),
            "back": back,
            "danger": True,
            "form": None if application.is_draft else WithdrawForm(),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        application = filed_by(request, pk)
        user, at = filer(request), clock.now()
        if application.is_draft:
            delete_draft(application, by=user, at=at)
        else:
            withdraw_application(application, by=user, at=at, reason=request.POST.get("reason", "")[:2000])
        messages.success(request, _("The application is withdrawn."))
        return redirect("applications:list")

    def _consequences(self, application: Application) -> list[str]:
        if application.is_draft:
            return [_("The draft is put away. Nobody else has seen it.")]
        return [
            _("The Commission will not look at it."),
            _("The reference stays taken; to ask again you file a new application."),
        ]
