"""A sealed batch, a committee and a sitting, as the services leave them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

from accounts.enums import Role
from accounts.models import User
from applications.enums import StatedIn
from applications.models import Application, Batch
from applications.services.batches import end_intake
from centres.enums import SeatGroup, VintageKind
from centres.models import Centre, CommitteeMandate, Seat, Vintage
from centres.selectors import realised_treatments
from evaluation.enums import JudgedCriterion
from evaluation.facts import inputs_sha256, site_records
from evaluation.models import (
    ApplicationAssessment,
    Ballot,
    CapacityAssessment,
    Dossier,
    IecApplication,
    Input,
    Judgement,
    Meeting,
    Proposal,
    SiteEvaluation,
)
from evaluation.selectors import current_assessment
from evaluation.services.ballots import cast_vote, close_ballot, draft_ballot, open_ballot
from evaluation.services.closing import close_batch, record_dossier, seal_if_complete
from evaluation.services.evaluations import assess_application, evaluate_site
from evaluation.services.judgements import capacity_sha256
from evaluation.services.meetings import convene_meeting, record_arrival
from tests.builders import (
    BRUSSELS,
    IN_AUGUST,
    make_application,
    make_certificate_value,
)

SITTING_DAY = date(2026, 9, 15)
CONVENED = datetime(2026, 9, 1, 9, 0, tzinfo=BRUSSELS)
AT_SITTING = datetime(2026, 9, 15, 10, 0, tzinfo=BRUSSELS)
SEALED_AT = datetime(2026, 8, 20, 9, 0, tzinfo=BRUSSELS)
VOTING_GROUPS = (
    [SeatGroup.CHAIR]
    + [SeatGroup.ACADEMIC] * 7
    + [SeatGroup.SICKNESS_FUND] * 8
    + [SeatGroup.PHARMACIST] * 3
    + [SeatGroup.PHYSICIAN] * 4
)
OTHER_GROUPS = [SeatGroup.INDUSTRY] * 3 + [SeatGroup.MINISTER] * 4 + [SeatGroup.CONTROL]
_next = count(1)


@dataclass(frozen=True, slots=True)
class Site:
    """What is confirmed about every site of a batch; the defaults meet all criteria."""

    certificate_ends: str = "2028-04-30"
    scopes: tuple[tuple[str, str], ...] = (("ADULT", "ALLO"), ("ADULT", "IEC"), ("PAED", "ALLO"), ("PAED", "IEC"))
    iec_filed_on: date | None = None
    billed: int = 29
    billed_paed: int = 7
    judged: str = "MET"
    capacity: str = "SHORTAGE"


def make_desk() -> User:
    return make_member(Role.SECRETARIAT)


def make_sealed_batch(
    wanted: int = 1, *, populations: Iterable[str] = ("ADULT",), site: Site | None = None, centre: Centre | None = None
) -> list[Application]:
    """Applications ready for the vote in a sealed batch, each with its first dossier; one site each unless given."""
    applications, desk = _reviewed(wanted, populations, site, centre)
    assert applications[0].batch is not None
    seal(applications[0].batch, by=desk)
    for application in applications:
        application.refresh_from_db()
    return applications


def make_closed_batch(wanted: int = 1) -> list[Application]:
    """Applications of a batch that has closed and of which no dossier was rendered yet."""
    applications, desk = _reviewed(wanted, ("ADULT",), None, None)
    assert applications[0].batch is not None
    close_batch(applications[0].batch, by=desk, at=SEALED_AT)
    for application in applications:
        application.refresh_from_db()
    return applications


def _reviewed(
    wanted: int, populations: Iterable[str], site: Site | None, centre: Centre | None
) -> tuple[list[Application], User]:
    """Everything confirmed, judged and answered, so that nothing blocks the closing."""
    desk = make_desk()
    applications = [
        make_application(admissible=True, populations=populations, centre=centre, by_secretariat=desk)
        for _ in range(wanted)
    ]
    batch = applications[0].batch
    assert batch is not None
    batch.vintage = Vintage.objects.create(
        kind=VintageKind.ALLOGRAFTS, delivered_on=date(2026, 5, 12), source="Test", loaded_by=desk, loaded_at=IN_AUGUST
    )
    batch.save(update_fields=["vintage"])
    end_intake(batch, by=desk, at=IN_AUGUST)
    for application in applications:
        application.refresh_from_db()
    for stated in {application.centre for application in applications}:
        confirm_site(batch, stated, site or Site(), by=desk)
    for application in applications:
        answer_capacity(application, (site or Site()).capacity, by=desk)
    return applications, desk


def confirm_site(batch: Batch, centre: Centre, site: Site, *, by: User) -> None:
    number = centre.site_number
    certificate = make_certificate_value(
        valid_to=site.certificate_ends,
        scopes=[list(scope) for scope in site.scopes],
        facilities=[{"role": "CLINICAL", "site": number}, {"role": "COLLECTION", "site": number}],
    )
    _confirm(batch, centre, "certificate", "TEST-1", certificate, by=by)
    for year in batch.booked_years:
        _confirm(batch, centre, "billed", str(year), {"470654": 0, "470665": site.billed}, by=by)
        _confirm(batch, centre, "billed_paed", str(year), {"470654": 0, "470665": site.billed_paed}, by=by)
    _confirm(batch, centre, "apheresis_site", "", number, by=by)
    _confirm(batch, centre, "laboratory_site", "", number, by=by)
    if site.iec_filed_on is not None:
        IecApplication.objects.create(
            **_about(batch, centre, by), filed_on=site.iec_filed_on, site_number=centre.site_number
        )
    _judge_all(batch, centre, site.judged, by=by)


def _judge_all(batch: Batch, centre: Centre, value: str, *, by: User) -> None:
    record = site_records(batch, [centre])[centre.pk]
    other = make_desk()
    for criterion in JudgedCriterion.values:
        Judgement.objects.create(
            batch=batch,
            centre=centre,
            criterion=criterion,
            value=value,
            reason="As the rota shows.",
            by=by,
            at=IN_AUGUST,
            inputs_sha256=inputs_sha256(record, criterion),
            countersigned_by=other,
            countersigned_at=IN_AUGUST,
        )


def answer_capacity(application: Application, value: str, *, by: User) -> None:
    if not value:
        return
    CapacityAssessment.objects.create(
        application=application,
        value=value,
        reason="As the figures show.",
        by=by,
        at=IN_AUGUST,
        inputs_sha256=capacity_sha256(application, realised_treatments()),
        countersigned_by=make_desk(),
        countersigned_at=IN_AUGUST,
    )


def seal(batch: Batch, *, by: User) -> None:
    close_batch(batch, by=by, at=SEALED_AT)
    for assessment in ApplicationAssessment.objects.filter(application__batch=batch, superseded_by=None):
        make_dossier(assessment)
    assert seal_if_complete(batch.pk, at=SEALED_AT)


def judge_again(application: Application, *, at: datetime) -> tuple[SiteEvaluation, ApplicationAssessment]:
    """As on the day of the vote: both supersede what there was."""
    assert application.batch is not None
    told = {"stage": "VOTE", "by": make_desk(), "at": at, "vote_on": at.date()}
    site = evaluate_site(application.batch, application.centre, **told)  # type: ignore[arg-type]  # one dict for all
    return site, assess_application(application, site, **told)  # type: ignore[arg-type]  # one dict for all


def make_dossier(assessment: ApplicationAssessment) -> Dossier:
    return record_dossier(assessment, sha256=f"{next(_next):064x}", size=1, pages=1, at=SEALED_AT)


def _about(batch: Batch, centre: Centre, by: User) -> dict[str, object]:
    return {
        "batch": batch,
        "centre": centre,
        "stated_by": by,
        "stated_at": IN_AUGUST,
        "stated_in": StatedIn.REGISTER,
        "confirmed_by": by,
        "confirmed_at": IN_AUGUST,
    }


def _confirm(batch: Batch, centre: Centre, field: str, key: str, value: object, *, by: User) -> None:
    there = Input.objects.filter(batch=batch, centre=centre, field=field, key=key, superseded_by=None)
    there.update(dismissed_at=IN_AUGUST)
    Input.objects.create(**_about(batch, centre, by), field=field, key=key, value=value)


@dataclass(frozen=True, slots=True)
class Committee:
    """31 seats, of which the first 23 vote; `members` sit on them in order, the first is the chair."""

    seats: tuple[Seat, ...]
    members: tuple[User, ...]

    @property
    def chair(self) -> User:
        return self.members[0]


def make_committee() -> Committee:
    groups = [(group, True) for group in VOTING_GROUPS] + [(group, False) for group in OTHER_GROUPS]
    seats = tuple(
        Seat.objects.create(number=place, group=group, votes=votes)
        for place, (group, votes) in enumerate(groups, start=1)
    )
    members = tuple(make_member(Role.CHAIR if seat.number == 1 else Role.MEMBER) for seat in seats)
    for seat, member in zip(seats, members, strict=True):
        give_mandate(seat, member)
    return Committee(seats, members)


def make_member(role: Role = Role.MEMBER) -> User:
    place = next(_next)
    member = User(email=f"seat{place}@test.example", name=f"Test member {place}", role=role, language="en")
    member.set_unusable_password()
    member.save()
    return member


def give_mandate(seat: Seat, user: User, *, is_substitute: bool = False) -> CommitteeMandate:
    return CommitteeMandate.objects.create(
        seat=seat, user=user, is_substitute=is_substitute, valid_from=date(2026, 1, 1)
    )


def make_meeting(batch: Batch | None, *, by: User | None = None, held_on: date = SITTING_DAY) -> Meeting:
    assert batch is not None
    return convene_meeting(batch, held_on=held_on, by=by or make_desk(), at=CONVENED)


def seat_members(meeting: Meeting, committee: Committee, present: int, *, at: datetime = AT_SITTING) -> None:
    """The first `present` seats arrive, the chair among them."""
    for seat, member in list(zip(committee.seats, committee.members, strict=True))[:present]:
        record_arrival(meeting, seat=seat, user=member, by=committee.chair, at=at)


def make_ballot(
    application: Application,
    meeting: Meeting,
    *,
    population: str = "ADULT",
    proposed: str = "POSITIVE",
    reason_to_deviate: str = "",
    by: User | None = None,
    at: datetime = CONVENED,
) -> Ballot:
    return draft_ballot(
        application,
        population=population,
        meeting=meeting,
        proposed=proposed,
        text="The committee proposes what follows.",
        reason_to_deviate=reason_to_deviate,
        by=by or make_desk(),
        at=at,
    )


@dataclass(frozen=True, slots=True)
class Sitting:
    """An opened ballot on the day, with the committee present."""

    application: Application
    meeting: Meeting
    ballot: Ballot
    committee: Committee


def make_sitting(
    *,
    present: int = 18,
    populations: Iterable[str] = ("ADULT",),
    site: Site | None = None,
    proposed: str = "POSITIVE",
    opened: bool = True,
) -> Sitting:
    application = make_sealed_batch(populations=populations, site=site)[0]
    committee = make_committee()
    meeting = make_meeting(application.batch)
    seat_members(meeting, committee, present)
    ballot = make_ballot(application, meeting, proposed=proposed)
    if opened:
        ballot = open_ballot(ballot, by=committee.chair, at=AT_SITTING)
    application.refresh_from_db()
    return Sitting(application, meeting, ballot, committee)


def vote(sitting: Sitting, *, votes_for: int = 0, against: int = 0, abstain: int = 0, first: int = 0) -> None:
    """The seats vote in order: first those for, then against, then the abstentions."""
    values = ["FOR"] * votes_for + ["AGAINST"] * against + ["ABSTAIN"] * abstain
    for member, value in zip(sitting.committee.members[first:], values, strict=False):
        cast_vote(sitting.ballot, value=value, by=member, at=AT_SITTING)


def close(
    sitting: Sitting, *, finding: str = "SHORTAGE", reason: str = "Waiting lists.", ballot: Ballot | None = None
) -> Proposal:
    return close_ballot(
        ballot or sitting.ballot,
        capacity_finding=finding,
        capacity_reason=reason,
        by=sitting.committee.chair,
        at=AT_SITTING,
    )


def standing(application: Application) -> ApplicationAssessment:
    assessment = current_assessment(application)
    assert assessment is not None
    return assessment
