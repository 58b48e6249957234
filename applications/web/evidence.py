"""Documents of an application: taken in, handed out, taken out."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.errors import Conflict, Invalid, NotFound, Problem
from accounts.formats import with_colon
from accounts.models import User
from applications.errors import problem
from applications.evidence import step_of
from applications.models import Annex, Application
from applications.pdf import PdfLimits
from applications.selectors.evidence import slots_of
from applications.services.annexes import MEGABYTE, add_annex, remove_annex
from applications.web.access import filed_by, filer, person
from jobs.files import open_file

SEALED_OFF = "default-src 'none'; sandbox; frame-ancestors 'none'"


@require_safe
def download(request: HttpRequest, pk: UUID, annex_id: UUID) -> HttpResponseBase:
    """The document to whoever sees its application, as a file to keep, never shown inside the desk."""
    annex = Annex.objects.present().visible_to(person(request)).filter(application=pk, pk=annex_id).first()
    if annex is None:
        raise NotFound
    response = FileResponse(open_file(annex.sha256), content_type="application/pdf")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(annex.file_name)}"
    response["Content-Length"] = str(annex.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SEALED_OFF
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Documents that the secretariat asked for after submission."""
    application = filed_by(request, pk)
    problems = take_in_files(request, application, by=filer(request))
    if problems:
        links = [{"message": fault.message, "href": fault.pointer} for fault in problems]
        context = {"application": application, "problems": links, "slots": slots_of(application)}
        return render(request, "applications/documents.html", context, status=422)
    messages.success(request, _("The documents are received."))
    return redirect("applications:detail", pk)


class Remove(View):
    """Asks first, then takes the document out and goes back to its question."""

    def get(self, request: HttpRequest, pk: UUID, annex_id: UUID) -> HttpResponse:
        annex = self._annex(request, pk, annex_id)
        context = {
            "title": _("Take out %(name)s?") % {"name": annex.file_name},
            "text": _("The desk keeps its fingerprint, the document itself is no longer part of the application."),
            "action": _("Take it out"),
            "back": self._back(annex),
            "danger": True,
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, pk: UUID, annex_id: UUID) -> HttpResponse:
        annex = self._annex(request, pk, annex_id)
        try:
            remove_annex(annex, by=filer(request), at=clock.now())
        except Conflict as cited:
            messages.error(request, cited.message)
        else:
            messages.success(request, _("The document is taken out."))
        return redirect(self._back(annex))

    def _annex(self, request: HttpRequest, pk: UUID, annex_id: UUID) -> Annex:
        annex = filed_by(request, pk).annexes.present().filter(pk=annex_id).first()
        if annex is None:
            raise NotFound
        return annex

    def _back(self, annex: Annex) -> str:
        if not annex.application.is_draft:
            return reverse("applications:detail", args=[annex.application_id])
        return reverse("evaluation:filing-step", args=[annex.application_id, step_of(annex.slot)])


def take_in_files(request: HttpRequest, application: Application, *, by: User) -> list[Problem]:
    """Every chosen file, each on its own: a refused one keeps no other out. The names of the inputs are the slots."""
    chosen = [(slot, upload) for slot in request.FILES for upload in request.FILES.getlist(slot)]
    return [fault for slot, upload in chosen for fault in _take_in(application, slot, upload, by=by)]


def _take_in(application: Application, slot: str, upload: "UploadedFile[Any]", *, by: User) -> list[Problem]:
    name, limits = upload.name or "document.pdf", PdfLimits()
    try:
        if (upload.size or 0) > limits.size:
            fault = problem("/file", "annex-too-large", limit=limits.size // MEGABYTE)
            raise Invalid(problems=[fault])
        given = {"slot": slot, "title": "", "file_name": name}
        add_annex(application, **given, content=upload.read(), by=by, at=clock.now(), limits=limits)
    except Invalid as refused:
        return [Problem(f"#{slot}", fault.code, f"{with_colon(name)} {fault.message}") for fault in refused.problems]
    return []
