from datetime import timedelta

import pytest

from accounts.enums import Role
from accounts.errors import Conflict, DeskError, Invalid, NotAllowed
from accounts.models import AuditEvent
from evaluation.models import Ballot, Dossier, Vote
from evaluation.services.ballots import cast_vote, open_ballot, postpone_ballot, release_ballot
from evaluation.services.meetings import record_arrival, record_departure, record_recusal
from tests.builders import make_centre, make_user
from tests.evaluation.builders import (
    AT_SITTING,
    SITTING_DAY,
    Site,
    close,
    make_ballot,
    make_committee,
    make_desk,
    make_dossier,
    make_meeting,
    make_sealed_batch,
    make_sitting,
    seat_members,
    standing,
    vote,
)

pytestmark = pytest.mark.django_db


def code_of(error: pytest.ExceptionInfo[DeskError]) -> str:
    return error.value.code


@pytest.mark.parametrize(
    ("present", "votes", "outcome", "state"),
    [
        (18, (12, 6, 0), "POSITIVE", "PROPOSED"),
        (18, (11, 7, 0), "NO_PROPOSAL", "PROPOSED"),
        (18, (10, 5, 3), "POSITIVE", "PROPOSED"),
        (20, (10, 5, 5), "POSITIVE", "PROPOSED"),
        (23, (15, 8, 0), "NO_PROPOSAL", "PROPOSED"),
        (23, (16, 7, 0), "POSITIVE", "PROPOSED"),
        (17, (17, 0, 0), "NO_QUORUM", "AT_VOTE"),
        (18, (0, 0, 18), "NO_PROPOSAL", "PROPOSED"),
    ],
)
def test_ballot_closes_by_quorum_and_two_thirds(
    present: int, votes: tuple[int, int, int], outcome: str, state: str
) -> None:
    sitting = make_sitting(present=present)
    vote(sitting, votes_for=votes[0], against=votes[1], abstain=votes[2])
    proposal = close(sitting)
    ballot = Ballot.objects.get()
    sitting.application.refresh_from_db()
    assert proposal.outcome == outcome
    assert (ballot.voting_present, ballot.votes_for, ballot.votes_against, ballot.abstentions) == (present, *votes)
    assert sitting.application.state == state


def test_ballot_on_negative_text_adopted_is_a_negative_proposal() -> None:
    sitting = make_sitting(site=Site(billed=20), proposed="NEGATIVE")
    vote(sitting, votes_for=12, against=6)
    assert close(sitting).outcome == "NEGATIVE"


def test_member_barred_from_the_vote_is_not_present_for_the_item() -> None:
    sitting = make_sitting(present=18, opened=False)
    barred = sitting.committee.members[17]
    desk = make_desk()
    record_recusal(sitting.application, user=barred, barred_from="VOTE", reason="Works there.", by=desk, at=AT_SITTING)
    ballot = open_ballot(sitting.ballot, by=sitting.committee.chair, at=AT_SITTING)
    vote(sitting, votes_for=17)
    with pytest.raises(NotAllowed) as refused:
        cast_vote(ballot, value="FOR", by=barred, at=AT_SITTING)
    assert code_of(refused) == "recused"
    assert close(sitting).outcome == "NO_QUORUM"
    assert Ballot.objects.get().voting_present == 17


def test_item_without_quorum_comes_back_at_a_later_sitting() -> None:
    sitting = make_sitting(present=17)
    vote(sitting, votes_for=17)
    close(sitting)
    with pytest.raises(Conflict) as refused:
        make_ballot(sitting.application, sitting.meeting, at=AT_SITTING)
    assert code_of(refused) == "ballot-counted-here"
    later = AT_SITTING + timedelta(days=14)
    meeting = make_meeting(sitting.application.batch, held_on=SITTING_DAY + timedelta(days=14))
    ballot = make_ballot(sitting.application, meeting)
    seat_members(meeting, sitting.committee, 18, at=later)
    ballot = open_ballot(ballot, by=sitting.committee.chair, at=later)
    assert ballot.state == "OPEN"


