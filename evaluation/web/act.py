"""The common way of an act on a page of its own: show, do, say so, go back; or say what stands in the way."""

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

from accounts.errors import Conflict, Invalid, NotFound
from accounts.models import User
from applications.models import Application, Batch
from centres.models import Centre
from evaluation.board.findings import law_of, screen_language
from evaluation.board.lines import criterion_of, line_of
from evaluation.board.site import find_site
from evaluation.law import criteria_on
from evaluation.models.inputs import Stated
from evaluation.selectors.stated import find_stated
from evaluation.web.access import clerk, find_batch
from evaluation.web.grounds import remind_of_excluded_grounds


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
            say_beside(form, error)
            return self.page(request, form, 422)
        messages.success(request, str(self.context()["done"]))
        remind_of_excluded_grounds(request, form.cleaned_data, on=self.batch.reference_on)
        return redirect(where_to_go(request, self.back()))

    def page(self, request: HttpRequest, form: forms.Form, status: int) -> HttpResponse:
        back = where_to_go(request, self.back())
        context = {"batch": self.batch, "form": form, "back": back, **self.context()}
        return render(request, self.template_name, context, status=status)


def say_beside(form: forms.Form, error: Invalid) -> None:
    """Each problem at its own field, what belongs to none at the top."""
    for problem in error.problems:
        field = problem.pointer.strip("/")
        form.add_error(field if field in form.fields else None, str(problem.message))
    if not error.problems:
        form.add_error(None, error.message)


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


class FileAct(Act):
    application: Application

    def prepare(self, **kwargs: Any) -> None:
        visible = Application.objects.visible_to(self.user).filter(batch=self.batch, number=kwargs["number"])
        found = visible.with_names().first()
        if found is None:
            raise NotFound
        self.application = found
