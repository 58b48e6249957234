"""What a sitting needs to know about an item: its advice, what was settled, what members have read."""

from accounts.models import User
from applications.models import Application
from centres.enums import Population
from evaluation.enums import ProposalKind
from evaluation.models import ApplicationAssessment, Attendance, Ballot, Dossier, MinisterialDecision, Proposal
from evaluation.rules.enums import Outcome
from evaluation.selectors.current import current_assessment

ADVISED = {
    Outcome.ELIGIBLE.value: ProposalKind.POSITIVE,
    Outcome.ELIGIBLE_TRANSITION.value: ProposalKind.POSITIVE,
    Outcome.NOT_ELIGIBLE.value: ProposalKind.NEGATIVE,
}


def outcome_for(assessment: ApplicationAssessment, population: str) -> str:
    """The advisory outcome of one population, else the one over all populations asked."""
    return str(assessment.answer.get("by_population", {}).get(population, assessment.outcome))


def advised_proposal(assessment: ApplicationAssessment, population: str) -> ProposalKind | None:
    """The proposal that follows the advice; an incomplete outcome advises none."""
    return ADVISED.get(outcome_for(assessment, population))


def verdicts_of(assessment: ApplicationAssessment) -> dict[str, str]:
    """Verdict per criterion id, as the assessment answered."""
    return {finding["id"]: finding["verdict"] for finding in assessment.answer["findings"]}


def assessment_as_read(application: Application) -> ApplicationAssessment | None:
    """The assessment that members have in hand: that of the newest dossier, else the standing one."""
    newest = Dossier.objects.filter(application=application).newest_first().select_related("assessment").first()
    return newest.assessment if newest else current_assessment(application)


def changed_results(before: ApplicationAssessment, after: ApplicationAssessment) -> tuple[str, ...]:
    """`C1b: MET → NOT_MET` for each verdict that changed, and the outcome when it did."""
    old, new = verdicts_of(before), verdicts_of(after)
    changes = [(each, old.get(each, ""), new.get(each, "")) for each in sorted(old.keys() | new.keys())]
    changes.append(("outcome", before.outcome, after.outcome))
    return tuple(f"{name}: {was} → {now}" for name, was, now in changes if was != now)


def decided_populations(application: Application) -> set[str]:
    return set(MinisterialDecision.objects.filter(application=application).values_list("population", flat=True))


def settled_populations(application: Application) -> set[str]:
    """Those with a proposal that settles (adopted or not), or with a decision that came without one."""
    voted = Proposal.objects.settling().filter(application=application).values_list("population", flat=True)
    return set(voted) | decided_populations(application)


def settling_proposal(application: Application, population: str) -> Proposal | None:
    return Proposal.objects.settling().filter(application=application, population=population).last()


def present_on(ballot: Ballot, user: User) -> Attendance | None:
    """The user's presence at the ballot's sitting, if any."""
    return Attendance.objects.present().filter(meeting=ballot.meeting_id, user=user).select_related("seat").first()


def population_label(population: str) -> str:
    return str(Population(population).label)
