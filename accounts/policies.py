from django.contrib.auth.models import AnonymousUser

from accounts.enums import Role
from accounts.errors import NotAllowed
from accounts.models.user import User


def _has_role(user: User | AnonymousUser, *roles: Role) -> bool:
    return isinstance(user, User) and user.is_active and user.role in roles


def is_holder(user: User | AnonymousUser) -> bool:
    return _has_role(user, Role.HOLDER)


def is_secretariat(user: User | AnonymousUser) -> bool:
    return _has_role(user, Role.SECRETARIAT)


def require_secretariat(user: User | AnonymousUser, code: str = "not-allowed") -> None:
    """Raises NotAllowed for everyone else, with the code of what they tried."""
    if not is_secretariat(user):
        raise NotAllowed(code)


def is_member(user: User | AnonymousUser) -> bool:
    """Say whether the user sits in the committee, as a member or as its chair."""
    return _has_role(user, Role.MEMBER, Role.CHAIR)


def is_chair(user: User | AnonymousUser) -> bool:
    return _has_role(user, Role.CHAIR)


def is_auditor(user: User | AnonymousUser) -> bool:
    return _has_role(user, Role.AUDITOR)


def is_administrator(user: User | AnonymousUser) -> bool:
    return _has_role(user, Role.ADMINISTRATOR)


def reads_all(user: User | AnonymousUser) -> bool:
    """Say whether the user reads every file: the secretariat and the auditor do."""
    return _has_role(user, Role.SECRETARIAT, Role.AUDITOR)


def may_manage_users(user: User | AnonymousUser) -> bool:
    """Only administrators create users, change their role, close their account or issue tokens."""
    return is_administrator(user)


def may_read_audit(user: User | AnonymousUser) -> bool:
    return is_auditor(user)
