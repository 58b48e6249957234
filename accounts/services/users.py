from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from oauth2_provider.models import get_access_token_model

from accounts.enums import Language, Role
from accounts.errors import Conflict, Invalid, NotAllowed, Problem, sentence
from accounts.models import User
from accounts.policies import may_manage_users
from accounts.services.audit import record_event


def require_administrator(by: User | None) -> None:
    """Raise NotAllowed unless an administrator acts; `by=None` is the machine itself, from a command."""
    if by is not None and not may_manage_users(by):
        raise NotAllowed


@transaction.atomic
def create_user(
    *,
    email: str,
    name: str,
    role: str,
    language: str = Language.NL,
    password: str | None = None,
    by: User | None,
    at: datetime,
) -> User:
    """Give a person an account; without a password the person sets one through the reset page.

    Called by the users page, by the demo and by the command for the first administrator (`by=None`).
    Raises NotAllowed, Invalid, Conflict.
    """
    require_administrator(by)
    user = _prepared_user(email=email, name=name, role=role, language=language)
    user.set_password(password)
    user.save(force_insert=True)
    record_event(user, by=by, at=at, verb="create user", after=_told(user))
    return user


@transaction.atomic
def create_service_user(*, client_id: str, name: str, role: str, by: User | None, at: datetime) -> User:
    """Make the user that an API client acts as; nobody can sign in as it."""
    require_administrator(by)
    user = _prepared_user(email=f"{client_id}@clients.invalid", name=name, role=role, language=Language.EN)
    user.is_service = True
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


@transaction.atomic
def change_role(user: User, *, role: str, by: User, at: datetime) -> User:
    """Give a person another role; open sessions and tokens end, for they were opened under the old one.

    Raises NotAllowed, Invalid.
    """
    locked = _locked_for_change(user, by=by)
    if role not in Role.values:
        raise Invalid(problems=_problems({"role": ("role-unknown", {"role": role})}))
    if locked.role == role:
        return locked
    before = {"role": locked.role}
    locked.role = role
    _end_access(locked)
    locked.save(update_fields=["role", "session_epoch"])
    record_event(locked, by=by, at=at, verb="change role", before=before, after={"role": role})
    return locked


@transaction.atomic
def deactivate_user(user: User, *, by: User, at: datetime, reason: str = "") -> User:
    """Close an account: no new sign-in, and every open session and token ends.

    Raises NotAllowed.
    """
    locked = _locked_for_change(user, by=by)
    if not locked.is_active:
        return locked
    locked.is_active = False
    _end_access(locked)
    locked.save(update_fields=["is_active", "session_epoch"])
    record_event(
        locked,
        by=by,
        at=at,
        verb="deactivate user",
        before={"is_active": True},
        after={"is_active": False},
        reason=reason,
    )
    return locked


@transaction.atomic
def reactivate_user(user: User, *, by: User, at: datetime) -> User:
    """Open a closed account again; sessions and tokens from before stay ended. Raises NotAllowed."""
    locked = _locked_for_change(user, by=by)
    if locked.is_active:
        return locked
    locked.is_active = True
    locked.save(update_fields=["is_active"])
    record_event(locked, by=by, at=at, verb="reactivate user", before={"is_active": False}, after={"is_active": True})
    return locked


def set_language(user: User, *, language: str) -> User:
    """Keep the language a person chose for screens and mails; it is a preference and leaves no audit line.

    Raises Invalid.
    """
    if language not in Language.values:
        raise Invalid(problems=_problems({"language": ("language-unknown", {"language": language})}))
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])
    return user


def _prepared_user(*, email: str, name: str, role: str, language: str) -> User:
    user = User(email=email.strip().lower(), name=name.strip(), role=role, language=language)
    faults: dict[str, tuple[str, dict[str, object]]] = {}
    if not _is_email(user.email):
        faults["email"] = ("email-invalid", {})
    if not user.name:
        faults["name"] = ("name-missing", {})
    if role not in Role.values:
        faults["role"] = ("role-unknown", {"role": role})
    if language not in Language.values:
        faults["language"] = ("language-unknown", {"language": language})
    if faults:
        raise Invalid(problems=_problems(faults))
    if User.objects.filter(email=user.email).exists():
        raise Conflict("email-taken", email=user.email)
    return user


def _problems(faults: dict[str, tuple[str, dict[str, object]]]) -> list[Problem]:
    return [Problem(pointer=field, code=code, message=sentence(code, data)) for field, (code, data) in faults.items()]


def _is_email(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True


def _locked_for_change(user: User, *, by: User) -> User:
    require_administrator(by)
    if user.pk == by.pk:
        raise NotAllowed("own-account")
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.is_service:
        raise NotAllowed("service-account")
    return locked


def _end_access(user: User) -> None:
    user.session_epoch += 1
    get_access_token_model().objects.filter(user=user).delete()


def _told(user: User) -> dict[str, Any]:
    return {"email": user.email, "name": user.name, "role": user.role, "language": user.language}
