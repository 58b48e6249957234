"""Who moves a batch or an application from where to where; buttons, docs and database triggers come from here."""

from dataclasses import dataclass
from typing import Final

import pgtrigger

from accounts.enums import Role
from applications.enums import ApplicationState as A
from applications.enums import BatchState as B

CLOCK: Final = "CLOCK"
WORKER: Final = "WORKER"


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed move; ``who`` holds roles, or CLOCK and WORKER for moves that no person makes."""

    source: str
    target: str
    verb: str
    who: tuple[str, ...]


_DESK: Final = (Role.SECRETARIAT.value,)
_HOLDER: Final = (Role.HOLDER.value,)
_CHAIR: Final = (Role.CHAIR.value, Role.SECRETARIAT.value)

BATCH_TRANSITIONS: Final = (
    Transition(B.OPEN, B.REVIEW, "end_intake", (CLOCK, *_DESK)),
    Transition(B.REVIEW, B.CLOSED, "close", _DESK),
    Transition(B.CLOSED, B.SEALED, "seal", (WORKER,)),
    Transition(B.SEALED, B.DECIDED, "decide", _DESK),
)

APPLICATION_TRANSITIONS: Final = (
    Transition(A.DRAFT, A.SUBMITTED, "submit", _HOLDER),
    Transition(A.DRAFT, A.WITHDRAWN, "withdraw", _HOLDER),
    Transition(A.SUBMITTED, A.ADMISSIBLE, "admit", _DESK),
    Transition(A.SUBMITTED, A.INADMISSIBLE, "refuse", _DESK),
    Transition(A.SUBMITTED, A.WITHDRAWN, "withdraw", _HOLDER),
    Transition(A.ADMISSIBLE, A.IN_REVIEW, "take_up", (CLOCK, *_DESK)),
    Transition(A.ADMISSIBLE, A.INADMISSIBLE, "refuse", _DESK),
    Transition(A.ADMISSIBLE, A.WITHDRAWN, "withdraw", _HOLDER),
    Transition(A.IN_REVIEW, A.INADMISSIBLE, "refuse", _DESK),
    Transition(A.IN_REVIEW, A.WITHDRAWN, "withdraw", _HOLDER),
    Transition(A.IN_REVIEW, A.READY, "close", _DESK),
    Transition(A.READY, A.AT_VOTE, "open_ballot", _CHAIR),
    Transition(A.READY, A.WITHDRAWN, "withdraw", _HOLDER),
    Transition(A.AT_VOTE, A.PROPOSED, "propose", _CHAIR),
    Transition(A.PROPOSED, A.DECIDED, "decide", _DESK),
    Transition(A.READY, A.DECIDED, "decide", _DESK),
    Transition(A.AT_VOTE, A.DECIDED, "decide", _DESK),
)


def guard_state(table: tuple[Transition, ...]) -> pgtrigger.FSM:
    """The database refuses any move that the table does not hold, even from raw SQL."""
    return pgtrigger.FSM(
        name="state_moves", field="state", transitions=sorted({(str(move.source), str(move.target)) for move in table})
    )
