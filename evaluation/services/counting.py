"""The close of a ballot: who counts as present, what the votes come to, what the committee proposes."""

from collections import Counter
from datetime import datetime

from django.db import transaction

from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import User
from accounts.services.audit import record_event
from applications.enums import ApplicationState
from applications.errors import problem
from applications.models import Application
from applications.states import move_to_next
from evaluation.enums import BallotState, CapacityValue, ProposalKind, ProposalOutcome, VoteValue
from evaluation.models import Attendance, Ballot, Proposal, Vote
from evaluation.policies import may_lead_sitting
from evaluation.selectors.sittings import settled_populations
from evaluation.voting import BallotOutcome, ballot_outcome, voting_rules

MORE_VOLUME = (CapacityValue.VOLUME_INCREASE, CapacityValue.BOTH)


@transaction.atomic
def close_ballot(ballot: Ballot, *, capacity_finding: str, capacity_reason: str, by: User, at: datetime) -> Proposal:
    """Count the votes of those present who may vote on the item, and record the committee's act.

    Adopted gives the proposal that was drafted, not adopted none; below the quorum nothing is settled and the item
    can come back at a later sitting. The committee's own finding on capacity, with its reason, belongs to the act;
    more volume of a temporarily listed product advises the working group on contracts.
    """
    if not may_lead_sitting(by):
        raise NotAllowed()
    application = Application.objects.select_for_update().get(ballots=ballot.pk)
    locked = Ballot.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=ballot.pk)
    if not locked.is_open:
        raise Conflict("ballot-not-open")
    votes = _count(locked, application)
    outcome = _outcome(locked)
    if outcome != ProposalOutcome.NO_QUORUM:
        _require_finding(capacity_finding, capacity_reason)
    locked.state, locked.closed_by, locked.closed_at = BallotState.CLOSED, by, at
    locked.save()
    proposal = _proposal(locked, application, outcome, capacity_finding, capacity_reason.strip(), by=by, at=at)
    if settled_populations(application) >= set(application.populations):
        _propose(application, by=by, at=at)
    record_event(
        locked, by=by, at=at, verb="close_ballot", after={**_tally(locked), "outcome": outcome, "votes": votes}
    )
    return proposal


def _count(ballot: Ballot, application: Application) -> dict[str, str]:
    """Set the four numbers and give the votes by seat; a seat that left, or whose person changed, has none."""
    present = Attendance.objects.filter(meeting=ballot.meeting_id).voting_on(application)
    holders = dict(present.values_list("seat_id", "user_id"))
    votes = {
        str(vote.seat_id): vote.value
        for vote in Vote.objects.filter(ballot=ballot).order_by("seat_id")
        if holders.get(vote.seat_id) == vote.user_id
    }
    counted = Counter(votes.values())
    ballot.voting_present = len(holders)
    ballot.votes_for = counted[VoteValue.FOR]
    ballot.votes_against = counted[VoteValue.AGAINST]
    ballot.abstentions = counted[VoteValue.ABSTAIN]
    return votes


def _outcome(ballot: Ballot) -> ProposalOutcome:
    rules = voting_rules(ballot.meeting.held_on)
    recused = _recused(ballot) if rules.recused_count_for_quorum else 0
    result = ballot_outcome(rules, **_tally(ballot), recused=recused)
    if result is BallotOutcome.NO_QUORUM:
        return ProposalOutcome.NO_QUORUM
    if result is BallotOutcome.NOT_ADOPTED:
        return ProposalOutcome.NO_PROPOSAL
    return ProposalOutcome.POSITIVE if ballot.proposed == ProposalKind.POSITIVE else ProposalOutcome.NEGATIVE


def _recused(ballot: Ballot) -> int:
    present = Attendance.objects.filter(meeting=ballot.meeting_id)
    return present.voting().count() - present.voting_on(ballot.application).count()


def _tally(ballot: Ballot) -> dict[str, int]:
    names = ("voting_present", "votes_for", "votes_against", "abstentions")
    return {name: int(getattr(ballot, name)) for name in names}


def _require_finding(finding: str, reason: str) -> None:
    asked = {
        ("/capacity_finding", "capacity-finding-missing"): finding in CapacityValue.values,
        ("/capacity_reason", "reason-missing"): bool(reason.strip()),
    }
    faults = [problem(pointer, code) for (pointer, code), given in asked.items() if not given]
    if faults:
        raise Invalid(faults[0].code, problems=faults)


def _proposal(
    ballot: Ballot,
    application: Application,
    outcome: ProposalOutcome,
    finding: str,
    reason: str,
    *,
    by: User,
    at: datetime,
) -> Proposal:
    settled = outcome != ProposalOutcome.NO_QUORUM
    adopted = outcome in (ProposalOutcome.POSITIVE, ProposalOutcome.NEGATIVE)
    return Proposal.objects.create(
        ballot=ballot,
        application=application,
        population=ballot.population,
        outcome=outcome,
        capacity_finding=finding if settled else "",
        capacity_reason=reason if settled else "",
        advises_working_group=settled and finding in MORE_VOLUME and application.product.temporarily_listed is True,
        text=ballot.text if adopted else "",
        recorded_by=by,
        recorded_at=at,
    )


def _propose(application: Application, *, by: User, at: datetime) -> None:
    if application.state == ApplicationState.AT_VOTE:
        move_to_next(application, "propose", by=by, at=at)
