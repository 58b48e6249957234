from datetime import datetime

from django.db import transaction

from accounts.errors import Invalid
from accounts.models import User
from accounts.policies import require_secretariat
from accounts.services.audit import record_event
from applications.enums import AdmissibilityState, BatchState
from applications.errors import problem
from applications.models import Application
from applications.services.locks import lock_application, touch
from applications.states import move_to_next, require_transition


@transaction.atomic
def decide_admissibility(
    application: Application, *, result: AdmissibilityState | str, reason: str, by: User, at: datetime
) -> Application:
    """A named person finds a file admissible, inadmissible or to be completed; it never enters the outcome.

    Admissible in a round under review goes into review at once. Raises NotAllowed, Conflict, Invalid without a
    reason where one is due.
    """
    require_secretariat(by)
    found = AdmissibilityState(result)
    if found != AdmissibilityState.ADMISSIBLE and not reason.strip():
        raise Invalid(problems=[problem("/reason", "reason-missing")])
    locked = lock_application(application)
    require_transition(locked, "refuse" if found == AdmissibilityState.INADMISSIBLE else "admit", by=by)
    before = {"admissibility": locked.admissibility}
    _write(locked, found, reason=reason.strip(), by=by, at=at)
    if found == AdmissibilityState.TO_COMPLETE:
        after = {"admissibility": found.value}
        record_event(locked, by=by, at=at, verb="ask to complete", before=before, after=after, reason=reason)
    else:
        _move(locked, found, reason=reason.strip(), by=by, at=at)
    return locked


def _write(application: Application, found: AdmissibilityState, *, reason: str, by: User, at: datetime) -> None:
    application.admissibility, application.admissibility_reason = found, reason
    application.admissibility_by, application.admissibility_at = by, at
    touch(application, at=at)
    application.save()


def _move(application: Application, found: AdmissibilityState, *, reason: str, by: User, at: datetime) -> None:
    if found == AdmissibilityState.INADMISSIBLE:
        move_to_next(application, "refuse", by=by, at=at, reason=reason)
        return
    move_to_next(application, "admit", by=by, at=at, reason=reason)
    if application.batch is not None and application.batch.state == BatchState.REVIEW:
        move_to_next(application, "take_up", by=by, at=at)
