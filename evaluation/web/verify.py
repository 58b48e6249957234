"""The page behind the code on a dossier: anyone may ask how the dossier stands and hold a file against it."""

from typing import Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from accounts import clock
from accounts.errors import Conflict, Invalid, NotFound
from evaluation.models import Dossier, Revocation
from evaluation.selectors.verifying import as_code, verified
from evaluation.services.verifying import revoke_dossier
from evaluation.web.access import clerk

TOO_MANY: Final = 429


class AskedTooOften(SimpleRateThrottle):
    """So many codes a minute from one address; nobody comes by 128 bits by asking, and the database stays free."""

    rate = "60/min"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return f"verify:{self.get_ident(request)}"


class RevokeForm(forms.Form):
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)


@login_not_required
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Where a code is typed; what was typed leads to the page of that code."""
    typed = request.GET.get("code", "")
    if code := as_code(typed[:400]):
        return redirect("evaluation:verify", code=code)
    return render(request, "evaluation/verify.html", {"public_page": True})


@login_not_required
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Genuine, superseded or revoked; a code that no dossier bears is said in the same words, with 404."""
    throttle = AskedTooOften()
    if not throttle.allow_request(request, None):  # type: ignore[arg-type]  # asks only for META
        answer = render(request, "evaluation/verify.html", {"public_page": True, "too_often": True}, status=TOO_MANY)
        answer["Retry-After"] = str(int(throttle.wait() or 60))
        return answer
    found = verified(as_code(code))
    context = {"public_page": True, "asked": code[:64], "found": found}
    answer = render(request, "evaluation/verify.html", context, status=200 if found else 404)
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: str) -> HttpResponse:
    """The secretariat takes a dossier back, with a reason that stays inside."""
    user = clerk(request)
    dossier = Dossier.objects.readable_by(user).filter(pk=pk).select_related("application__batch").first()
    if dossier is None or dossier.application.batch is None:
        raise NotFound
    back = reverse("evaluation:dossiers", args=[dossier.application.batch.code])
    form = RevokeForm(request.POST or None, label_suffix="")
    form.fields["reason"].label = _("Why it is revoked")
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                revoke_dossier(dossier, reason=form.cleaned_data["reason"], by=user, at=clock.now())
        except (Conflict, Invalid) as error:
            form.add_error(None, error.message)
            status = error.status
        else:
            messages.success(request, _("The dossier is revoked; its verify page says so from now on."))
            return redirect(back)
    elif request.method == "POST":
        status = 422
    context = {
        "batch": dossier.application.batch,
        "form": form,
        "back": back,
        "title": _("Revoke dossier %(reference)s, version %(number)s")
        % {"reference": dossier.application.reference, "number": dossier.number},
        "text": _(
            "Whoever follows the code on its cover then reads that it was revoked, and on which file that holds. "
            "The reason is kept with your name and is not shown there. This cannot be undone."
        ),
        "action": _("Revoke"),
        "settled": _("This dossier is revoked already.") if Revocation.objects.filter(dossier=dossier).exists() else "",
    }
    return render(request, "evaluation/act.html", context, status=status)
