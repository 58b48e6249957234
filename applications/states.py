"""The one function that moves a batch or an application along ``applications.transitions``."""

from datetime import datetime
from typing import TYPE_CHECKING

from accounts.errors import Conflict, NotAllowed
from accounts.models import User
from accounts.services.audit import record_event
from applications.events import tell_of_move
from applications.transitions import CLOCK, WORKER, Transition

if TYPE_CHECKING:
    from applications.models import Application, Batch


def transition_of(record: "Batch | Application", verb: str) -> Transition | None:
    """The one move that ``verb`` names from the record's present state."""
    return next((move for move in record.transitions if (move.source, move.verb) == (record.state, verb)), None)


def may_move(record: "Batch | Application", verb: str, user: User) -> bool:
    """The present state allows ``verb`` and the user's role is among those who may do it."""
    move = transition_of(record, verb)
    return move is not None and user.role in move.who


def require_transition(record: "Batch | Application", verb: str, *, by: User | None) -> Transition:
    """Refuses with Conflict when the state does not allow the move, NotAllowed when the person may not make it."""
    move = transition_of(record, verb)
    if move is None:
        raise Conflict("wrong-state", state=record.get_state_display(), verb=verb)
    if by is not None and by.role not in move.who:
        raise NotAllowed("not-your-move", verb=verb)
    if by is None and not {CLOCK, WORKER} & set(move.who):
        raise NotAllowed("not-your-move", verb=verb)
    return move


def move_to_next(record: "Batch | Application", verb: str, *, by: User | None, at: datetime, reason: str = "") -> None:
    """Every change of state goes through here, on a row that the caller has locked.

    Called by all services that change the state of a batch or an application; writes the audit line and tells
    the holder's machines.
    """
    move = require_transition(record, verb, by=by)
    record.state = move.target
    record.save(update_fields=["state"])
    record_event(
        record, by=by, at=at, verb=verb, before={"state": move.source}, after={"state": move.target}, reason=reason
    )
    tell_of_move(record, at=at)
