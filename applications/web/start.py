"""Where a file begins: which product, which site, for whom, in which language."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from accounts import clock
from accounts.errors import Invalid
from accounts.models import User
from applications.models import Application
from applications.selectors import holder_of
from applications.services.drafts import start_application
from applications.web.access import filer
from applications.web.forms.start import StartForm

DOUBLE_CLICK = timedelta(seconds=15)


class Start(View):
    """Shows and takes the first page; the search for a site re-shows it with everything as typed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user = filer(request)
        initial = {"contact_email": user.email, "language": user.language if user.language != "en" else "nl"}
        return self._show(request, StartForm(holder=holder_of(user), initial=initial), "")

    def post(self, request: HttpRequest) -> HttpResponse:
        user, words = filer(request), request.POST.get("words", "")
        chosen = request.POST.get("centre", "")
        form = StartForm(request.POST, holder=holder_of(user), words=words, chosen=_as_uuid(chosen))
        if "search" in request.POST or request.headers.get("HX-Request"):
            return self._search(request, form, words)
        if not form.is_valid():
            return self._show(request, form, words, status=422)
        try:
            draft = start_once(form, by=user)
        except Invalid as refused:
            for fault in refused.problems:
                name = fault.pointer.strip("/")
                form.add_error(name if name in form.fields else None, str(fault.message))
            return self._show(request, form, words, status=422)
        return redirect("evaluation:filing-step", draft.pk, "certificates")

    def _search(self, request: HttpRequest, form: StartForm, words: str) -> HttpResponse:
        typed = {
            name: request.POST.getlist(name) if name == "populations" else request.POST.get(name)
            for name in form.fields
        }
        unbound = StartForm(holder=holder_of(filer(request)), words=words, initial=typed)
        if request.headers.get("HX-Request"):
            return render(request, "applications/start_sites.html", {"form": unbound, "words": words})
        return self._show(request, unbound, words)

    def _show(self, request: HttpRequest, form: StartForm, words: str, *, status: int = 200) -> HttpResponse:
        return render(request, "applications/start.html", {"form": form, "words": words}, status=status)


@transaction.atomic
def start_once(form: StartForm, *, by: User) -> Application:
    """A second click within seconds gives the draft of the first."""
    User.objects.select_for_update().get(pk=by.pk)
    given, at = form.cleaned_data, clock.now()
    asked = {"paragraph": given["paragraph"], "centre": given["centre"], "populations": sorted(given["populations"])}
    same = Application.objects.filter(created_by=by, created_at__gt=at - DOUBLE_CLICK, version=1, **asked)
    return same.first() or start_application(
        holder=holder_of(by),
        product=given["paragraph"].product,
        **asked,
        language=given["language"],
        contact_email=given["contact_email"],
        external_reference=given["external_reference"],
        apheresis_site=given["centre"].site_number,
        by=by,
        at=at,
    )


def _as_uuid(text: str) -> str:
    """A choice that is no identifier is no choice."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""
