"""Other scopes for an API client: chosen, then confirmed with what that does to the tokens it has."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.clock import now
from accounts.enums import Scope
from accounts.errors import Conflict
from accounts.models import ApiClient
from accounts.services.clients import require_open
from accounts.services.scopes import ScopeChange, change_scopes, effect_of_scopes
from centres.web.client_forms import ConfirmedScopesForm, ScopesForm
from centres.web.clients import administrator_of, client_or_404


@require_http_methods(["GET", "POST"])
def client_scopes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The choice; once made it is told what it does, and nothing is changed before that is confirmed."""
    client = client_or_404(request, pk)
    require_open(client)
    if "confirmed" in request.POST:
        return _change(request, client)
    form = ScopesForm(request.POST if request.method == "POST" else None, initial={"scopes": client.scopes})
    if request.method == "POST" and form.is_valid():
        return _ask(request, client, form.cleaned_data["scopes"])
    context = {"client": client, "form": form}
    return render(request, "centres/client_scopes.html", context, status=422 if form.errors else 200)


def _ask(request: HttpRequest, client: ApiClient, scopes: list[str]) -> HttpResponse:
    change = effect_of_scopes(client, scopes=scopes)
    if change.is_none:
        messages.info(request, _("The client has these scopes already."))
        return redirect("centres:client", pk=client.user.pk)
    context = {
        "title": _("Change the scopes of %(name)s") % {"name": client.name},
        "consequences": _consequences(change),
        "form": ConfirmedScopesForm(initial={"scopes": scopes, "held": client.scopes}),
        "action": _("Change the scopes"),
        "danger": bool(change.removed),
        "back": reverse("centres:client-scopes", args=[client.user.pk]),
    }
    return render(request, "components/confirm.html", context)


def _change(request: HttpRequest, client: ApiClient) -> HttpResponse:
    form = ConfirmedScopesForm(request.POST)
    if not form.is_valid():
        raise Conflict("client-scopes-changed", client=client.client_id)
    given = form.cleaned_data
    change = change_scopes(
        client, scopes=given["scopes"], expected=given["held"], by=administrator_of(request), at=now()
    )
    if not change.is_none:
        messages.success(request, _("The scopes are changed."))
    return redirect("centres:client", pk=client.user.pk)


def _consequences(change: ScopeChange) -> list[str]:
    told = []
    if change.removed:
        told += [_("Taken away: %(scopes)s.") % {"scopes": _named(change.removed)}, _narrowed(change.narrowed)]
    if change.ended:
        told.append(_ended(change.ended))
    if change.added:
        told.append(_("Added: %(scopes)s.") % {"scopes": _named(change.added)})
        told.append(_("Only tokens drawn from now on have what is added; no token grows."))
    return told


def _narrowed(tokens: int) -> str:
    if not tokens:
        return _("No live token loses anything.")
    told = ngettext("%(n)s live token loses scopes at once.", "%(n)s live tokens lose scopes at once.", tokens)
    return told % {"n": tokens}


def _ended(tokens: int) -> str:
    told = ngettext("%(n)s token has no scope left and ends.", "%(n)s tokens have no scope left and end.", tokens)
    return told % {"n": tokens}


def _named(scopes: Iterable[str]) -> str:
    return ", ".join(f"{Scope(scope).label} ({scope})" for scope in scopes)
