"""Quorum and majority, over every division of votes."""

import shutil
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.rules.versions import InvalidCriteria, NotInForce
from evaluation.voting import PROCEDURE, BallotOutcome, ballot_outcome, load_voting_rules, voting_rules

ON = date(2026, 9, 15)
RULES = voting_rules(ON)
VOTES = st.integers(0, 25)


@pytest.mark.parametrize(
    ("present", "votes_for", "votes_against", "abstentions", "expected"),
    [
        (18, 12, 6, 0, "ADOPTED"),
        (18, 11, 7, 0, "NOT_ADOPTED"),
        (18, 10, 5, 3, "ADOPTED"),
        (20, 10, 5, 5, "ADOPTED"),
        (23, 15, 8, 0, "NOT_ADOPTED"),
        (23, 16, 7, 0, "ADOPTED"),
        (17, 17, 0, 0, "NO_QUORUM"),
        (18, 0, 0, 18, "NOT_ADOPTED"),
        (18, 0, 0, 0, "NOT_ADOPTED"),
        (18, 1, 0, 17, "ADOPTED"),
    ],
)
def test_ballot(present: int, votes_for: int, votes_against: int, abstentions: int, expected: str) -> None:
    outcome = ballot_outcome(
        RULES, voting_present=present, votes_for=votes_for, votes_against=votes_against, abstentions=abstentions
    )
    assert outcome == expected


@given(VOTES, VOTES, VOTES, st.integers(0, 3))
def test_ballot_agrees_with_the_fraction_of_votes_cast(yes: int, no: int, abstained: int, silent: int) -> None:
    present = yes + no + abstained + silent
    outcome = ballot_outcome(RULES, voting_present=present, votes_for=yes, votes_against=no, abstentions=abstained)
    if present < 18:
        assert outcome is BallotOutcome.NO_QUORUM
    else:
        adopted = yes + no > 0 and Fraction(yes, yes + no) >= Fraction(2, 3)
        assert (outcome is BallotOutcome.ADOPTED) == adopted


@given(VOTES, VOTES, VOTES, VOTES)
def test_abstentions_change_nothing_beyond_the_quorum(yes: int, no: int, first: int, second: int) -> None:
    def outcome(abstained: int) -> BallotOutcome:
        return ballot_outcome(RULES, voting_present=100, votes_for=yes, votes_against=no, abstentions=abstained)

    assert outcome(first) is outcome(second)


@pytest.mark.parametrize(
    ("present", "votes_for", "votes_against", "abstentions"), [(18, -1, 6, 0), (18, 12, 6, 1), (-1, 0, 0, 0)]
)
def test_impossible_numbers_are_refused(present: int, votes_for: int, votes_against: int, abstentions: int) -> None:
    with pytest.raises(ValueError, match="cannot be the votes"):
        ballot_outcome(
            RULES, voting_present=present, votes_for=votes_for, votes_against=votes_against, abstentions=abstentions
        )


def test_rules_of_the_committee_are_dated_data_with_their_source() -> None:
    assert (RULES.quorum, RULES.numerator, RULES.denominator) == (18, 2, 3)
    assert RULES.source == "KB 3-7-1996, art. 122terdecies"
    assert voting_rules(date(2018, 7, 1)) is RULES
    with pytest.raises(NotInForce, match="no version in force on 2018-06-30"):
        voting_rules(date(2018, 6, 30))


def test_unknown_key_in_the_rules_of_the_committee_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PROCEDURE, tmp_path / "procedure"))
    file = folder / "2018-07-01.toml"
    file.write_text(file.read_text().replace("quorum = 18", "quorum = 18\nproxies = 2"))
    with pytest.raises(InvalidCriteria, match=r"procedure/2018-07-01.toml: proxies: unknown key"):
        load_voting_rules(folder)
