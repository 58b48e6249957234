"""The register of readings: what it says, what another option would change, and who learns which of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.enums import Role
from applications.models import Application
from evaluation.enums import RescoringKind
from evaluation.law import criteria_versions
from evaluation.models import Rescoring
from evaluation.register import alternatives, entries, question_in_words
from evaluation.selectors.rescorings import Numbers, flips_of
from evaluation.services.ballots import open_ballot
from evaluation.services.decisions import record_ministerial_decision
from evaluation.services.meetings import record_recusal
from evaluation.services.rescoring import order_register, refresh_register
from evaluation.simulation import CountedBallot, Question, ballot_sides
from evaluation.tasks import refresh_register_nightly_task, refresh_register_task
from evaluation.voting import load_voting_rules, voting_rules
from jobs.models import Job
from jobs.services import claim_job
from tests.builders import IN_AUGUST, make_listing, make_user
from tests.evaluation.builders import (
    AT_SITTING,
    SITTING_DAY,
    Site,
    close,
    make_desk,
    make_sealed_batch,
    make_sitting,
    vote,
)
from tests.evaluation.review import make_figures, make_file, put_in_review, signed_in

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
AFTER = AT_SITTING + timedelta(days=30)
IN_TRANSITION = Site(scopes=(("ADULT", "ALLO"),), iec_filed_on=date(2026, 2, 1))
RULES = voting_rules(SITTING_DAY)


@pytest.fixture(autouse=True)
def _day(settings: LazySettings) -> None:
    settings.CART_TODAY = TODAY


def refreshed(at: Any = AFTER) -> Job:
    job = order_register(at=at)
    refresh_register_task(str(job.pk))
    return Job.objects.get(pk=job.pk)


def decide(application: Application, *, published_on: date = date(2026, 10, 12)) -> None:
    record_ministerial_decision(
        application,
        population="ADULT",
        admits=False,
        reference="MB",
        decided_on=date(2026, 10, 5),
        published_on=published_on,
        effective_on=date(2026, 12, 24),
        reasons="Decided.",
        by=make_desk(),
        at=AFTER,
    )


def flips(reading: str, option: int, user: Any = None) -> Any:
    return flips_of(reading, user=user, today=TODAY)[option]


# -- What it says ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "title"), [("nl", "Hoe wordt"), ("fr", "Comment calcule"), ("en", "How is the")])
def test_register_is_public_in_three_languages(language: str, title: str) -> None:
    client = Client(headers={"accept-language": language})
    page = client.get("/readings/")
    text = page.content.decode()
    assert page.status_code == 200
    assert [each.id for each in criteria_versions()[0].readings if f'href="/readings/{each.id}/"' not in text] == []
    assert title in client.get("/readings/A9/").content.decode()


def test_list_of_readings_names_the_vote_beside_those_that_only_the_vote_uses() -> None:
    text = Client(headers={"accept-language": "en"}).get("/readings/").content.decode()
    assert text.count("The vote of the Commission") == 2


def test_every_reading_has_its_page_with_what_rests_on_it() -> None:
    client = Client(headers={"accept-language": "nl"})
    for entry in entries(TODAY):
        page = client.get(f"/readings/{entry.reading.id}/")
        text = page.content.decode()
        links = [f'href="/criteria/#{each.id}"' for each in entry.resting]
        assert (page.status_code, [each for each in links if each not in text]) == (200, [])


def test_unknown_reading_is_not_found() -> None:
    assert Client().get("/readings/A99/").status_code == 404


def test_criteria_page_leads_to_the_register() -> None:
    text = Client().get("/criteria/").content.decode()
    assert 'href="/readings/A9/"' in text
    assert 'href="/readings/"' in text


def test_option_that_cannot_be_computed_says_so_and_one_not_yet_computed_too() -> None:
    client = Client(headers={"accept-language": "en"})
    assert "the facts of a file do not tell" in client.get("/readings/A2/").content.decode()
    assert "Not computed yet." in client.get("/readings/A9/").content.decode()


def test_alternatives_cover_what_the_law_leaves_open() -> None:
    wanted = {"A1", "A3", "A9", "A15", "A16", "A17", "A40", "A42", "A36", "A37"}
    assert wanted - {each.reading for each in alternatives()} == set()


def test_alternatives_of_the_vote_name_readings_and_options_of_the_register() -> None:
    readings = {each.id: each for each in criteria_versions()[-1].readings}
    for rules in load_voting_rules():
        for each in rules.alternatives:
            options = readings[each.reading].options
            assert all(each.option <= len(options[language]) for language in options)
            assert readings[each.reading].chosen_option != each.option


# -- What another option would change ------------------------------------------------------------------------------


def test_only_unlisted_sites_lose_the_transition_when_it_is_for_listed_ones() -> None:
    listed, unlisted = make_sealed_batch(2, site=IN_TRANSITION)
    make_listing(listed, listed_from=date(2026, 7, 31))
    refreshed()
    found = flips("A3", 1, make_desk())
    assert [(each.application, each.before, each.stored) for each in found.files] == [
        (unlisted, "ELIGIBLE_TRANSITION", True)
    ]
    assert "C1a" in found.files[0].changes


def test_file_under_review_is_judged_on_what_is_confirmed_now() -> None:
    desk = make_desk()
    application = make_file(desk=desk, supplement=False)
    assert application.batch is not None
    make_figures(put_in_review(application.batch, desk), desk, acts=(27, 28, 29))
    refreshed()
    found = flips("A9", 1, desk)
    assert [(each.application, each.stored, each.changes) for each in found.files] == [
        (application, False, {"C2": ["MET", "NOT_MET"]})
    ]


def test_public_numbers_are_over_published_decisions_alone() -> None:
    decided, coming, undecided = make_sealed_batch(3, site=IN_TRANSITION)
    decide(decided)
    decide(coming, published_on=date(2026, 12, 23))
    refreshed()
    assert flips("A3", 1).public == Numbers(judged=1, flipped=1)
    text = Client(headers={"accept-language": "en"}).get("/readings/A3/").content.decode()
    assert "Of 1 decided application 1 would have another outcome" in text
    assert [each for each in (decided, coming, undecided) if each.reference in text] == []


def test_nothing_decided_gives_no_number() -> None:
    make_sealed_batch(6, site=IN_TRANSITION)
    refreshed()
    assert flips("A3", 1).public == Numbers(0, 0)
    for client in (Client(), signed_in(make_user(Role.HOLDER)), signed_in(make_user(Role.ADMINISTRATOR))):
        text = client.get("/readings/A3/").content.decode()
        assert ("No decided application to look at yet" in text, "2026-07/" in text) == (True, False)


def test_who_may_see_a_file_sees_it_named() -> None:
    sitting = make_sitting(site=IN_TRANSITION, opened=False)
    barred, member = sitting.committee.members[20], sitting.committee.members[5]
    record_recusal(
        sitting.application, user=barred, barred_from="DELIBERATION", reason="Kin.", by=make_desk(), at=AT_SITTING
    )
    refreshed()
    holder = make_user(Role.HOLDER, holder=sitting.application.holder)
    users = [make_desk(), make_user(Role.AUDITOR), member, sitting.committee.chair, barred, holder]
    texts = [signed_in(user).get("/readings/A3/").content.decode() for user in users]
    assert [sitting.application.reference in text for text in texts] == [True, True, True, True, False, False]


def test_member_does_not_learn_of_a_file_under_review() -> None:
    desk = make_desk()
    application = make_file(desk=desk)
    assert application.batch is not None
    make_figures(put_in_review(application.batch, desk), desk, acts=(27, 28, 29))
    refreshed()
    told = [signed_in(make_user(role)).get("/readings/A9/").content.decode() for role in (Role.MEMBER, Role.CHAIR)]
    assert [application.reference in text for text in told] == [False, False]
    assert application.reference in signed_in(desk).get("/readings/A9/").content.decode()


# -- Ballots --------------------------------------------------------------------------------------------------------


def counted(present: int, votes_for: int, against: int, abstained: int = 0, recused: int = 0) -> CountedBallot:
    return CountedBallot(make_desk().pk, present, votes_for, against, abstained, recused)


@pytest.mark.parametrize(
    ("counts", "reading", "sides"),
    [
        ((18, 12, 0, 6), "A37", ("ADOPTED", "ADOPTED")),
        ((18, 11, 0, 7), "A37", ("ADOPTED", "NOT_ADOPTED")),
        ((18, 11, 7), "A37", ("NOT_ADOPTED", "NOT_ADOPTED")),
        ((17, 17, 0), "A37", ("NO_QUORUM", "NO_QUORUM")),
        ((17, 12, 5, 0, 1), "A36", ("NO_QUORUM", "ADOPTED")),
        ((17, 11, 6, 0, 1), "A36", ("NO_QUORUM", "NOT_ADOPTED")),
        ((16, 16, 0, 0, 1), "A36", ("NO_QUORUM", "NO_QUORUM")),
        ((18, 12, 6, 0, 1), "A36", ("ADOPTED", "ADOPTED")),
    ],
)
def test_ballot_under_the_other_option(counts: tuple[int, ...], reading: str, sides: tuple[str, str]) -> None:
    assert ballot_sides(counted(*counts), RULES, reading=reading, option=1) == sides
    assert ballot_sides(counted(*counts), RULES, reading=reading, option=2) is None


def test_recused_member_would_make_the_quorum() -> None:
    sitting = make_sitting(present=18, opened=False)
    barred = sitting.committee.members[3]
    record_recusal(sitting.application, user=barred, barred_from="VOTE", reason="Kin.", by=make_desk(), at=AT_SITTING)
    open_ballot(sitting.ballot, by=sitting.committee.chair, at=AT_SITTING)
    close(sitting)
    decide(sitting.application)
    refreshed()
    found = flips("A36", 1, make_desk())
    assert [(each.ballot, each.before, each.after) for each in found.ballots] == [
        (sitting.ballot, "NO_QUORUM", "NOT_ADOPTED")
    ]
    assert found.public == Numbers(1, 1)


def test_abstentions_would_sink_a_ballot_counted_over_members_present() -> None:
    sitting = make_sitting(present=18)
    vote(sitting, votes_for=10, abstain=8)
    close(sitting)
    refreshed()
    sides = [flips("A37", 1, user) for user in (make_desk(), sitting.committee.chair, make_user(Role.HOLDER), None)]
    assert [[(each.before, each.after) for each in side.ballots] for side in sides] == [
        [("ADOPTED", "NOT_ADOPTED")],
        [("ADOPTED", "NOT_ADOPTED")],
        [],
        [],
    ]
    assert sides[-1].public == Numbers(0, 0)
    text = signed_in(make_desk()).get("/readings/A37/").content.decode()
    assert "not adopted" in text


# -- Kept fresh -----------------------------------------------------------------------------------------------------


def test_newer_run_replaces_the_one_before_and_a_second_delivery_changes_nothing() -> None:
    make_sealed_batch()
    first, second = refreshed(), refreshed(AFTER + timedelta(days=1))
    refresh_register_task(str(second.pk))
    assert set(Rescoring.objects.values_list("job", flat=True)) == {second.pk}
    assert (first.state, second.state, Rescoring.objects.count()) == ("DONE", "DONE", len(alternatives()))


def test_run_after_a_kill_gives_one_result() -> None:
    application = make_sealed_batch(site=IN_TRANSITION)[0]
    job = order_register(at=AFTER)
    claimed = claim_job(job.pk)
    assert claimed is not None
    killed = Rescoring.objects.create(
        kind=RescoringKind.READING, reading="A3", option=1, for_register=True, requested_at=AFTER, job=job
    )
    killed.files.create(application=application, outcome_before="ELIGIBLE", outcome_after="INCOMPLETE")
    assert flips_of("A3", user=None, today=TODAY) == {}
    refresh_register(claimed, at=AFTER)
    assert [row.assessment_id is None for row in killed.files.all()] == [False]


def test_orders_that_wait_are_one() -> None:
    assert order_register(at=IN_AUGUST) == order_register(at=IN_AUGUST)
    refreshed()
    assert Job.objects.filter(kind="evaluation.refresh_register").count() == 1
    refresh_register_nightly_task()
    assert Job.objects.filter(kind="evaluation.refresh_register").count() == 2


def test_register_runs_are_not_among_what_was_asked() -> None:
    make_sealed_batch()
    refreshed()
    client = signed_in(make_desk())
    assert "Nothing was asked yet" in client.get("/rescorings/").content.decode()
    assert client.get(f"/rescorings/{Rescoring.objects.first().pk}/").status_code == 404  # type: ignore[union-attr]  # the test above made some


@pytest.mark.parametrize("wanted", [1, 30])
def test_queries_do_not_grow_with_the_files(wanted: int, django_assert_num_queries: Any) -> None:
    make_sealed_batch(wanted, site=IN_TRANSITION)
    refreshed()
    public, desk = Client(), signed_in(make_desk())
    for client in (public, desk):
        client.get("/readings/A3/")
    with django_assert_num_queries(3):
        public.get("/readings/A3/")
    with django_assert_num_queries(8):
        text = desk.get("/readings/A3/").content.decode()
    assert text.count("2026-07/") >= wanted


def test_question_of_an_option_is_told_in_its_words() -> None:
    asked = Question(RescoringKind.READING, reading="A9", option=1)
    assert question_in_words(asked, "en") == "Reading A9: each year at least 28"
