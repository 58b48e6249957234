"""One page per act that needs a reason: what is there now, the form, one button; then back to where one was."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from accounts import clock
from accounts.errors import Conflict, Invalid, NotFound
from accounts.models import User
from applications.models import Application, Batch
from applications.services.admission import decide_admissibility
from applications.services.questions import ask_question
from centres.models import Centre
from evaluation.admissibility import admissibility_findings
from evaluation.board.findings import earlier_judgements, law_of, screen_language
from evaluation.board.lines import criterion_of, line_of, lines_of
from evaluation.board.site import find_site
from evaluation.enums import JudgedCriterion
from evaluation.facts import contradictions, site_records
from evaluation.law import criteria_on
from evaluation.models import Input, Supplement
from evaluation.models.inputs import Stated
from evaluation.rules.explain import criterion_name
from evaluation.services.inputs import correct_input, resolve_contradiction, rule_supplement
from evaluation.services.judgements import record_bureau_ruling, record_judgement
from evaluation.web.access import clerk, find_batch
from evaluation.web.forms import (
    CORRECTIONS,
    AdmissibilityForm,
    BureauForm,
    JudgeForm,
    QuestionForm,
    ResolveForm,
    RulingForm,
)
from evaluation.web.stated import find_stated


def where_to_go(request: HttpRequest, default: str) -> str:
    """The page one came from, when it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if ours and wanted.startswith("/") else default


def page_of_site(batch: Batch, centre: Centre, criterion: str = "") -> str:
    address = reverse("evaluation:site", args=[batch.code, centre.site_number])
    return f"{address}#{criterion}" if criterion else address


class Act(View):
    """Shows a form, does the act, says so; what another clerk changed meanwhile is said on the same page."""

    http_method_names = ["get", "head", "post"]
    template_name = "evaluation/act.html"
    form_class: type[forms.Form]
    user: User
    batch: Batch

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.user = clerk(request)
        self.batch = find_batch(kwargs["code"])
        self.prepare(**kwargs)
        return super().dispatch(request, *args, **kwargs)

    def prepare(self, **kwargs: Any) -> None:
        """Looks up what the act is about; raises NotFound."""
        raise NotImplementedError

    def form(self, data: Any = None) -> forms.Form:
        return self.form_class(data)

    def context(self) -> dict[str, object]:
        """At least `title`, `action` and `done`."""
        raise NotImplementedError

    def back(self) -> str:
        raise NotImplementedError

    def act(self, form: Any) -> None:
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(request, self.form(), 200)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(request, form, 422)
        try:
            self.act(form)
        except Conflict as error:
            form.add_error(None, _("Someone changed this meanwhile. %(what)s") % {"what": error.message})
            return self.page(request, form, 409)
        except IntegrityError:
            form.add_error(None, _("Someone changed this meanwhile. Go back and look again."))
            return self.page(request, form, 409)
        except Invalid as error:
            for line in [str(problem.message) for problem in error.problems] or [error.message]:
                form.add_error(None, line)
            return self.page(request, form, 422)
        messages.success(request, str(self.context()["done"]))
        return redirect(where_to_go(request, self.back()))

    def page(self, request: HttpRequest, form: forms.Form, status: int) -> HttpResponse:
        back = where_to_go(request, self.back())
        context = {"batch": self.batch, "form": form, "back": back, **self.context()}
        return render(request, self.template_name, context, status=status)


class SiteAct(Act):
    centre: Centre
    applications: tuple[Application, ...]

    def prepare(self, **kwargs: Any) -> None:
        self.centre, self.applications = find_site(self.batch, kwargs["site_number"], user=self.user)

    def back(self) -> str:
        return page_of_site(self.batch, self.centre, self.criterion())

    def criterion(self) -> str:
        return ""

    def law(self) -> object:
        named = [each for each in criteria_on(self.batch.reference_on).criteria if each.id == self.criterion()]
        return law_of(named[0], screen_language()) if named else None


class StatedAct(SiteAct):
    stated: Stated
    kind = ""

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        self.stated = find_stated(self.kind, kwargs["pk"], self.batch, self.centre)

    def criterion(self) -> str:
        return criterion_of(self.stated)

    def about(self) -> dict[str, object]:
        return {"centre": self.centre, "lines": [line_of(self.stated)], "law": self.law()}


class Correct(StatedAct):
    kind = "input"

    def form(self, data: Any = None) -> forms.Form:
        if not isinstance(self.stated, Input) or self.stated.field not in CORRECTIONS:
            raise NotFound
        form_class = CORRECTIONS[self.stated.field]
        return form_class(data, initial=form_class.initial_of(self.stated.value))

    def context(self) -> dict[str, object]:
        title = _("Correct an input")
        return {"title": title, "action": _("Correct and confirm"), "done": _("Corrected."), **self.about()}

    def act(self, form: Any) -> None:
        if not isinstance(self.stated, Input):
            raise NotFound
        reason = form.cleaned_data["reason"]
        correct_input(self.stated, value=form.value(), reason=reason, by=self.user, at=clock.now())


