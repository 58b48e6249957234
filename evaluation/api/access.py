"""Who gets through the doors of the review over the interface: those who read every file, the secretariat to act."""

from uuid import UUID

from rest_framework.request import Request

from accounts.api.authentication import HasScope, user_of
from accounts.enums import Scope
from accounts.errors import NotAllowed, NotFound
from accounts.models import User
from accounts.policies import is_secretariat, reads_all
from applications.models import Application

READ = HasScope(Scope.EVALUATIONS_READ.value)
ACT = HasScope(Scope.EVALUATIONS_READ.value, Scope.APPLICATIONS_WRITE.value)
FIGURES = HasScope(Scope.EVALUATIONS_READ.value, Scope.COUNTS_WRITE.value)
FILES = HasScope(Scope.APPLICATIONS_READ.value, Scope.APPLICATIONS_WRITE.value)


def reader(request: Request) -> User:
    """The caller, who must be one of those who read every file."""
    user = user_of(request)
    if not reads_all(user):
        raise NotAllowed
    return user


def clerk(request: Request) -> User:
    """The caller, who must be of the secretariat: the auditor changes nothing."""
    user = user_of(request)
    if not is_secretariat(user):
        raise NotAllowed
    return user


def filed(user: User, application_id: UUID) -> Application:
    """An application that the person sees and that has a round. Raises NotFound."""
    found = Application.objects.readable_by(user).exclude(batch=None).with_names().filter(pk=application_id).first()
    if found is None:
        raise NotFound
    return found
