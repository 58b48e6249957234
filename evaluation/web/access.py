"""Who gets through the doors of the review: the secretariat works, the auditor reads, nobody else enters."""

import re

from django.http import HttpRequest

from accounts.errors import NotAllowed, NotFound
from accounts.models import User
from accounts.policies import is_secretariat, reads_all
from applications.models import Batch

CODE = re.compile(r"(\d{4})-(\d{2})")


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


def find_batch(code: str) -> Batch:
    """The batch of a code such as 2026-07. Raises NotFound."""
    match = CODE.fullmatch(code)
    found = match and Batch.objects.filter(year=int(match[1]), half=int(match[2])).select_related("vintage").first()
    if not found:
        raise NotFound
    return found
