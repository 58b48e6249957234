"""The lock order of filing: the batch, then the application."""

from datetime import datetime

from accounts.errors import Conflict
from applications.models import Application, Batch
from applications.policies import require_draft


def lock_application(application: Application) -> Application:
    """The row as it stands now, held until the transaction ends; its batch is held first."""
    if application.batch_id is not None:
        Batch.objects.select_for_update().get(pk=application.batch_id)
    return Application.objects.select_for_update(of=("self",)).with_names().get(pk=application.pk)


def lock_draft(application: Application, *, expected_version: int | None = None) -> Application:
    """A draft whose answers may change. Raises Conflict when it is none any more, or was changed meanwhile."""
    locked = lock_application(application)
    require_draft(locked)
    if expected_version is not None and locked.version != expected_version:
        raise Conflict("stale-version")
    return locked


def touch(application: Application, *, at: datetime) -> None:
    """Mark a locked row as changed; the last change never lies before an earlier one, though a clock be set back."""
    application.version += 1
    application.changed_at = max(at, application.changed_at)
