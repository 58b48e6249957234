"""The sitting on the batch of January and what the Minister made of it, item by item."""

from collections.abc import Mapping
from itertools import chain, repeat
from typing import Any

from accounts.models import User
from applications.models import Application, Batch
from centres.models import Seat
from evaluation.demo.filings import Filings
from evaluation.demo.people import People
from evaluation.demo.tables import Pace, moment, table
from evaluation.enums import VoteValue
from evaluation.models import Ballot, Meeting
from evaluation.services.ballots import cast_vote, close_ballot, draft_ballot, open_ballot
from evaluation.services.decisions import record_ministerial_decision
from evaluation.services.meetings import convene_meeting, record_arrival, record_recusal

VALUES = (VoteValue.FOR, VoteValue.AGAINST, VoteValue.ABSTAIN)


def convene(batch: Batch, *, by: User, pace: Pace) -> Meeting:
    """The sitting of the table, called while the files are in review: its day is the day of the vote."""
    return convene_meeting(batch, held_on=table("votes")["held_on"], by=by, at=pace.tick())


def draft_agenda(meeting: Meeting, filings: Filings, *, by: User, pace: Pace) -> dict[str, Ballot]:
    """A drafted proposal per item, and who is barred from which."""
    for row in table("votes")["recusal"]:
        record_recusal(
            filings[row["application"]],
            user=filings.people[row["login"]],
            barred_from=row["barred_from"],
            reason=row["reason"],
            by=by,
            at=pace.tick(),
        )
    return {row["application"]: _draft(row, meeting, filings, by=by, pace=pace) for row in table("votes")["ballot"]}


def _draft(row: Mapping[str, Any], meeting: Meeting, filings: Filings, *, by: User, pace: Pace) -> Ballot:
    application = filings[row["application"]]
    return draft_ballot(
        application,
        population=application.populations[0],
        meeting=meeting,
        proposed=row["proposed"],
        text=row["text"],
        by=by,
        at=pace.tick(),
    )


def hold_sitting(meeting: Meeting, ballots: Mapping[str, Ballot], people: People) -> None:
    """The members arrive, and item after item is opened, voted on and closed by the chair."""
    chair, pace = people["chair"], Pace(moment(meeting.held_on, 9, 30), minutes=1)
    present = people.seats[: table("votes")["present"]]
    for seat, user in present:
        record_arrival(meeting, seat=seat, user=user, by=chair, at=pace.tick())
    for row in table("votes")["ballot"]:
        _vote_on(row, ballots[row["application"]], present, people, pace=pace)


def _vote_on(
    row: Mapping[str, Any], ballot: Ballot, present: tuple[tuple[Seat, User], ...], people: People, *, pace: Pace
) -> None:
    chair = people["chair"]
    opened = open_ballot(ballot, by=chair, at=pace.tick())
    at = pace.tick()
    values = chain.from_iterable(repeat(value, number) for value, number in zip(VALUES, row["votes"], strict=True))
    voters = (user for _seat, user in present if user not in _barred(row["application"], people))
    for user, value in zip(voters, values, strict=False):
        cast_vote(opened, value=value, by=user, at=at)
    close_ballot(
        opened,
        capacity_finding=row["finding"],
        capacity_reason=row["finding_reason"],
        by=chair,
        at=pace.tick(),
    )


def _barred(key: str, people: People) -> list[User]:
    return [people[row["login"]] for row in table("votes")["recusal"] if row["application"] == key]


def record_decisions(filings: Filings, *, by: User, pace: Pace) -> None:
    """What the Minister decided on each item, with its days."""
    for row in table("votes")["ballot"]:
        application: Application = filings[row["application"]]
        record_ministerial_decision(
            application,
            population=application.populations[0],
            **row["decision"],
            **table("votes")["decided"],
            by=by,
            at=pace.tick(),
        )
