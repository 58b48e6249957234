"""What the machines of a holder are told of; never more than the holder, and the client, may read."""

from datetime import datetime
from typing import TYPE_CHECKING

from centres.events import listeners
from jobs.enums import EventType
from jobs.services import publish

if TYPE_CHECKING:
    from applications.models import Application, Batch, Upload


def tell_of_move(record: "Batch | Application", *, at: datetime) -> None:
    """An application is in another state: the open webhooks of its holder's clients learn its id and the state."""
    holder, reference = getattr(record, "holder", None), getattr(record, "external_reference", "")
    if holder is None:
        return
    machines = holder.memberships.filter(valid_to=None, user__in=listeners(EventType.APPLICATION_MOVED))
    told = {"id": str(record.pk), "external_reference": reference, "state": record.state}
    publish(EventType.APPLICATION_MOVED, told, owner_ids=machines.values("user_id"), at=at)


def tell_of_upload(upload: "Upload", event: EventType, *, at: datetime) -> None:
    """The client that sent an upload learns that it was checked or committed, and in which state it is."""
    told = {"id": str(upload.pk), "kind": upload.kind, "state": upload.state}
    publish(event, told, owner_ids=listeners(event).filter(user=upload.created_by_id), at=at)
