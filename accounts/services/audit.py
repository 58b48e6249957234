from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from accounts.models import AuditEvent, User


def record_event(
    subject: Model,
    *,
    by: User | None,
    at: datetime,
    verb: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """Write one line of the audit trail in the caller's transaction.

    The chain is locked from this call until the transaction ends: call it last, after the locks on the subject.
    Raises RuntimeError outside a transaction, for a line must stand or fall with what it tells.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an audit line is written in the transaction of what it tells")
    return AuditEvent.objects.create(
        at=at,
        by=by,
        verb=verb,
        subject_type=subject._meta.label,
        subject_id=str(subject.pk),
        before=before,
        after=after,
        reason=reason,
    )
