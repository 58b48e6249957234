"""The review of a site: confirm beside the document, countersign, and everything else one click away."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.errors import Conflict, DeskError, NotFound
from accounts.models import User
from accounts.policies import is_secretariat
from applications.enums import BatchState
from applications.models import Annex
from evaluation.board.site import find_site, site_review
from evaluation.models import BureauRuling, Judgement
from evaluation.models.inputs import Stated
from evaluation.selectors.stated import find_stated
from evaluation.services.inputs import confirm_input
from evaluation.services.judgements import countersign_judgement
from evaluation.web.access import clerk, find_batch, reader
from evaluation.web.act import page_of_site, where_to_go
from jobs.files import open_file

IN_THE_VIEWER = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""What a browser's own viewer of PDFs needs and nothing more; the file itself can run nothing (it was refused then)."""
SEALED_OFF = "default-src 'none'; sandbox; frame-ancestors 'none'"


@require_safe
def site(request: HttpRequest, code: str, site_number: str) -> HttpResponse:
    """Every criterion of one site with what it rests on; the auditor reads, the secretariat works."""
    user = reader(request)
    batch = find_batch(code)
    review = site_review(batch, site_number, user=user)
    context = {
        "batch": batch,
        "review": review,
        "next": page_of_site(batch, review.centre),
        "may_change": is_secretariat(user) and batch.state in (BatchState.OPEN, BatchState.REVIEW),
        "may_record_bureau": is_secretariat(user) and batch.state in (BatchState.CLOSED, BatchState.SEALED),
        "may_ask": is_secretariat(user) and batch.state != BatchState.DECIDED,
    }
    return render(request, "evaluation/site.html", context)


@require_POST
def confirm(request: HttpRequest, code: str, site_number: str) -> HttpResponse:
    """Confirms one statement; when another clerk was faster, the page says so and shows what is there now."""
    user = clerk(request)
    batch = find_batch(code)
    centre, _applications = find_site(batch, site_number, user=user)
    stated = find_stated(request.POST.get("kind", ""), _uuid(request.POST.get("id", "")), batch, centre)
    _confirm_each(request, [stated], asked=1)
    return redirect(where_to_go(request, page_of_site(batch, centre)))


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_document(request: HttpRequest, code: str, site_number: str, annex_id: UUID) -> HttpResponse:
    """Confirms at once all that stands in one document, after showing it once more."""
    user = clerk(request)
    batch = find_batch(code)
    review = site_review(batch, site_number, user=user)
    group = next((each for each in review.documents if each.annex and each.annex.pk == annex_id), None)
    if group is None:
        raise NotFound
    back = where_to_go(request, page_of_site(batch, review.centre))
    if request.method == "POST":
        chosen = set(request.POST.getlist("id"))
        rows = [line.stated for line in group.to_confirm if str(line.stated.pk) in chosen]
        _confirm_each(request, rows, asked=len(chosen))
        return redirect(back)
    return render(
        request, "evaluation/confirm_document.html", {"batch": batch, "review": review, "group": group, "back": back}
    )


@require_safe
def document(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """An annex in the browser's own viewer, so that a link can lead to its page; only for those who read every file."""
    annex = Annex.objects.present().visible_to(reader(request)).filter(pk=pk).first()
    if annex is None:
        raise NotFound
    response = FileResponse(open_file(annex.sha256), filename=annex.file_name, content_type="application/pdf")
    response["Content-Security-Policy"] = IN_THE_VIEWER
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def minutes(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The Bureau's minutes to those who may read them, as a file to keep that stays in no cache."""
    user = request.user
    readable = BureauRuling.objects.readable_by(user) if isinstance(user, User) else BureauRuling.objects.none()
    ruling = readable.filter(pk=pk).first()
    if ruling is None:
        raise NotFound
    response = FileResponse(
        open_file(ruling.minutes_sha256),
        as_attachment=True,
        filename=ruling.minutes_file_name,
        content_type="application/pdf",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SEALED_OFF
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def countersign(request: HttpRequest, code: str, site_number: str, pk: UUID) -> HttpResponse:
    """A second person agrees with a judgement."""
    user = clerk(request)
    batch = find_batch(code)
    centre, _applications = find_site(batch, site_number, user=user)
    judgement = Judgement.objects.filter(pk=pk, batch=batch, centre=centre).first()
    if judgement is None:
        raise NotFound
    try:
        countersign_judgement(judgement, by=user, at=clock.now())
    except DeskError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("Countersigned."))
    return redirect(where_to_go(request, page_of_site(batch, centre, judgement.criterion)))


def _confirm_each(request: HttpRequest, rows: Sequence[Stated], *, asked: int) -> None:
    """Confirms what still can be, and says what was done and what someone else did before."""
    refused = set()
    done = 0
    for row in rows:
        try:
            confirm_input(row, by=clerk(request), at=clock.now())
        except Conflict as error:
            refused.add(error.message)
        except IntegrityError:
            refused.add("")
        else:
            done += 1
    if done:
        said = ngettext("%(n)s input confirmed.", "%(n)s inputs confirmed.", done) % {"n": done}
        messages.success(request, said)
    if asked > done:
        what = " ".join(sorted(refused))
        messages.warning(
            request, _("Someone was here before you; this is how it stands now. %(what)s") % {"what": what}
        )
    if not asked:
        messages.info(request, _("Nothing was chosen."))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
