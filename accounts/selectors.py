from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import User

# Written out here a second time on purpose: the check must not rest on the function that it checks.
CHAIN_FAULTS = """
    SELECT seq,
        seq IS DISTINCT FROM lag(seq, 1, 0::bigint) OVER chain + 1,
        previous_sha256 IS DISTINCT FROM lag(sha256, 1, repeat('0', 64)::varchar) OVER chain,
        sha256 IS DISTINCT FROM encode(sha256(convert_to(jsonb_build_array(
            seq, previous_sha256, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), by_id,
            verb, subject_type, subject_id, before, after, reason)::text, 'UTF8')), 'hex')
    FROM accounts_auditevent WINDOW chain AS (ORDER BY seq)
"""
FIRST_FAULT = f"SELECT * FROM ({CHAIN_FAULTS}) AS row (seq, gap, unlinked, altered) WHERE gap OR unlinked OR altered ORDER BY seq LIMIT 1"  # noqa: E501, S608  # two constants
HEAD = "SELECT seq, sha256 FROM accounts_auditevent ORDER BY seq DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first line of the audit trail that does not fit, and how: rows missing before it, unlinked, or altered."""

    seq: int
    kind: str


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """How the audit trail stands; keep `head` elsewhere, for only that shows whether the end was cut off."""

    rows: int
    head: str
    fault: ChainFault | None


def audit_chain_check() -> ChainCheck:
    """Recompute the whole chain in the database and name its first broken line."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST_FAULT)
        broken = cursor.fetchone()
        cursor.execute(HEAD)
        rows, head = cursor.fetchone() or (0, "")
    return ChainCheck(rows=rows, head=head, fault=_fault(*broken) if broken else None)


def _fault(seq: int, gap: bool, unlinked: bool, altered: bool) -> ChainFault:
    kinds = {"rows missing before it": gap, "altered": altered, "not linked to the row before": unlinked}
    return ChainFault(seq=seq, kind=", ".join(kind for kind, found in kinds.items() if found))


def users_found(viewer: User | AnonymousUser, *, search: str = "") -> QuerySet[User]:
    """Give the users that the viewer may see, by e-mail address, those whose name or address contains the words."""
    return User.objects.visible_to(viewer).filter(Q(name__icontains=search) | Q(email__icontains=search))
