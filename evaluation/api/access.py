"""Who gets through the doors of review and sitting over the interface: those who read, and those who act."""

from uuid import UUID

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.authentication import HasScope, user_of
from accounts.enums import Scope
from accounts.errors import NotAllowed, NotFound
from accounts.models import User
from accounts.policies import is_secretariat, reads_all
from applications.models import Application
from evaluation.policies import may_lead_sitting, may_see_sitting

READ = HasScope(Scope.EVALUATIONS_READ.value)
ACT = HasScope(Scope.EVALUATIONS_READ.value, Scope.APPLICATIONS_WRITE.value)
FIGURES = HasScope(Scope.EVALUATIONS_READ.value, Scope.COUNTS_WRITE.value)
FILES = HasScope(Scope.APPLICATIONS_READ.value, Scope.APPLICATIONS_WRITE.value)


class SeesSittings(BasePermission):
    """Sittings are for the committee, the secretariat and the auditor."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not may_see_sitting(user_of(request)):
            raise NotAllowed
        return True


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


def leader(request: Request) -> User:
    """The caller, who must run sittings: chair or secretariat."""
    user = user_of(request)
    if not may_lead_sitting(user):
        raise NotAllowed
    return user


def filed(user: User, application_id: UUID) -> Application:
    """An application that the person sees and that has a round. Raises NotFound."""
    found = Application.objects.readable_by(user).exclude(batch=None).with_names().filter(pk=application_id).first()
    if found is None:
        raise NotFound
    return found
