from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from jobs.enums import JobState
from jobs.models import Job
from jobs.services.jobs import send

LOCK = 16412
UNSEEN = timedelta(seconds=20)
LOST = "worker-lost"
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one sweep found: jobs sent again, and jobs given up because their last worker was lost."""

    sent: int = 0
    given_up: int = 0


@transaction.atomic
def sweep_jobs() -> Sweep:
    """Bring back what a lost worker, message or broker left behind; of several sweepers at once only one works.

    Expired leases are queued again or, without an attempt left, given up. Then what nobody took for 20 seconds after it
    was sent and every retry that is due is sent, on commit, the oldest 200 first.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        row = cursor.fetchone()
    if row is None or not row[0]:
        return Sweep()
    given_up = _release_expired()
    messages = _due_messages()
    transaction.on_commit(lambda: send(messages), robust=True)
    return Sweep(sent=len(messages), given_up=given_up)


def _release_expired() -> int:
    expired = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=Now())
    given_up = expired.filter(attempt__gte=F("max_attempts")).update(
        state=JobState.DEAD, lease_until=None, finished_at=Now(), error_code=LOST
    )
    expired.update(state=JobState.QUEUED, lease_until=None, next_attempt_at=Now(), error_code=LOST)
    return given_up


def _due_messages() -> list[tuple[str, str]]:
    unseen = Q(sent_at__lt=Now() - UNSEEN)
    fresh_retry = Q(next_attempt_at__lte=Now(), sent_at__lt=F("next_attempt_at"))
    ready = Q(next_attempt_at=None) | Q(next_attempt_at__lte=Now())
    due = Job.objects.select_for_update(skip_locked=True).filter(ready, unseen | fresh_retry, state=JobState.QUEUED)
    rows = list(due.order_by("sent_at").values_list("pk", "kind")[:AT_ONCE])
    Job.objects.filter(pk__in=[pk for pk, _kind in rows]).update(sent_at=Now())
    return [(kind, str(pk)) for pk, kind in rows]