def test_capacity_neither_never_knocks_out() -> None:
    sitting = make_sitting(site=Site(capacity="NEITHER"), opened=False)
    assessment = standing(sitting.application)
    assert (assessment.outcome, assessment.warnings) == ("ELIGIBLE", ["NO_CAPACITY_NEED_SHOWN"])


@pytest.mark.parametrize(
    ("finding", "temporary", "advised"),
    [
        ("VOLUME_INCREASE", True, True),
        ("BOTH", True, True),
        ("SHORTAGE", True, False),
        ("NEITHER", True, False),
        ("VOLUME_INCREASE", False, False),
        ("VOLUME_INCREASE", None, False),
    ],
)
def test_proposal_advises_working_group_when_volume_grows_under_a_contract(
    finding: str, temporary: bool | None, advised: bool
) -> None:
    sitting = make_sitting()
    product = sitting.application.product
    product.temporarily_listed = temporary
    product.save()
    vote(sitting, votes_for=18)
    proposal = close(sitting, finding=finding)
    assert (proposal.capacity_finding, proposal.advises_working_group) == (finding, advised)


@pytest.mark.parametrize(
    ("finding", "reason", "code"),
    [("", "Because.", "capacity-finding-missing"), ("SHORTAGE", " ", "reason-missing")],
)
def test_close_without_capacity_finding_is_refused(finding: str, reason: str, code: str) -> None:
    sitting = make_sitting()
    with pytest.raises(Invalid) as refused:
        close(sitting, finding=finding, reason=reason)
    assert code_of(refused) == code
    assert Ballot.objects.get().state == "OPEN"


def test_one_site_asked_by_two_holders_gives_one_evaluation_and_two_items() -> None:
    first, second = make_sealed_batch(2, centre=make_centre())
    meeting = make_meeting(first.batch)
    ballots = [make_ballot(first, meeting), make_ballot(second, meeting)]
    assert standing(first).site_evaluation_id == standing(second).site_evaluation_id
    assert Dossier.objects.count() == 2
    assert len({ballot.pk for ballot in ballots}) == 2


def test_application_is_proposed_when_its_last_population_is_settled() -> None:
    sitting = make_sitting(populations=("ADULT", "PAED"))
    vote(sitting, votes_for=18)
    close(sitting)
    sitting.application.refresh_from_db()
    assert sitting.application.state == "AT_VOTE"
    children = make_ballot(sitting.application, sitting.meeting, population="PAED", at=AT_SITTING)
    children = open_ballot(children, by=sitting.committee.chair, at=AT_SITTING)
    for member in sitting.committee.members[:18]:
        cast_vote(children, value="FOR", by=member, at=AT_SITTING)
    close(sitting, ballot=children)
    sitting.application.refresh_from_db()
    assert sitting.application.state == "PROPOSED"


def test_vote_can_be_changed_until_the_close_and_twice_is_once() -> None:
    sitting = make_sitting()
    member = sitting.committee.members[3]
    cast_vote(sitting.ballot, value="AGAINST", by=member, at=AT_SITTING)
    cast_vote(sitting.ballot, value="FOR", by=member, at=AT_SITTING)
    cast_vote(sitting.ballot, value="FOR", by=member, at=AT_SITTING)
    assert list(Vote.objects.values_list("seat", "user", "value")) == [(4, member.pk, "FOR")]
    assert AuditEvent.objects.filter(verb="cast_vote").count() == 2
    close(sitting)
    with pytest.raises(Conflict) as refused:
        cast_vote(sitting.ballot, value="AGAINST", by=member, at=AT_SITTING)
    assert code_of(refused) == "ballot-not-open"


