"""Quorum and majority of the committee: dated data, judged by one pure function."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from evaluation.rules.tables import Table
from evaluation.rules.versions import Source, dated_sources, in_force, require_unbroken

PROCEDURE = Path(__file__).resolve().parent / "criteria" / "procedure"
KEYS = ("id", "version", "valid_from", "valid_to", "checked_on", "source", "quorum", "majority", "sentence")


class BallotOutcome(StrEnum):
    """What becomes of the proposal that was put to the vote."""

    ADOPTED = "ADOPTED"
    NOT_ADOPTED = "NOT_ADOPTED"
    NO_QUORUM = "NO_QUORUM"


@dataclass(frozen=True, slots=True)
class VotingRules:
    """The quorum in voting members present, the majority as a fraction of the votes for and against."""

    id: str
    version: str
    valid_from: date
    valid_to: date | None
    source: str
    sentence: str
    quorum: int
    numerator: int
    denominator: int
    sha256: str


def ballot_outcome(
    rules: VotingRules, *, voting_present: int, votes_for: int, votes_against: int, abstentions: int
) -> BallotOutcome:
    """A proposal is adopted by the majority of the votes for and against, abstentions not counted.

    Only members who may vote on the item are present for it; below the quorum there is no valid deliberation, and
    where nobody votes for or against nothing is adopted. Raises ValueError for a negative number and for more votes
    than voting members present.
    """
    votes = (votes_for, votes_against, abstentions)
    if min(voting_present, *votes) < 0 or sum(votes) > voting_present:
        raise ValueError(f"{votes} cannot be the votes of {voting_present} members")
    if voting_present < rules.quorum:
        return BallotOutcome.NO_QUORUM
    cast = votes_for + votes_against
    reached = cast > 0 and rules.denominator * votes_for >= rules.numerator * cast
    return BallotOutcome.ADOPTED if reached else BallotOutcome.NOT_ADOPTED


def voting_rules(on: date) -> VotingRules:
    """The rules in force on the day of the vote.

    Raises NotInForce when there are none.
    """
    return in_force(load_voting_rules(), on)


@cache
def load_voting_rules(folder: Path = PROCEDURE) -> tuple[VotingRules, ...]:
    """Every dated version, oldest first; raises InvalidCriteria for a file that is not sound."""
    versions = tuple(_rules(source) for source in dated_sources(folder))
    require_unbroken(versions, folder)
    return versions


def _rules(source: Source) -> VotingRules:
    table = Table(source.name, "", source.data)
    table.require_only(*KEYS)
    majority = table.table("majority")
    majority.require_only("numerator", "denominator")
    return VotingRules(
        id=table.get("id", str),
        version=table.get("version", str),
        valid_from=table.get("valid_from", date),
        valid_to=table.get("valid_to", date) if "valid_to" in source.data else None,
        source=table.get("source", str),
        sentence=table.get("sentence", str),
        quorum=table.get("quorum", int),
        numerator=majority.get("numerator", int),
        denominator=majority.get("denominator", int),
        sha256=source.sha256,
    )
