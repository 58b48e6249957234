"""API clients, for the administrators: who they are, what lives of their tokens, and the acts on them."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.clock import now, today
from accounts.enums import Scope
from accounts.errors import Conflict, Invalid, NotAllowed, NotFound
from accounts.models import ApiClient, User
from accounts.policies import may_manage_users
from accounts.services.clients import close_client, draw_secret, reopen_client, revoke_tokens
from accounts.web.forms import add_error
from centres.selectors import clients_found, live_tokens
from centres.services.clients import register_client
from centres.web.client_forms import ClientForm
from jobs.selectors import endpoints_of

PAGE_SIZE = 30


def administrator_of(request: HttpRequest) -> User:
    """Who is signed in. Raises NotAllowed for everyone but an administrator."""
    if not isinstance(request.user, User) or not may_manage_users(request.user):
        raise NotAllowed
    return request.user


def client_or_404(request: HttpRequest, pk: UUID) -> ApiClient:
    """The client whose service user has this id. Raises NotAllowed, NotFound."""
    found = clients_found(administrator_of(request)).filter(user__pk=pk).first()
    if found is None:
        raise NotFound
    return found


@require_GET
def clients(request: HttpRequest) -> HttpResponse:
    """Every API client with its owner, its live tokens and its last use."""
    search = request.GET.get("q", "").strip()
    page = Paginator(clients_found(administrator_of(request), search=search), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return render(request, "centres/clients.html", {"page": page, "search": search})


@require_http_methods(["GET", "POST"])
def client_new(request: HttpRequest) -> HttpResponse:
    by = administrator_of(request)
    form = ClientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            client, secret = _registered(form, by=by)
        except Conflict as error:
            form.add_error("client_id", error.message)
        except Invalid as error:
            add_error(form, error)
        else:
            return _tell_secret(request, client, secret)
    return render(request, "centres/client_new.html", {"form": form}, status=422 if form.errors else 200)


@transaction.atomic
def _registered(form: ClientForm, *, by: User) -> tuple[ApiClient, str]:
    given, at = form.cleaned_data, now()
    client = register_client(
        client_id=given["client_id"],
        name=given["name"],
        holder=form.holder,
        scopes=given["scopes"],
        valid_from=today(),
        by=by,
        at=at,
    )
    return client, draw_secret(client, by=by, at=at)


@never_cache
def _tell_secret(request: HttpRequest, client: ApiClient, secret: str) -> HttpResponse:
    return render(request, "centres/client_secret.html", {"client": client, "secret": secret})


@require_GET
def client(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One API client with the tokens that let it in and where it is told of events; no token or secret is shown."""
    found = client_or_404(request, pk)
    scopes = [scope for scope in Scope if scope in found.scopes]
    lists = {"tokens": live_tokens(found), "webhooks": endpoints_of(found.user.pk)}
    return render(request, "centres/client.html", {"client": found, "scopes": scopes, **lists})


@require_http_methods(["GET", "POST"])
def client_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    client = client_or_404(request, pk)
    if request.method == "POST":
        ended = revoke_tokens(client, by=administrator_of(request), at=now())
        told = ngettext("%(n)s token is revoked.", "%(n)s tokens are revoked.", ended)
        messages.success(request, told % {"n": ended})
        return redirect("centres:client", pk=pk)
    title = _("Revoke all tokens of %(name)s") % {"name": client.name}
    text = _("Calls with them are refused at once. The client may draw new tokens with its secret.")
    return _confirm(request, client, title=title, text=text, action=_("Revoke all tokens"), danger=True)


@require_http_methods(["GET", "POST"])
def client_secret(request: HttpRequest, pk: UUID) -> HttpResponse:
    client = client_or_404(request, pk)
    if request.method == "POST":
        return _tell_secret(request, client, draw_secret(client, by=administrator_of(request), at=now()))
    title = _("Draw a new secret for %(name)s") % {"name": client.name}
    text = _("The old secret draws no token any more. Tokens drawn with it live on until they end or are revoked.")
    return _confirm(request, client, title=title, text=text, action=_("Draw a new secret"))


@require_http_methods(["GET", "POST"])
def client_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    client = client_or_404(request, pk)
    if request.method == "POST":
        close_client(client, by=administrator_of(request), at=now())
        messages.success(request, _("The client is closed. Its tokens have ended."))
        return redirect("centres:client", pk=pk)
    title = _("Close the client %(name)s") % {"name": client.name}
    text = _("All its tokens end and it draws no new ones. What it did stays in the files.")
    return _confirm(request, client, title=title, text=text, action=_("Close the client"), danger=True)


@require_POST
def client_reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    reopen_client(client_or_404(request, pk), by=administrator_of(request), at=now())
    messages.success(request, _("The client is open again. Its secret is the one it had."))
    return redirect("centres:client", pk=pk)


def _confirm(
    request: HttpRequest, client: ApiClient, *, title: str, text: str, action: str, danger: bool = False
) -> HttpResponse:
    back = reverse("centres:client", args=[client.user.pk])
    context = {"title": title, "text": text, "action": action, "danger": danger, "back": back}
    return render(request, "components/confirm.html", context)
