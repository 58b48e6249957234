"""Two people at once: real connections, real commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from accounts.errors import Conflict, DeskError
from evaluation.models import Ballot, Proposal, Vote
from evaluation.services.ballots import cast_vote
from tests.evaluation.builders import AT_SITTING, close, make_sitting, vote

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Start all acts together; gives `done` or the code of the refusal, in order."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            barrier.wait()
            act()
        except DeskError as error:
            return error.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_members_vote_at_once_and_one_clicks_twice() -> None:
    sitting = make_sitting()
    first, second = sitting.committee.members[1:3]

    def voting(member: object, value: str) -> Callable[[], object]:
        return lambda: cast_vote(sitting.ballot, value=value, by=member, at=AT_SITTING)  # type: ignore[arg-type]  # a user

    results = at_once(voting(first, "FOR"), voting(second, "AGAINST"), voting(first, "FOR"))
    assert results == ["done"] * 3
    assert list(Vote.objects.order_by("seat").values_list("seat", "value")) == [(2, "FOR"), (3, "AGAINST")]


def test_close_while_a_member_votes_counts_that_vote_or_refuses_it() -> None:
    sitting = make_sitting()
    vote(sitting, votes_for=17)
    late = sitting.committee.members[17]
    voted, closed = at_once(
        lambda: cast_vote(sitting.ballot, value="AGAINST", by=late, at=AT_SITTING),
        lambda: close(sitting),
    )
    ballot = Ballot.objects.get()
    assert closed == "done"
    assert (voted, ballot.votes_against) in {("done", 1), ("ballot-not-open", 0)}


def test_two_close_at_once_and_one_proposal_stands() -> None:
    sitting = make_sitting()
    vote(sitting, votes_for=18)
    assert sorted(at_once(lambda: close(sitting), lambda: close(sitting))) == ["ballot-not-open", "done"]
    assert Proposal.objects.count() == 1
    with pytest.raises(Conflict):
        close(sitting)