def test_audit_tells_how_seats_voted_only_from_the_close_on() -> None:
    sitting = make_sitting()
    vote(sitting, votes_for=1, against=1)
    before = [event.after for event in AuditEvent.objects.filter(verb="cast_vote")]
    close(sitting)
    closed = AuditEvent.objects.get(verb="close_ballot")
    assert before == [{"seat": 1}, {"seat": 2}]
    assert closed.after is not None
    assert closed.after["votes"] == {"1": "FOR", "2": "AGAINST"}


def test_vote_of_a_member_who_left_does_not_count() -> None:
    sitting = make_sitting(present=19)
    vote(sitting, votes_for=12, against=7)
    leaver = sitting.meeting.attendances.get(seat=19)
    record_departure(leaver, by=sitting.committee.chair, at=AT_SITTING)
    assert close(sitting).outcome == "POSITIVE"
    ballot = Ballot.objects.get()
    assert (ballot.voting_present, ballot.votes_for, ballot.votes_against) == (18, 12, 6)


def test_vote_of_someone_not_present_or_without_vote_is_refused() -> None:
    sitting = make_sitting(present=18)
    industry, seat = sitting.committee.members[23], sitting.committee.seats[23]
    record_arrival(sitting.meeting, seat=seat, user=industry, by=sitting.committee.chair, at=AT_SITTING)
    refused = {}
    for name, user in (("absent", sitting.committee.members[20]), ("industry", industry), ("desk", make_desk())):
        with pytest.raises(NotAllowed) as error:
            cast_vote(sitting.ballot, value="FOR", by=user, at=AT_SITTING)
        refused[name] = code_of(error)
    assert refused == {"absent": "not-present", "industry": "seat-without-vote", "desk": "not-allowed"}
    assert not Vote.objects.exists()


def test_ballot_opens_only_on_the_day_of_the_sitting() -> None:
    sitting = make_sitting(opened=False)
    for days in (-1, 1):
        with pytest.raises(Conflict) as refused:
            open_ballot(sitting.ballot, by=sitting.committee.chair, at=AT_SITTING + timedelta(days=days))
        assert code_of(refused) == "not-sitting-day"


def test_draft_that_departs_from_the_advice_needs_reasons() -> None:
    application = make_sealed_batch()[0]
    meeting = make_meeting(application.batch)
    with pytest.raises(Invalid) as refused:
        make_ballot(application, meeting, proposed="NEGATIVE")
    assert code_of(refused) == "deviation-without-reasons"
    ballot = make_ballot(application, meeting, proposed="NEGATIVE", reason_to_deviate="Two sites are near.")
    assert (ballot.proposed, ballot.reason_to_deviate) == ("NEGATIVE", "Two sites are near.")


def test_draft_written_again_replaces_the_first() -> None:
    application = make_sealed_batch()[0]
    meeting = make_meeting(application.batch)
    first = make_ballot(application, meeting)
    second = make_ballot(application, meeting, proposed="NEGATIVE", reason_to_deviate="After debate.")
    assert (first.pk, Ballot.objects.get().proposed) == (second.pk, "NEGATIVE")


def test_incomplete_item_goes_to_the_vote_only_by_the_reasoned_act_of_the_chair() -> None:
    sitting = make_sitting(site=Site(capacity=""), opened=False)
    assert standing(sitting.application).outcome == "INCOMPLETE"
    for by, reason in ((make_desk(), "Urgent."), (sitting.committee.chair, " ")):
        with pytest.raises(Conflict) as refused:
            open_ballot(sitting.ballot, by=by, at=AT_SITTING, reason_incomplete=reason)
        assert code_of(refused) == "incomplete-by-chair"
    ballot = open_ballot(
        sitting.ballot, by=sitting.committee.chair, at=AT_SITTING, reason_incomplete="The figures come later."
    )
    assert (ballot.state, ballot.reason_to_vote_incomplete) == ("OPEN", "The figures come later.")


