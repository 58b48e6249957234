"""The agenda of a sitting as its page shows it: items per site, each with its advice, its vote and its papers."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from accounts.models import User
from applications.enums import ApplicationState
from applications.models import Application
from centres.enums import Population
from centres.models import Centre
from evaluation.models import Attendance, Ballot, Dossier, Meeting, MinisterialDecision, Proposal, Recusal
from evaluation.selectors import current_assessments
from evaluation.selectors.sittings import outcome_for
from evaluation.voting import voting_rules

ON_THE_TABLE = (
    ApplicationState.READY,
    ApplicationState.AT_VOTE,
    ApplicationState.PROPOSED,
    ApplicationState.DECIDED,
)


@dataclass(frozen=True, slots=True)
class Presence:
    """Voting members present against the quorum; `needed` is how many are missing."""

    voting: int
    others: int
    quorum: int

    @property
    def is_reached(self) -> bool:
        return self.voting >= self.quorum

    @property
    def needed(self) -> int:
        return max(self.quorum - self.voting, 0)


@dataclass(frozen=True, slots=True)
class Item:
    """One population of one application; `barred` says from what the reader is barred, if at all."""

    application: Application
    population: str
    outcome: str
    ballot: Ballot | None
    elsewhere: Ballot | None
    proposal: Proposal | None
    decision: MinisterialDecision | None
    dossier: Dossier | None
    recusals: int
    barred: str

    @property
    def population_word(self) -> str:
        return str(Population(self.population).label)

    @property
    def is_closed_to_reader(self) -> bool:
        return self.barred == "DELIBERATION"

    @property
    def may_be_drafted(self) -> bool:
        free = self.proposal is None and self.decision is None and self.elsewhere is None
        return free and (self.ballot is None or self.ballot.is_draft)


@dataclass(frozen=True, slots=True)
class SiteItems:
    centre: Centre
    items: tuple[Item, ...]


def presence_at(meeting: Meeting) -> Presence:
    rows = list(Attendance.objects.present().filter(meeting=meeting).values_list("seat__votes", flat=True))
    return Presence(sum(rows), len(rows) - sum(rows), voting_rules(meeting.held_on).quorum)


def agenda(meeting: Meeting, *, user: User) -> tuple[SiteItems, ...]:
    """Every item of the batch, grouped by site; the number of queries does not grow with them."""
    visible = Application.objects.visible_to(user).filter(batch=meeting.batch_id, state__in=ON_THE_TABLE)
    applications = list(visible.with_names())
    table = _Table.read(meeting, applications, user)
    groups: dict[UUID, list[Item]] = {}
    centres: dict[UUID, Centre] = {}
    for application in applications:
        centres[application.centre_id] = application.centre
        items = [table.item(application, population) for population in application.populations]
        groups.setdefault(application.centre_id, []).extend(items)
    return tuple(SiteItems(centres[key], tuple(items)) for key, items in groups.items())


Key = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class _Table:
    """What the items need, read once for all of them."""

    meeting: Meeting
    outcomes: dict[Key, str]
    ballots: dict[Key, list[Ballot]]
    proposals: dict[Key, Proposal]
    decisions: dict[Key, MinisterialDecision]
    dossiers: dict[UUID, Dossier]
    recusals: dict[UUID, list[Recusal]]
    user: User

    @classmethod
    def read(cls, meeting: Meeting, applications: Iterable[Application], user: User) -> "_Table":
        applications = list(applications)
        about = {"application__in": [application.pk for application in applications]}
        assessments = current_assessments(meeting.batch)
        return cls(
            meeting=meeting,
            outcomes={
                (row.pk, population): outcome_for(assessments[row.pk], population)
                for row in applications
                if row.pk in assessments
                for population in row.populations
            },
            ballots=_grouped(Ballot.objects.filter(**about).select_related("meeting", "proposal")),
            proposals={(p.application_id, p.population): p for p in Proposal.objects.settling().filter(**about)},
            decisions={(d.application_id, d.population): d for d in MinisterialDecision.objects.filter(**about)},
            dossiers={
                d.application_id: d for d in Dossier.objects.readable_by(user).filter(**about).order_by("number")
            },
            recusals=_by_application(Recusal.objects.filter(**about)),
            user=user,
        )

    def item(self, application: Application, population: str) -> Item:
        key = (application.pk, population)
        ballots = self.ballots.get(key, [])
        recusals = self.recusals.get(application.pk, [])
        return Item(
            application=application,
            population=population,
            outcome=self.outcomes.get(key, ""),
            ballot=next((each for each in ballots if each.meeting_id == self.meeting.pk), None),
            elsewhere=next(
                (each for each in ballots if each.meeting_id != self.meeting.pk and not each.is_closed), None
            ),
            proposal=self.proposals.get(key),
            decision=self.decisions.get(key),
            dossier=self.dossiers.get(application.pk),
            recusals=len(recusals),
            barred=next((str(each.barred_from) for each in recusals if each.user_id == self.user.pk), ""),
        )


def _grouped(ballots: Iterable[Ballot]) -> dict[Key, list[Ballot]]:
    grouped: dict[Key, list[Ballot]] = {}
    for ballot in ballots:
        grouped.setdefault((ballot.application_id, ballot.population), []).append(ballot)
    return grouped


def _by_application(recusals: Iterable[Recusal]) -> dict[UUID, list[Recusal]]:
    grouped: dict[UUID, list[Recusal]] = {}
    for recusal in recusals:
        grouped.setdefault(recusal.application_id, []).append(recusal)
    return grouped
