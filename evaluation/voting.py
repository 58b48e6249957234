"""Quorum and majority of the committee: dated data, judged by one pure function."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from evaluation.rules.tables import Table, member
from evaluation.rules.versions import Source, dated_sources, in_force, require_unbroken

PROCEDURE = Path(__file__).resolve().parent / "criteria" / "procedure"
CHOICES = ("majority_of", "recused_count_for_quorum")
KEYS = (
    "id",
    "version",
    "valid_from",
    "valid_to",
    "checked_on",
    "source",
    "quorum",
    "majority",
    *CHOICES,
    "sentence",
    "alternative",
)


class MajorityOf(StrEnum):
    """Of what the majority is a fraction."""

    VOTES_CAST = "VOTES_CAST"
    MEMBERS_PRESENT = "MEMBERS_PRESENT"


class BallotOutcome(StrEnum):
    """What becomes of the proposal that was put to the vote."""

    ADOPTED = "ADOPTED"
    NOT_ADOPTED = "NOT_ADOPTED"
    NO_QUORUM = "NO_QUORUM"


@dataclass(frozen=True, slots=True)
class VotingAlternative:
    """What the rules would say under another option of a reading; `option` is its place in the register, from 1."""

    reading: str
    option: int
    majority_of: MajorityOf
    recused_count_for_quorum: bool


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
    majority_of: MajorityOf
    recused_count_for_quorum: bool
    alternatives: tuple[VotingAlternative, ...]
    sha256: str

    def under(self, reading: str, option: int) -> "VotingRules | None":
        """The same rules under another option of a reading; None when the file names no such alternative."""
        for each in self.alternatives:
            if (each.reading, each.option) == (reading, option):
                return replace(
                    self, majority_of=each.majority_of, recused_count_for_quorum=each.recused_count_for_quorum
                )
        return None


def ballot_outcome(
    rules: VotingRules, *, voting_present: int, votes_for: int, votes_against: int, abstentions: int, recused: int = 0
) -> BallotOutcome:
    """A proposal is adopted by the majority of the votes for and against, abstentions not counted.

    Only members who may vote on the item are present for it (`recused` are those barred from it); below the quorum
    there is no valid deliberation, and where nobody votes for or against nothing is adopted. Raises ValueError for a
    negative number and for more votes than voting members present.
    """
    votes = (votes_for, votes_against, abstentions)
    if min(voting_present, recused, *votes) < 0 or sum(votes) > voting_present:
        raise ValueError(f"{votes} cannot be the votes of {voting_present} members")
    if voting_present + (recused if rules.recused_count_for_quorum else 0) < rules.quorum:
        return BallotOutcome.NO_QUORUM
    cast = votes_for + votes_against
    of = cast if rules.majority_of is MajorityOf.VOTES_CAST else voting_present
    reached = cast > 0 and rules.denominator * votes_for >= rules.numerator * of
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
    majority_of = _majority_of(table)
    recused_count = table.get("recused_count_for_quorum", bool)
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
        majority_of=majority_of,
        recused_count_for_quorum=recused_count,
        alternatives=tuple(_alternative(each, majority_of, recused_count) for each in table.tables("alternative")),
        sha256=source.sha256,
    )


def _majority_of(table: Table) -> MajorityOf:
    return member(table, "majority_of", table.get("majority_of", str), MajorityOf)


def _alternative(table: Table, majority_of: MajorityOf, recused_count: bool) -> VotingAlternative:
    """What an alternative does not name stays as chosen; it must change one of the two."""
    table.require_only("reading", "option", *CHOICES)
    other = VotingAlternative(
        reading=table.get("reading", str),
        option=table.get("option", int),
        majority_of=_majority_of(table) if "majority_of" in table.data else majority_of,
        recused_count_for_quorum=table.get_or("recused_count_for_quorum", bool, recused_count),
    )
    if (other.majority_of, other.recused_count_for_quorum) == (majority_of, recused_count):
        raise table.refuse("reading", f"another value of {' or '.join(CHOICES)} than the one in force")
    return other
