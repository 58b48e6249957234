from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.enums import Role
from accounts.errors import Conflict, DeskError, Invalid, NotAllowed
from accounts.models import User
from evaluation.models import Attendance, Meeting, Recusal
from evaluation.services.ballots import (
    cast_vote,
    close_ballot,
    draft_ballot,
    open_ballot,
    postpone_ballot,
    release_ballot,
)
from evaluation.services.meetings import convene_meeting, record_arrival, record_departure, record_recusal
from tests.builders import make_application, make_user
from tests.evaluation.builders import (
    AT_SITTING,
    CONVENED,
    SITTING_DAY,
    Sitting,
    give_mandate,
    make_committee,
    make_desk,
    make_meeting,
    make_member,
    make_sealed_batch,
    make_sitting,
    standing,
)

pytestmark = pytest.mark.django_db


def test_meeting_is_refused_while_the_batch_takes_files_in() -> None:
    desk = make_desk()
    unsealed = make_application(submitted=True).batch
    assert unsealed is not None
    with pytest.raises(Conflict) as refused:
        convene_meeting(unsealed, held_on=SITTING_DAY, by=desk, at=CONVENED)
    assert refused.value.code == "batch-not-sealed"


def test_meeting_called_in_review_sets_the_day_of_the_vote() -> None:
    batch = make_application(in_review=True).batch
    assert batch is not None
    meeting = convene_meeting(batch, held_on=SITTING_DAY, by=make_desk(), at=CONVENED)
    batch.refresh_from_db()
    assert (meeting.batch, batch.vote_on) == (batch, SITTING_DAY)


def test_meeting_on_a_taken_or_past_day_is_refused() -> None:
    batch = make_sealed_batch()[0].batch
    assert batch is not None
    meeting = make_meeting(batch)
    codes = []
    for day in (SITTING_DAY, CONVENED.date() - timedelta(days=1)):
        with pytest.raises(DeskError) as refused:
            convene_meeting(batch, held_on=day, by=make_desk(), at=CONVENED)
        codes.append(refused.value.code)
    assert (codes, list(Meeting.objects.all())) == (["sitting-taken", "sitting-in-past"], [meeting])


def test_substitute_sits_only_while_the_effective_member_is_absent() -> None:
    committee = make_committee()
    meeting = make_meeting(make_sealed_batch()[0].batch)
    seat, effective, substitute = committee.seats[4], committee.members[4], make_member()
    give_mandate(seat, substitute, is_substitute=True)

    def arrive(user: User) -> Attendance:
        return record_arrival(meeting, seat=seat, user=user, by=committee.chair, at=AT_SITTING)

    first = arrive(effective)
    assert arrive(effective) == first
    with pytest.raises(Conflict) as refused:
        arrive(substitute)
    assert refused.value.code == "seat-taken"
    record_departure(first, by=committee.chair, at=AT_SITTING)
    assert arrive(substitute).user == substitute


def test_arrival_of_someone_without_the_seat_or_on_another_day_is_refused() -> None:
    committee = make_committee()
    meeting = make_meeting(make_sealed_batch()[0].batch)
    codes = []
    for user, at in ((make_member(), AT_SITTING), (committee.members[0], AT_SITTING - timedelta(days=1))):
        with pytest.raises(DeskError) as refused:
            record_arrival(meeting, seat=committee.seats[0], user=user, by=committee.chair, at=at)
        codes.append(refused.value.code)
    assert codes == ["no-mandate", "not-sitting-day"]


def test_recusal_without_reason_or_while_the_vote_is_open_is_refused() -> None:
    sitting = make_sitting()
    member, desk = sitting.committee.members[2], make_desk()
    with pytest.raises(Invalid):
        record_recusal(sitting.application, user=member, barred_from="VOTE", reason=" ", by=desk, at=AT_SITTING)
    with pytest.raises(Conflict) as refused:
        record_recusal(sitting.application, user=member, barred_from="VOTE", reason="Kin.", by=desk, at=AT_SITTING)
    assert refused.value.code == "ballot-running"
    assert not Recusal.objects.exists()


def verbs(sitting: Sitting) -> dict[str, Callable[[User], object]]:
    application, meeting, ballot = sitting.application, sitting.meeting, sitting.ballot
    seat, member = sitting.committee.seats[20], sitting.committee.members[20]
    batch = application.batch
    assert batch is not None
    later = SITTING_DAY + timedelta(days=7)
    return {
        "convene": lambda by: convene_meeting(batch, held_on=later, by=by, at=AT_SITTING),
        "arrive": lambda by: record_arrival(meeting, seat=seat, user=member, by=by, at=AT_SITTING),
        "depart": lambda by: record_departure(meeting.attendances.get(seat=18), by=by, at=AT_SITTING),
        "recuse": lambda by: record_recusal(
            application, user=member, barred_from="VOTE", reason="Kin.", by=by, at=AT_SITTING
        ),
        "draft": lambda by: draft_ballot(
            application,
            population="ADULT",
            meeting=meeting,
            proposed="POSITIVE",
            text="Text.",
            by=by,
            at=AT_SITTING,
        ),
        "release": lambda by: release_ballot(ballot, by=by, at=AT_SITTING),
        "postpone": lambda by: postpone_ballot(ballot, meeting=meeting, reason="Later.", by=by, at=AT_SITTING),
        "open": lambda by: open_ballot(ballot, by=by, at=AT_SITTING),
        "vote": lambda by: cast_vote(ballot, value="FOR", by=by, at=AT_SITTING),
        "close": lambda by: close_ballot(
            ballot, capacity_finding="BOTH", capacity_reason="Figures.", by=by, at=AT_SITTING
        ),
    }


LEADING = {"convene", "arrive", "depart", "recuse", "draft", "open", "close"}
ALLOWED = {
    Role.SECRETARIAT: LEADING | {"release"},
    Role.CHAIR: LEADING | {"postpone", "vote"},
    Role.MEMBER: {"vote"},
    Role.AUDITOR: set(),
    Role.ADMINISTRATOR: set(),
    Role.HOLDER: set(),
}


def test_each_role_has_its_verbs_and_no_other() -> None:
    sitting = make_sitting(opened=False)
    people = {role: make_member(role) for role in (Role.SECRETARIAT, Role.AUDITOR, Role.ADMINISTRATOR)}
    people |= {Role.CHAIR: sitting.committee.chair, Role.MEMBER: sitting.committee.members[1]}
    people[Role.HOLDER] = make_user(Role.HOLDER, holder=sitting.application.holder)
    found: dict[Role, set[str]] = {}
    for role, user in people.items():
        found[role] = set()
        for verb, act in verbs(sitting).items():
            try:
                act(user)
            except NotAllowed:
                continue
            except DeskError:  # allowed, but not in this state: the role is what is asked here
                pass
            found[role].add(verb)
    assert found == ALLOWED


def test_every_vote_rests_on_the_assessment_of_its_day() -> None:
    sitting = make_sitting()
    assessment = standing(sitting.application)
    assert sitting.ballot.assessment == assessment
    assert (assessment.stage, assessment.vote_on) == ("VOTE", SITTING_DAY)
