"""Filing step by step, with the law's sentence beside the question and the pre-check beside the answers."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.errors import Conflict, Invalid, NotFound
from applications.calendar import local_day
from applications.models import Application, Batch, Statement
from applications.selectors import batch_for, missing_items
from applications.selectors.answers import answer_sections
from applications.selectors.evidence import slots_of
from applications.services.drafts import save_answers
from applications.web.access import changeable, filed_by, filer
from applications.web.evidence import take_in_files
from applications.web.forms.base import Answers, StepForm
from applications.web.forms.registry import FORMS, LABELS, QUESTIONS, steps_of
from evaluation.board.precheck import PreCheck, live_pre_check
from evaluation.pipeline import submit_and_take_in
from evaluation.web.filing_parts import laws_of, problem_links, step_links


@require_safe
def filing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A draft opens on its first step that is not done."""
    application = changeable(request, pk)
    open_steps = {item.step for item in missing_items(application, on=clock.today())}
    step = next((name for name in steps_of(application) if name in open_steps), "check")
    return redirect("evaluation:filing-check", pk) if step == "check" else redirect("evaluation:filing-step", pk, step)


class Step(View):
    """One step: shown as saved, saved as a whole, shown again as typed when something is wrong with it."""

    def get(self, request: HttpRequest, pk: UUID, step: str) -> HttpResponse:
        application = changeable(request, pk)
        batch = batch_for(clock.today())
        form = form_of(application, batch, step)
        return render(request, "evaluation/filing/step.html", page_of(application, batch, step, form))

    def post(self, request: HttpRequest, pk: UUID, step: str) -> HttpResponse:
        application = changeable(request, pk)
        batch = batch_for(clock.today())
        form = form_of(application, batch, step, request)
        problems = self._files(request, application)
        status = self._save(request, application, form) if form.is_valid() else 422
        if status == 200 and not problems:
            return self._onwards(request, application, step)
        saved = changeable(request, pk)
        page = page_of(saved, batch, step, form) | {"problems": problems}
        return render(request, "evaluation/filing/step.html", page, status=max(status, 422 if problems else 200))

    def _files(self, request: HttpRequest, application: Application) -> list[dict[str, str]]:
        refused = take_in_files(request, application, by=filer(request))
        return [{"message": str(problem.message), "href": problem.pointer} for problem in refused]

    def _save(self, request: HttpRequest, application: Application, form: StepForm) -> int:
        answers = form.answers()
        version = request.POST.get("version", "")
        try:
            save_answers(
                application,
                changes=answers.changes,
                stated=answers.stated,
                unstated=answers.unstated,
                by=filer(request),
                at=clock.now(),
                expected_version=int(version) if version.isdigit() else None,
            )
        except Invalid as refused:
            for fault in refused.problems:
                name = fault.pointer.strip("/")
                form.add_error(name if name in form.fields else None, str(fault.message))
            return 422
        except Conflict as refused:
            form.add_error(None, refused.message)
            return 409
        return 200

    def _onwards(self, request: HttpRequest, application: Application, step: str) -> HttpResponse:
        if "later" in request.POST:
            messages.success(request, _("Saved. The draft waits for you under My applications."))
            return redirect("applications:list")
        if "again" in request.POST:
            return redirect("evaluation:filing-step", application.pk, step)
        steps = steps_of(changeable(request, application.pk))
        following = steps[min(steps.index(step) + 1, len(steps) - 1)] if step in steps else "check"
        if following == "check":
            return redirect("evaluation:filing-check", application.pk)
        return redirect("evaluation:filing-step", application.pk, following)


@require_POST
def filing_pre_check(request: HttpRequest, pk: UUID, step: str) -> HttpResponse:
    """The panel again, from what stands in the form now; nothing is saved."""
    application = changeable(request, pk)
    batch = batch_for(clock.today())
    form = form_of(application, batch, step, request)
    form.is_valid()
    typed = typed_rows(application, form.answers())
    found = live_pre_check(application, batch=batch, on=clock.today(), statements=typed)
    return render(request, "evaluation/filing/pre_check.html", {"pre_check": found})


class Check(View):
    """Everything that was answered, what is missing, and the one button that files it."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        application = filed_by(request, pk)
        if application.submitted_at is not None:
            return redirect("applications:receipt", pk)
        return self._show(request, changeable(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        application = filed_by(request, pk)
        try:
            submit_and_take_in(application, by=filer(request), at=clock.now())
        except Invalid:
            return self._show(request, changeable(request, pk), status=422)
        return redirect("applications:receipt", pk)

    def _show(self, request: HttpRequest, application: Application, *, status: int = 200) -> HttpResponse:
        batch = batch_for(clock.today())
        page = page_of(application, batch, "check", None)
        items = missing_items(application, on=clock.today())
        page["sections"] = [(section.step, LABELS[section.step], section) for section in answer_sections(application)]
        page["problems"] = problem_links(application, [item for item in items if item.blocking])
        page["warnings"] = problem_links(application, [item for item in items if not item.blocking])
        page["annexes"] = application.annexes.present()
        return render(request, "evaluation/filing/check.html", page, status=status)


def typed_rows(application: Application, answers: Answers) -> list[Statement]:
    """The statements as they would stand once the step is saved; the application takes the changes, unsaved."""
    for name, value in answers.changes.items():
        setattr(application, name, value)
    rows = {(row.field, row.key): row for row in application.statements.all()}
    for fact in answers.stated:
        rows[fact.field, fact.key] = Statement(field=fact.field, key=fact.key, value=fact.value)
    return [row for key, row in rows.items() if key not in answers.unstated]


def form_of(application: Application, batch: Batch, step: str, request: HttpRequest | None = None) -> StepForm:
    """The form of a step that this application has. Raises NotFound for any other."""
    if step not in FORMS or step not in steps_of(application):
        raise NotFound
    rows = application.statements.select_related("annex")
    data = None if request is None else request.POST
    return FORMS[step](data, application=application, batch=batch, rows=rows)


def page_of(application: Application, batch: Batch, step: str, form: StepForm | None) -> dict[str, object]:
    """What every page of the filing shows around its form."""
    today = clock.today()
    found: PreCheck = live_pre_check(application, batch=batch, on=today)
    return {
        "application": application,
        "batch": batch,
        "step": step,
        "question": QUESTIONS.get(step, ""),
        "form": form,
        "steps": step_links(application, step, missing_items(application, on=today), found),
        "laws": laws_of(step, batch.reference_on, application.populations),
        "slots": slots_of(application, step),
        "pre_check": found,
        "days_left": (batch.reference_on - today).days + 1 if batch.opens_on <= today else None,
        "saved_today": local_day(application.changed_at) == today,
    }
