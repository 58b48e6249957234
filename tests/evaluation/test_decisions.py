from datetime import date, timedelta
from typing import Any

import pytest

from accounts.enums import Role
from accounts.errors import Conflict, DeskError, Invalid, NotAllowed
from accounts.models import User
from applications.models import Application
from centres.models import Listing
from centres.services.listings import end_listing, list_centre
from evaluation.models import MinisterialDecision
from evaluation.services.ballots import open_ballot
from evaluation.services.decisions import record_ministerial_decision
from evaluation.services.evaluations import assess_application, evaluate_site
from tests.builders import make_user
from tests.evaluation.builders import (
    AT_SITTING,
    Site,
    Sitting,
    close,
    make_ballot,
    make_desk,
    make_member,
    make_sealed_batch,
    make_sitting,
    vote,
)

pytestmark = pytest.mark.django_db
AFTER = AT_SITTING + timedelta(days=30)
DECIDED, PUBLISHED, EFFECT = date(2026, 10, 5), date(2026, 10, 12), date(2026, 11, 1)


def decide(
    application: Application,
    *,
    population: str = "ADULT",
    admits: bool = True,
    reasons: str = "",
    by: User | None = None,
    days: tuple[date, date, date] = (DECIDED, PUBLISHED, EFFECT),
) -> MinisterialDecision:
    return record_ministerial_decision(
        application,
        population=population,
        admits=admits,
        reference="MB 5-10-2026",
        decided_on=days[0],
        published_on=days[1],
        effective_on=days[2],
        reasons=reasons,
        by=by or make_desk(),
        at=AFTER,
    )


def voted(*, votes_for: int = 18, site: Site | None = None, populations: tuple[str, ...] = ("ADULT",)) -> Sitting:
    sitting = make_sitting(site=site, populations=populations)
    vote(sitting, votes_for=votes_for, against=18 - votes_for)
    close(sitting)
    return sitting


def test_decision_that_follows_the_proposal_lists_the_site_from_the_day_of_effect() -> None:
    sitting = voted()
    decision = decide(sitting.application)
    listing = Listing.objects.get()
    before, on, after = (EFFECT + timedelta(days=days) for days in (-1, 0, 1))
    assert decision.deviates is False
    assert [Listing.objects.in_force_on(day).count() for day in (before, on, after)] == [0, 1, 1]
    assert (listing.centre, listing.product, listing.paragraph, listing.population) == (
        sitting.application.centre,
        sitting.application.product,
        sitting.application.paragraph,
        "ADULT",
    )
    assert (listing.decision_reference, listing.condition_code, listing.condition_due_on) == ("MB 5-10-2026", "", None)


def test_last_decision_decides_the_application_and_the_batch() -> None:
    sitting = voted()
    decide(sitting.application)
    sitting.application.refresh_from_db()
    batch = sitting.application.batch
    assert batch is not None
    assert (sitting.application.state, batch.state) == ("DECIDED", "DECIDED")


def test_batch_waits_for_its_other_applications() -> None:
    first, second = make_sealed_batch(2)
    decide(first, reasons="No proposal was made in time.")
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.batch is not None
    assert (first.state, second.state, first.batch.state) == ("DECIDED", "READY", "SEALED")


def test_listing_that_rests_on_the_transition_has_its_condition_and_day() -> None:
    site = Site(scopes=(("ADULT", "ALLO"),), iec_filed_on=date(2026, 2, 1))
    decide(voted(site=site).application)
    listing = Listing.objects.get()
    assert (listing.condition_code, listing.condition_due_on) == ("IEC_CERTIFICATE_DUE", date(2026, 12, 31))


def test_listing_of_a_transition_that_nobody_confirmed_yet_has_its_condition_too() -> None:
    application = make_sealed_batch(site=Site(scopes=(("ADULT", "ALLO"),), iec_filed_on=date(2026, 2, 1)))[0]
    assert application.batch is not None
    again: dict[str, Any] = {"stage": "VOTE", "vote_on": date(2027, 1, 15), "by": make_desk(), "at": AT_SITTING}
    assess_application(application, evaluate_site(application.batch, application.centre, **again), **again)
    decide(application, reasons="The Minister admits it under the transition.")
    listing = Listing.objects.get()
    assert (listing.condition_code, listing.condition_due_on) == ("IEC_CERTIFICATE_DUE", date(2027, 3, 31))


