"""Which events a client may be told of: no more than what its scopes let it read."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import QuerySet

from accounts.enums import Scope
from accounts.models import ApiClient
from jobs.enums import EventType

FILES: Final = (Scope.APPLICATIONS_READ, Scope.APPLICATIONS_WRITE)
UPLOADS: Final = (Scope.UPLOADS_WRITE,)
SCOPES_OF: Final[Mapping[str, tuple[Scope, ...]]] = {
    EventType.APPLICATION_MOVED: FILES,
    EventType.UPLOAD_CHECKED: UPLOADS,
    EventType.UPLOAD_COMMITTED: UPLOADS,
    EventType.UPLOAD_FAILED: UPLOADS,
}
"""One of these is asked for."""


def listeners(event: EventType) -> QuerySet[Any, Any]:
    """The service users of the clients that may be told of an event, as ids."""
    users: QuerySet[Any, Any] = ApiClient.objects.filter(scopes__overlap=list(SCOPES_OF[event])).values("user_id")
    return users
