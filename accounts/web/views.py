import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.i18n import set_language as set_browser_language

from accounts.clock import now
from accounts.enums import Language
from accounts.errors import Conflict, Invalid, NotAllowed, NotFound
from accounts.models import User
from accounts.policies import may_manage_users
from accounts.selectors import users_found
from accounts.services.users import change_role, create_user, deactivate_user, reactivate_user, set_language
from accounts.web.forms import CloseForm, RoleForm, UserForm, add_error

PAGE_SIZE = 30


def _administrator(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not may_manage_users(request.user):
        raise NotAllowed
    return request.user


def _user_or_404(request: HttpRequest, pk: uuid.UUID) -> User:
    found = User.objects.visible_to(_administrator(request)).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


@require_GET
def users(request: HttpRequest) -> HttpResponse:
    """Every account, for the administrators."""
    search = request.GET.get("q", "").strip()
    page = Paginator(users_found(_administrator(request), search=search), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/users.html", {"page": page, "search": search})


@require_http_methods(["GET", "POST"])
def user_new(request: HttpRequest) -> HttpResponse:
    by = _administrator(request)
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = create_user(**form.cleaned_data, by=by, at=now())
        except (Invalid, Conflict) as error:
            add_error(form, error)
        else:
            messages.success(request, _("%(name)s has an account now.") % {"name": user.name})
            return redirect("accounts:user", pk=user.pk)
    status = 422 if form.errors else 200
    return render(request, "accounts/user_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def user_detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One account with its role, which an administrator may change here."""
    by, user = _administrator(request), _user_or_404(request, pk)
    form = RoleForm(request.POST or None, initial={"role": user.role})
    if request.method == "POST" and form.is_valid():
        change_role(user, role=form.cleaned_data["role"], by=by, at=now())
        messages.success(request, _("The role is changed. Open sessions of this person have ended."))
        return redirect("accounts:user", pk=user.pk)
    context = {"person": user, "form": form, "own": user.pk == by.pk}
    return render(request, "accounts/user.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def user_close(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    user = _user_or_404(request, pk)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        deactivate_user(user, by=_administrator(request), at=now(), reason=reason)
        messages.success(request, _("The account is closed. Open sessions and tokens have ended."))
        return redirect("accounts:user", pk=user.pk)
    context = {
        "title": _("Close the account of %(name)s") % {"name": user.name},
        "text": _("This person can no longer sign in, and every open session ends. What was done stays in the files."),
        "form": form,
        "action": _("Close the account"),
        "danger": True,
        "back": reverse("accounts:user", args=[user.pk]),
    }
    return render(request, "components/confirm.html", context, status=422 if form.errors else 200)


@require_POST
def user_reopen(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    user = reactivate_user(_user_or_404(request, pk), by=_administrator(request), at=now())
    messages.success(request, _("The account is open again."))
    return redirect("accounts:user", pk=user.pk)


@require_POST
@login_not_required
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Change the language of the screens; someone signed in keeps it for later visits and for mails."""
    language = request.POST.get("language", "")
    if isinstance(request.user, User) and language in Language.values:
        set_language(request.user, language=language)
    return set_browser_language(request)
