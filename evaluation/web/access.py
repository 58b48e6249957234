"""Who gets through the doors of the review: the secretariat works, the auditor reads, nobody else enters."""

from django.http import HttpRequest

from accounts.errors import NotAllowed
from accounts.models import User
from accounts.policies import is_secretariat, reads_all
from applications.selectors import find_batch

__all__ = ["clerk", "find_batch", "reader"]


def reader(request: HttpRequest) -> User:
    """The signed-in person, who must be one of those who read every file."""
    user = request.user
    if not isinstance(user, User) or not reads_all(user):
        raise NotAllowed
    return user


def clerk(request: HttpRequest) -> User:
    """The signed-in person, who must be of the secretariat: the auditor changes nothing."""
    user = request.user
    if not isinstance(user, User) or not is_secretariat(user):
        raise NotAllowed
    return user
