from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from jobs.enums import Claim, KeyState
from jobs.models import IdempotencyKey

ABANDONED = timedelta(minutes=5)
INSERT = """
    INSERT INTO jobs_idempotencykey (client_id, key, request_sha256, state, created_at) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (client_id, key) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class KeyOutcome:
    """What an idempotency key turned out to be; the answer is there for REPLAY only."""

    claim: Claim
    response_status: int | None = None
    response_body: Any = None


@transaction.atomic
def claim_key(*, client_id: str, key: str, request_sha256: str, at: datetime) -> KeyOutcome:
    """Say whether a client's request is new, answered before, still being answered, or another one under the same key.

    A request that has been in progress for 5 minutes counts as lost and may be done anew. Called in the transaction of
    the business write, two equal requests wait for each other and the second is a REPLAY.
    """
    if _insert(client_id, key, request_sha256, at):
        return KeyOutcome(Claim.NEW)
    held = IdempotencyKey.objects.select_for_update().get(client_id=client_id, key=key)
    if held.request_sha256 != request_sha256:
        return KeyOutcome(Claim.MISMATCH)
    if held.state == KeyState.ANSWERED:
        return KeyOutcome(Claim.REPLAY, held.response_status, held.response_body)
    taken = IdempotencyKey.objects.filter(pk=held.pk, claimed_at__lt=Now() - ABANDONED).update(claimed_at=Now())
    return KeyOutcome(Claim.NEW if taken else Claim.IN_PROGRESS)


def store_response(*, client_id: str, key: str, status: int, body: Any) -> None:
    """Keep the answer to a claimed request, so that the same request gets it again."""
    IdempotencyKey.objects.filter(client_id=client_id, key=key, state=KeyState.IN_PROGRESS).update(
        state=KeyState.ANSWERED, response_status=status, response_body=body
    )


def release_key(*, client_id: str, key: str) -> None:
    """Forget a claimed request that was not carried out, so that the client may send it again."""
    IdempotencyKey.objects.filter(client_id=client_id, key=key, state=KeyState.IN_PROGRESS).delete()


def _insert(client_id: str, key: str, request_sha256: str, at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [client_id, key, request_sha256, KeyState.IN_PROGRESS, at])
        inserted: int = cursor.rowcount
    return inserted == 1
