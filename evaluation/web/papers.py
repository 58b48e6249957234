"""Papers made when they are asked for: the receipt of a filing and the nominative list as the annex of a decision."""

from datetime import date
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.errors import NotFound
from accounts.models import User
from applications.models import Application
from evaluation.dossiers.filing import NotFiled, filing_receipt, receipt_pdf
from evaluation.dossiers.list_annex import annex_pdf, list_annex
from evaluation.dossiers.model import Language
from evaluation.web.access import reader

NAMES: Final = {"nl": ("ontvangstbewijs", "lijst"), "fr": ("recepisse", "liste")}


@require_safe
def receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The receipt goes to whoever may open the application, in the language of the application."""
    user = request.user
    readable = Application.objects.readable_by(user) if isinstance(user, User) else Application.objects.none()
    application = readable.with_names().select_related("submitted_by").filter(pk=pk).first()
    if application is None:
        raise NotFound
    try:
        filed = filing_receipt(application)
    except NotFiled as error:
        raise NotFound from error
    return _pdf(receipt_pdf(filed), f"{application.slug}-{NAMES[filed.language][0]}.pdf")


@require_safe
def annex(request: HttpRequest) -> HttpResponse:
    """The list of a day, also of one to come, in Dutch or French; the reader's own language unless told otherwise."""
    reader(request)
    on, language = _day(request.GET.get("on", "")), _language(request.GET.get("language", ""))
    return _pdf(annex_pdf(list_annex(on, language=language)), f"car-t-{NAMES[language][1]}-{on.isoformat()}.pdf")


def _day(given: str) -> date:
    """Today unless told. Raises NotFound for a day that does not exist."""
    try:
        return date.fromisoformat(given) if given else clock.today()
    except ValueError as error:
        raise NotFound from error


def _language(given: str) -> Language:
    return "fr" if (given or get_language()) == "fr" else "nl"


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