@pytest.mark.parametrize(("votes_for", "admits"), [(18, False), (11, True), (11, False)])
def test_decision_that_departs_or_comes_without_a_proposal_needs_reasons(votes_for: int, admits: bool) -> None:
    sitting = voted(votes_for=votes_for)
    with pytest.raises(Invalid) as refused:
        decide(sitting.application, admits=admits)
    assert [(each.pointer, each.code) for each in refused.value.problems] == [("/reasons", "decision-reasons-missing")]
    assert not Listing.objects.exists()
    decision = decide(sitting.application, admits=admits, reasons="Because of the budget.")
    assert (decision.deviates, decision.reasons, Listing.objects.count()) == (
        True,
        "Because of the budget.",
        int(admits),
    )


def test_decision_is_recorded_once_per_population() -> None:
    sitting = voted(populations=("ADULT", "PAED"))
    decide(sitting.application)
    with pytest.raises(Conflict) as refused:
        decide(sitting.application)
    assert refused.value.code == "population-decided"
    sitting.application.refresh_from_db()
    assert sitting.application.state == "AT_VOTE"
    decide(sitting.application, population="PAED", admits=False, reasons="No proposal.")
    sitting.application.refresh_from_db()
    assert sitting.application.state == "DECIDED"


def test_population_decided_without_a_proposal_no_longer_comes_to_the_vote() -> None:
    sitting = make_sitting(populations=("ADULT", "PAED"), opened=False)
    children = make_ballot(sitting.application, sitting.meeting, population="PAED", at=AT_SITTING)
    decide(sitting.application, population="PAED", admits=False, reasons="Withdrawn budget.")
    with pytest.raises(Conflict) as refused:
        open_ballot(children, by=sitting.committee.chair, at=AT_SITTING)
    assert refused.value.code == "population-decided"
    adults = open_ballot(sitting.ballot, by=sitting.committee.chair, at=AT_SITTING)
    close(sitting, ballot=adults)
    sitting.application.refresh_from_db()
    assert sitting.application.state == "PROPOSED"


def test_decision_while_a_vote_is_open_is_refused() -> None:
    sitting = make_sitting()
    with pytest.raises(Conflict) as refused:
        decide(sitting.application, reasons="No waiting.")
    assert refused.value.code == "ballot-running"


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ((DECIDED, date(2026, 10, 4), EFFECT), "decision-days"),
        ((DECIDED, PUBLISHED, date(2026, 10, 11)), "decision-days"),
        ((date(2026, 10, 16), date(2026, 10, 16), EFFECT), "decision-in-future"),
        ((date(2026, 9, 14), PUBLISHED, EFFECT), "decision-before-proposal"),
    ],
)
def test_decision_with_days_out_of_order_is_refused(days: tuple[date, date, date], code: str) -> None:
    sitting = voted()
    with pytest.raises(Invalid) as refused:
        decide(sitting.application, days=days)
    assert [each.code for each in refused.value.problems] == [code]


def test_decision_is_recorded_by_the_secretariat_alone() -> None:
    sitting = voted()
    refused = []
    others = (sitting.committee.chair, sitting.committee.members[1], make_user(Role.AUDITOR))
    for by in (*others, make_member(Role.ADMINISTRATOR), make_user(Role.HOLDER, holder=sitting.application.holder)):
        with pytest.raises(NotAllowed):
            decide(sitting.application, by=by)
        refused.append(by.role)
    assert refused == ["CHAIR", "MEMBER", "AUDITOR", "ADMINISTRATOR", "HOLDER"]
    assert not MinisterialDecision.objects.exists()


def test_site_cannot_be_listed_twice_for_the_same_and_leaves_on_its_last_day() -> None:
    application = make_sealed_batch()[0]
    desk = make_desk()

    def enter(day: date) -> Listing:
        return list_centre(
            application.centre,
            product=application.product,
            paragraph=application.paragraph,
            population="ADULT",
            listed_from=day,
            decision_reference="MB",
            by=desk,
            at=AFTER,
        )

    listing = enter(EFFECT)
    codes = []
    for day in (EFFECT, EFFECT - timedelta(days=10), EFFECT + timedelta(days=10)):
        with pytest.raises(DeskError) as refused:
            enter(day)
        codes.append(refused.value.code)
    assert codes == ["listed-already"] * 3
    last = EFFECT + timedelta(days=90)
    ended = end_listing(listing, listed_to=last, reason="Stopped the programme.", by=desk, at=AFTER)
    days = (last, last + timedelta(days=1))
    assert ended.listed_to == last
    assert [Listing.objects.in_force_on(day).count() for day in days] == [1, 0]
    assert enter(last + timedelta(days=1)).listed_to is None
