"""The signed-in person, and the file they asked for: what they may not see does not exist."""

from uuid import UUID

from django.http import HttpRequest

from accounts.errors import NotAllowed, NotFound
from accounts.models import User
from accounts.policies import is_holder
from applications.models import Application
from applications.policies import may_change
from applications.selectors import own_application


def person(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise NotAllowed
    return user


def filer(request: HttpRequest) -> User:
    """Staff of a holder. Raises NotAllowed for every other role."""
    user = person(request)
    if not is_holder(user):
        raise NotAllowed
    return user


def visible_file(request: HttpRequest, pk: UUID) -> Application:
    return own_application(person(request), pk)


def filed_by(request: HttpRequest, pk: UUID) -> Application:
    """A file of the person's own company. Raises NotFound for everyone else's, NotAllowed for other roles."""
    return own_application(filer(request), pk)


def changeable(request: HttpRequest, pk: UUID) -> Application:
    """A draft that the person may change. Raises NotFound when it is none any more."""
    application = filed_by(request, pk)
    if not may_change(person(request), application):
        raise NotFound("not-a-draft")
    return application
