"""What the machines of a holder are told of; never more than the holder may read."""

from datetime import datetime
from typing import TYPE_CHECKING

from jobs.enums import EventType
from jobs.services import publish

if TYPE_CHECKING:
    from applications.models import Application, Batch, Upload


def tell_of_move(record: "Batch | Application", *, at: datetime) -> None:
    """An application is in another state: the open webhooks of its holder's clients learn its id and the state."""
    holder, reference = getattr(record, "holder", None), getattr(record, "external_reference", "")
    if holder is None:
        return
    machines = holder.memberships.filter(valid_to=None, user__is_service=True)
    told = {"id": str(record.pk), "external_reference": reference, "state": record.state}
    publish(EventType.APPLICATION_MOVED, told, owner_ids=machines.values("user_id"), at=at)


def tell_of_upload(upload: "Upload", event: EventType, *, at: datetime) -> None:
    """The client that sent an upload learns that it was checked or committed, and in which state it is."""
    told = {"id": str(upload.pk), "kind": upload.kind, "state": upload.state}
    publish(event, told, owner_ids=[upload.created_by_id], at=at)
