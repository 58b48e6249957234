"""Every state with every role and every verb, taken from the table itself."""

from itertools import product

import pytest

from accounts.enums import Role
from accounts.errors import Conflict, NotAllowed
from accounts.models import User
from applications.enums import ApplicationState, BatchState
from applications.models import Application, Batch
from applications.states import may_move, require_transition
from applications.transitions import APPLICATION_TRANSITIONS, BATCH_TRANSITIONS, CLOCK, WORKER, Transition

MACHINE = {CLOCK, WORKER}
CASES = [
    (record, table, state, verb)
    for record, table, states in (
        (Application, APPLICATION_TRANSITIONS, ApplicationState),
        (Batch, BATCH_TRANSITIONS, BatchState),
    )
    for state, verb in product(states, sorted({move.verb for move in table}))
]


def outcome(record: Application | Batch, verb: str, user: User | None) -> str:
    try:
        return require_transition(record, verb, by=user).target
    except Conflict as refused:
        return refused.code
    except NotAllowed as refused:
        return refused.code


@pytest.mark.parametrize(("kind", "table", "state", "verb"), CASES)
def test_state_moves_only_along_the_table(
    kind: type[Application | Batch], table: tuple[Transition, ...], state: str, verb: str
) -> None:
    record = kind(state=state)
    move = next((each for each in table if (each.source, each.verb) == (state, verb)), None)
    for role in Role:
        user = User(role=role, email="a@test.example", name="A")
        expected = "wrong-state" if move is None else move.target if role in move.who else "not-your-move"
        assert outcome(record, verb, user) == expected
        assert may_move(record, verb, user) is (move is not None and role in move.who)
    alone = "wrong-state" if move is None else move.target if MACHINE & set(move.who) else "not-your-move"
    assert outcome(record, verb, None) == alone


def test_a_verb_leads_from_a_state_to_one_place_only() -> None:
    for table in (APPLICATION_TRANSITIONS, BATCH_TRANSITIONS):
        starts = [(move.source, move.verb) for move in table]
        assert len(starts) == len(set(starts))
