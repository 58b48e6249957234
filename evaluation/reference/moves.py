"""States and who moves them, from the tables that the code itself moves along."""

from collections.abc import Iterable

from django.db.models import TextChoices

from applications.enums import ApplicationState, BatchState, UploadState
from applications.transitions import APPLICATION_TRANSITIONS, BATCH_TRANSITIONS, Transition
from evaluation.enums import BallotState
from evaluation.reference.markdown import code, page, table
from jobs.enums import JobState
from jobs.states import TRANSITIONS as JOB_TRANSITIONS

MOVES = ("from", "to", "verb", "who")


def states_page() -> str:
    jobs = ((code(move.source), code(move.target), move.verb, move.who) for move in JOB_TRANSITIONS)
    return page(
        "States",
        "Every move that exists. The database refuses any other, also from SQL. `CLOCK` and `WORKER` are moves that"
        " no person makes.",
        f"## Batch\n\n{_states(BatchState)}\n{table(MOVES, _moves(BATCH_TRANSITIONS))}",
        f"## Application\n\n{_states(ApplicationState)}\n{table(MOVES, _moves(APPLICATION_TRANSITIONS))}",
        f"## Ballot\n\n{_states(BallotState)}",
        "A ballot goes from each state to the next, by the chair or the secretariat; a draft that the re-check on the"
        " day of the vote holds stays a draft until it is released or postponed.",
        f"## Upload\n\n{_states(UploadState)}",
        f"## Job\n\n{_states(JobState)}\n{table(MOVES, jobs)}",
    )


def _states(states: type[TextChoices]) -> str:
    return table(("state", "on screen"), ((code(value), label) for value, label in states.choices))


def _moves(moves: Iterable[Transition]) -> Iterable[tuple[str, str, str, str]]:
    return ((code(move.source), code(move.target), code(move.verb), ", ".join(move.who)) for move in moves)
