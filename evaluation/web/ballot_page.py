"""The page of one item: advice, papers, the count so far or its result, and what the reader may do next."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import clock
from accounts.errors import NotAllowed
from accounts.models import User
from evaluation.board.counts import count_of
from evaluation.models import ApplicationAssessment, Attendance, Ballot, Dossier, Vote
from evaluation.policies import may_lead_sitting, may_postpone_ballot, may_release_ballot, may_vote
from evaluation.selectors import current_assessment
from evaluation.selectors.sittings import changed_results, outcome_for, present_on
from evaluation.voting import VotingRules, voting_rules
from evaluation.web.forms_sitting import VoteForm
from evaluation.web.sittings import meeting_crumbs


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """The count explained: `needed` votes for, of those for and against."""

    present: int
    quorum: int
    votes_for: int
    votes_against: int
    abstentions: int
    numerator: int
    denominator: int

    @property
    def counted(self) -> int:
        return self.votes_for + self.votes_against

    @property
    def needed(self) -> int:
        return -(-self.counted * self.numerator // self.denominator)


def arithmetic_of(ballot: Ballot, rules: VotingRules) -> Arithmetic | None:
    """How the count came out; None while there is none."""
    present, abstentions = ballot.voting_present, ballot.abstentions
    votes_for, votes_against = ballot.votes_for, ballot.votes_against
    if present is None or votes_for is None or votes_against is None or abstentions is None:
        return None
    return Arithmetic(
        present=present,
        quorum=rules.quorum,
        votes_for=votes_for,
        votes_against=votes_against,
        abstentions=abstentions,
        numerator=rules.numerator,
        denominator=rules.denominator,
    )


def own_vote(ballot: Ballot, user: User) -> dict[str, object]:
    own = Vote.objects.filter(ballot=ballot, user=user).first()
    return {"value": own.value} if own else {}


def _standing_of(ballot: Ballot) -> ApplicationAssessment | None:
    return ballot.assessment or current_assessment(ballot.application)


def page_of(ballot: Ballot, user: User, form: VoteForm) -> dict[str, object]:
    """An item as its reader may see it; the form only for who votes on it while it is open."""
    rules = voting_rules(ballot.meeting.held_on)
    assessment = _standing_of(ballot)
    label = f"{ballot.application.reference} · {ballot.get_population_display()}"
    return {
        "ballot": ballot,
        "application": ballot.application,
        "outcome": outcome_for(assessment, ballot.population) if assessment else "",
        "warnings": assessment.warnings if assessment else [],
        "dossier": Dossier.objects.readable_by(user).filter(application=ballot.application_id).newest_first().first(),
        "changes": _changes(ballot),
        "count": count_of(ballot),
        "rules": rules,
        "arithmetic": arithmetic_of(ballot, rules),
        "proposal": getattr(ballot, "proposal", None),
        "form": form if ballot.is_open and _votes(ballot, user) else None,
        "why_no_vote": _why_no_vote(ballot, user),
        "own_vote": Vote.objects.filter(ballot=ballot, user=user).first(),
        "acts": _acts(ballot, user),
        "crumbs": meeting_crumbs(ballot.meeting, {"label": label}),
    }


def _changes(ballot: Ballot) -> tuple[str, ...]:
    held = ballot.assessment if ballot.is_held else None
    before = ApplicationAssessment.objects.filter(superseded_by=held).first() if held else None
    return changed_results(before, held) if held and before else ()


def _votes(ballot: Ballot, user: User) -> bool:
    return (
        may_vote(user)
        and Attendance.objects.filter(meeting=ballot.meeting_id, user=user).voting_on(ballot.application).exists()
    )


def _why_no_vote(ballot: Ballot, user: User) -> str:
    """For a member who cannot vote on an open item: the reason, as a sentence."""
    if not ballot.is_open or not may_vote(user) or _votes(ballot, user):
        return ""
    seated = present_on(ballot, user)
    code = "not-present" if seated is None else "recused" if seated.seat.votes else "seat-without-vote"
    return NotAllowed(code).message


def _acts(ballot: Ballot, user: User) -> list[dict[str, object]]:
    """The links to what the reader may do now, the first being the next thing to do."""
    day, slug = ballot.meeting.held_on.isoformat(), ballot.application.slug
    leads, is_today = may_lead_sitting(user), ballot.meeting.held_on == clock.today()
    redraft = reverse("evaluation:draft-ballot", args=[day, slug, ballot.population])
    wanted = [
        (_("Open the vote…"), "open-ballot", leads and ballot.is_draft and not ballot.is_held and is_today),
        (_("Close and count…"), "close-ballot", leads and ballot.is_open),
        (_("Release…"), "release-ballot", may_release_ballot(user) and ballot.is_held),
        (_("Postpone…"), "postpone-ballot", may_postpone_ballot(user) and ballot.is_draft),
    ]
    acts: list[dict[str, object]] = [
        {"label": label, "href": reverse(f"evaluation:{name}", args=[ballot.pk])} for label, name, due in wanted if due
    ]
    if leads and ballot.is_draft:
        acts.append({"label": _("Change the text"), "href": redraft})
    return acts