class Rule(StatedAct):
    kind = "supplement"
    form_class = RulingForm

    def form(self, data: Any = None) -> forms.Form:
        return RulingForm(data, initial={"ruling": getattr(self.stated, "ruling", "")})

    def context(self) -> dict[str, object]:
        title = _("Rule on transplantations outside the insurance")
        return {"title": title, "action": _("Record the ruling"), "done": _("Ruling recorded."), **self.about()}

    def act(self, form: Any) -> None:
        if not isinstance(self.stated, Supplement):
            raise NotFound
        rule_supplement(self.stated, **form.cleaned_data, by=self.user, at=clock.now())


class Resolve(StatedAct):
    """The address names any of the statements that contradict each other."""

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        record = site_records(self.batch, [self.centre])[self.centre.pk]
        found = [each for each in contradictions(record) if self.stated.pk in {row.pk for row in each.inputs}]
        self.rows: tuple[Stated, ...] = found[0].inputs if found else ()

    def form(self, data: Any = None) -> forms.Form:
        return ResolveForm(data, choices=[(str(row.pk), self._choice(row)) for row in self.rows])

    def _choice(self, row: Stated) -> str:
        stated_by = row.application.reference if row.application else str(row.stated_by)
        return f"{line_of(row).value} ({stated_by})"

    def context(self) -> dict[str, object]:
        return {
            **self.about(),
            "title": _("Resolve a contradiction"),
            "action": _("Record what holds"),
            "done": _("Contradiction resolved."),
            "lines": [line_of(row, contradicted=True) for row in self.rows],
            "settled": not self.rows,
        }

    def act(self, form: Any) -> None:
        chosen = next(row for row in self.rows if str(row.pk) == form.cleaned_data["chosen"])
        resolve_contradiction(chosen, reason=form.cleaned_data["reason"], by=self.user, at=clock.now())


class Judge(SiteAct):
    form_class = JudgeForm

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        self.name: str = kwargs["criterion"]
        if self.name not in JudgedCriterion.values:
            raise NotFound

    def criterion(self) -> str:
        return self.name

    def context(self) -> dict[str, object]:
        record = site_records(self.batch, [self.centre])[self.centre.pk]
        return {
            "title": f"{self.name} · {criterion_name(self.name, screen_language())}",
            "action": _("Record the judgement"),
            "done": _("Judgement recorded. Another person countersigns it."),
            "centre": self.centre,
            "law": self.law(),
            "lines": lines_of(record, self.name),
            "judgement": record.judgements.get(self.name),
            "earlier": earlier_judgements(self.batch, self.centre, self.name),
        }

    def act(self, form: Any) -> None:
        given = form.cleaned_data
        record_judgement(self.batch, self.centre, criterion=self.name, **given, by=self.user, at=clock.now())


class Bureau(SiteAct):
    form_class = BureauForm

    def criterion(self) -> str:
        return "C1a"

    def context(self) -> dict[str, object]:
        return {
            "title": _("Record the Bureau's ruling on the transition"),
            "action": _("Record the ruling"),
            "done": _("Ruling of the Bureau recorded."),
            "centre": self.centre,
            "law": self.law(),
        }

    def act(self, form: Any) -> None:
        record_bureau_ruling(self.batch, self.centre, **form.cleaned_data, by=self.user, at=clock.now())


class FileAct(Act):
    application: Application

    def prepare(self, **kwargs: Any) -> None:
        visible = Application.objects.visible_to(self.user).filter(batch=self.batch, number=kwargs["number"])
        found = visible.with_names().first()
        if found is None:
            raise NotFound
        self.application = found


class Ask(FileAct):
    form_class = QuestionForm

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        self.name: str = kwargs["criterion"]
        if self.name not in criteria_on(self.batch.reference_on).order:
            raise NotFound

    def back(self) -> str:
        return page_of_site(self.batch, self.application.centre, self.name)

    def context(self) -> dict[str, object]:
        about = {"reference": self.application.reference, "criterion": self.name}
        return {
            "title": _("Ask a question about %(reference)s, %(criterion)s") % about,
            "text": _("%(holder)s sees the question and answers it beside its file.")
            % {"holder": self.application.holder.name},
            "action": _("Send the question"),
            "done": _("Question sent."),
            "centre": self.application.centre,
        }

    def act(self, form: Any) -> None:
        text = form.cleaned_data["text"]
        ask_question(self.application, criterion=self.name, text=text, by=self.user, at=clock.now())


class Admissibility(FileAct):
    template_name = "evaluation/admissibility.html"
    form_class = AdmissibilityForm

    def back(self) -> str:
        return reverse("evaluation:board", args=[self.batch.code])

    def context(self) -> dict[str, object]:
        language = screen_language()
        found = admissibility_findings(self.application, batch=self.batch)
        return {
            "title": _("Admissibility of %(reference)s") % {"reference": self.application.reference},
            "action": _("Record the result"),
            "done": _("Recorded."),
            "application": self.application,
            "items": [(item, criterion_name(item.id, language)) for item in found],
            "centre": self.application.centre,
        }

    def act(self, form: Any) -> None:
        decide_admissibility(self.application, **form.cleaned_data, by=self.user, at=clock.now())