def test_recheck_holds_an_item_whose_certificate_ended_before_the_vote() -> None:
    sitting = make_sitting(site=Site(certificate_ends="2026-09-14"), opened=False)
    first = standing(sitting.application)
    assert first.outcome == "ELIGIBLE"
    with pytest.raises(Conflict) as refused:
        open_ballot(sitting.ballot, by=sitting.committee.chair, at=AT_SITTING)
    assert code_of(refused) == "verdict-changed"
    ballot = Ballot.objects.get()
    second = standing(sitting.application)
    assert (second.supersedes_id, second.stage, second.outcome) == (first.pk, "VOTE", "NOT_ELIGIBLE")
    assert (ballot.is_held, ballot.assessment_id) == (True, second.pk)
    with pytest.raises(Conflict) as held:
        open_ballot(sitting.ballot, by=sitting.committee.chair, at=AT_SITTING)
    assert code_of(held) == "ballot-held"


def test_held_item_is_released_with_its_new_dossier_and_a_text_that_fits() -> None:
    sitting = make_sitting(site=Site(certificate_ends="2026-09-14"), opened=False)
    desk = make_desk()
    with pytest.raises(Conflict):
        open_ballot(sitting.ballot, by=sitting.committee.chair, at=AT_SITTING)
    refusals = []
    for prepare in (lambda: None, lambda: make_dossier(standing(sitting.application))):
        prepare()
        with pytest.raises(DeskError) as refused:
            release_ballot(sitting.ballot, by=desk, at=AT_SITTING)
        refusals.append(code_of(refused))
    assert refusals == ["dossier-not-ready", "deviation-without-reasons"]
    make_ballot(sitting.application, sitting.meeting, proposed="NEGATIVE", by=desk, at=AT_SITTING)
    with pytest.raises(NotAllowed):
        release_ballot(sitting.ballot, by=sitting.committee.chair, at=AT_SITTING)
    release_ballot(sitting.ballot, by=desk, at=AT_SITTING)
    opened = open_ballot(sitting.ballot, by=sitting.committee.chair, at=AT_SITTING)
    assert (opened.state, opened.proposed) == ("OPEN", "NEGATIVE")


def test_held_item_is_postponed_by_the_chair_alone() -> None:
    sitting = make_sitting(site=Site(certificate_ends="2026-09-14"), opened=False)
    later = make_meeting(sitting.application.batch, held_on=SITTING_DAY + timedelta(days=14))
    with pytest.raises(Conflict):
        open_ballot(sitting.ballot, by=sitting.committee.chair, at=AT_SITTING)
    with pytest.raises(NotAllowed):
        postpone_ballot(sitting.ballot, meeting=later, reason="New letter.", by=make_desk(), at=AT_SITTING)
    moved = postpone_ballot(
        sitting.ballot, meeting=later, reason="New letter.", by=sitting.committee.chair, at=AT_SITTING
    )
    assert (moved.meeting, moved.is_held) == (later, False)


def test_holder_never_sees_a_ballot_and_members_only_what_they_deliberate_on() -> None:
    sitting = make_sitting(opened=False)
    barred = sitting.committee.members[4]
    record_recusal(
        sitting.application,
        user=barred,
        barred_from="DELIBERATION",
        reason="Shares in the company.",
        by=make_desk(),
        at=AT_SITTING,
    )
    holder = make_user(Role.HOLDER, holder=sitting.application.holder)
    readers = [sitting.committee.members[5], barred, make_user(Role.AUDITOR), holder]
    assert [Dossier.objects.readable_by(user).count() for user in readers] == [1, 0, 1, 0]
    assert not Ballot.objects.visible_to(holder).exists()


def test_departed_seat_is_not_in_the_quorum_before_it_comes_back() -> None:
    application = make_sealed_batch()[0]
    committee = make_committee()
    meeting = make_meeting(application.batch)
    seat_members(meeting, committee, 18)
    record_departure(meeting.attendances.get(seat=18), by=committee.chair, at=AT_SITTING)
    away = meeting.attendances.voting_on(application).count()
    record_arrival(meeting, seat=committee.seats[17], user=committee.members[17], by=committee.chair, at=AT_SITTING)
    assert (away, meeting.attendances.voting_on(application).count()) == (17, 18)
