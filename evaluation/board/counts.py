"""How far the vote on an item is while it is open."""

from dataclasses import dataclass

from evaluation.models import Attendance, Ballot, Vote
from evaluation.voting import voting_rules


@dataclass(frozen=True, slots=True)
class Count:
    """How many have voted of those who may; never how, before the close."""

    cast: int
    may_vote: int
    quorum: int


def count_of(ballot: Ballot) -> Count:
    present = dict(
        Attendance.objects.filter(meeting=ballot.meeting_id)
        .voting_on(ballot.application)
        .values_list("seat_id", "user_id")
    )
    votes = Vote.objects.filter(ballot=ballot).values_list("seat_id", "user_id")
    cast = sum(1 for seat, user in votes if present.get(seat) == user)
    return Count(cast, len(present), voting_rules(ballot.meeting.held_on).quorum)
