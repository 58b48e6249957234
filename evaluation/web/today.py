"""The first page: what waits for the person who looks at it, or a calm explanation for everyone else."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.enums import Role
from accounts.models import User
from evaluation.board.today import (
    administrator_today,
    auditor_today,
    holder_today,
    member_today,
    secretariat_today,
)

READ: dict[str, tuple[str, Callable[[User], object]]] = {
    Role.SECRETARIAT: ("secretariat", lambda user: secretariat_today(user, on=clock.today())),
    Role.HOLDER: ("holder", lambda user: holder_today(user, on=clock.today())),
    Role.MEMBER: ("member", lambda user: member_today(user, on=clock.today())),
    Role.CHAIR: ("member", lambda user: member_today(user, on=clock.today())),
    Role.AUDITOR: ("auditor", auditor_today),
    Role.ADMINISTRATOR: ("administrator", administrator_today),
}


@login_not_required
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return render(request, "evaluation/landing.html", {"public_page": True})
    name, read = READ[user.role]
    return render(request, f"evaluation/today_{name}.html", {"today": read(user), "day": clock.today()})
