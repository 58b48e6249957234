"""What every reviewing service asks first: the right person, a reason, a batch whose inputs are not frozen."""

from collections.abc import Container
from functools import partial
from uuid import UUID

from accounts import policies
from accounts.errors import Conflict, Invalid, NotAllowed, Problem, sentence
from accounts.models import User
from applications.enums import BatchState
from applications.models import Application, Batch

REVIEWED = (BatchState.OPEN, BatchState.REVIEW)


def lock_for_review(application: Application) -> tuple[Batch, Application]:
    """Locks batch, then application; Conflict once the batch is closed, for its inputs are frozen."""
    if application.batch_id is None:
        raise Conflict("not-submitted")
    batch = lock_batch(application.batch_id)
    return batch, Application.objects.select_for_update().get(pk=application.pk)


def lock_batch(batch_id: UUID, *, states: Container[str] = REVIEWED) -> Batch:
    """Locks a batch that is in one of these states; Conflict otherwise, for its inputs are frozen."""
    batch = Batch.objects.select_for_update(of=("self",)).select_related("vintage__loaded_by").get(pk=batch_id)
    if batch.state not in states:
        raise Conflict("inputs-frozen", batch=batch.code)
    return batch


require_secretariat = partial(policies.require_secretariat, code="secretariat-only")
"""What reviews a file says by its own code who does that."""


def require_person(by: User) -> None:
    """What a named person concludes, an interface cannot: a service user has no judgement of its own."""
    if by.is_service:
        raise NotAllowed("person-only")


def require_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("reason-missing", problems=[Problem("/reason", "required", sentence("reason-missing", {}))])
