from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.downloads import escaped_cell
from accounts.enums import Role
from accounts.models import User
from centres.models import Listing
from evaluation.models import Ballot, MinisterialDecision, Vote
from evaluation.services.ballots import cast_vote
from evaluation.services.decisions import record_ministerial_decision
from evaluation.services.meetings import record_recusal
from jobs.models import Job
from tests.builders import make_application, make_listing, make_user
from tests.evaluation.builders import (
    AT_SITTING,
    SITTING_DAY,
    Site,
    close,
    make_ballot,
    make_committee,
    make_desk,
    make_meeting,
    make_member,
    make_sealed_batch,
    make_sitting,
    seat_members,
    vote,
)

pytestmark = pytest.mark.django_db
DAY = SITTING_DAY.isoformat()


@pytest.fixture(autouse=True)
def day_of_the_sitting() -> Any:
    with time_machine.travel(AT_SITTING, tick=True):
        yield


def browser(user: User | None = None, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    if user is not None:
        client.force_login(user)
    return client


def address(name: str, *parts: object) -> str:
    return reverse(f"evaluation:{name}", args=parts)


def test_sitting_pages_are_closed_to_holders_and_administrators() -> None:
    sitting = make_sitting()
    holder = make_user(Role.HOLDER, holder=sitting.application.holder)
    paths = [address("meetings"), address("meeting", DAY), address("ballot", sitting.ballot.pk)]
    paths += [address("attendance", DAY), address("recusals", DAY), address("close-ballot", sitting.ballot.pk)]
    people = {"holder": holder, "administrator": make_member(Role.ADMINISTRATOR)}
    statuses = {name: [browser(user).get(path).status_code for path in paths] for name, user in people.items()}
    assert statuses == {"holder": [403] * 6, "administrator": [403] * 6}


def test_auditor_reads_a_sitting_and_leads_nothing() -> None:
    sitting = make_sitting()
    auditor = browser(make_member(Role.AUDITOR))
    read = [address("meetings"), address("meeting", DAY), address("ballot", sitting.ballot.pk)]
    led = [address("attendance", DAY), address("close-ballot", sitting.ballot.pk), address("convene")]
    assert [auditor.get(path).status_code for path in read] == [200] * 3
    assert [auditor.post(path).status_code for path in led] == [403] * 3


def test_member_votes_in_the_browser_changes_and_sees_no_tally_before_the_close() -> None:
    sitting = make_sitting()
    client = browser(sitting.committee.members[1])
    path = address("vote", sitting.ballot.pk)
    for value in ("AGAINST", "FOR", "FOR"):
        assert client.post(path, {"value": value}).status_code == 302
    page = client.get(address("ballot", sitting.ballot.pk)).content.decode()
    assert list(Vote.objects.values_list("value", flat=True)) == ["FOR"]
    assert "<b>1 of 18</b> voting members present have voted." in page
    assert "You voted <b>for</b>." in page
    assert "Result" not in page


def test_vote_without_a_choice_or_from_someone_absent_is_refused_on_the_page() -> None:
    sitting = make_sitting()
    path = address("vote", sitting.ballot.pk)
    empty = browser(sitting.committee.members[1]).post(path)
    absent = browser(sitting.committee.members[20]).post(path, {"value": "FOR"})
    assert (empty.status_code, absent.status_code, Vote.objects.count()) == (422, 403, 0)


def test_member_barred_from_deliberation_sees_neither_ballot_nor_dossier() -> None:
    sitting = make_sitting(opened=False)
    member = sitting.committee.members[2]
    record_recusal(
        sitting.application, user=member, barred_from="DELIBERATION", reason="Kin.", by=make_desk(), at=AT_SITTING
    )
    client = browser(member)
    page = client.get(address("meeting", DAY)).content.decode()
    assert client.get(address("ballot", sitting.ballot.pk)).status_code == 403
    assert "You do not take part in this item." in page
    assert "/dossiers/" not in page


def test_chair_opens_closes_and_the_page_explains_the_count() -> None:
    sitting = make_sitting(opened=False)
    chair = browser(sitting.committee.chair)
    assert chair.post(address("open-ballot", sitting.ballot.pk), {"reason_incomplete": ""}).status_code == 302
    vote(sitting, votes_for=10, against=5, abstain=3)
    given = {"capacity_finding": "VOLUME_INCREASE", "capacity_reason": "A new indication."}
    first = chair.post(address("close-ballot", sitting.ballot.pk), given)
    second = chair.post(address("close-ballot", sitting.ballot.pk), given)
    page = chair.get(address("ballot", sitting.ballot.pk)).content.decode()
    assert (first.status_code, second.status_code) == (302, 302)
    assert "10 for and 5 against make 15 votes; 2/3 of 15 is 10, rounded up." in page
    assert "10 for, 10 needed: adopted." in page
    assert "working group on contracts" in page


def test_opening_in_the_browser_holds_a_changed_item_and_orders_its_new_dossier() -> None:
    sitting = make_sitting(site=Site(certificate_ends="2026-09-14"), opened=False)
    jobs = Job.objects.filter(kind="evaluation.render_dossier").count()
    chair = browser(sitting.committee.chair)
    answer = chair.post(address("open-ballot", sitting.ballot.pk), {"reason_incomplete": ""})
    page = chair.get(address("ballot", sitting.ballot.pk)).content.decode()
    assert answer.status_code == 409
    assert Job.objects.filter(kind="evaluation.render_dossier").count() == jobs + 1
    assert Ballot.objects.get().is_held
    assert "C1b: MET → NOT_MET" in page


def test_attendance_is_recorded_seat_by_seat() -> None:
    committee = make_committee()
    meeting = make_meeting(make_sealed_batch()[0].batch)
    client, path = browser(committee.chair), address("attendance", DAY)
    mandate = committee.members[0].mandates.get()
    for act in ("arrive", "arrive", "leave"):
        assert client.post(path, {"mandate": str(mandate.pk), "act": act}).status_code == 302
    assert [row.left_at is not None for row in meeting.attendances.all()] == [True]
    assert client.post(path, {"mandate": "x", "act": "arrive"}).status_code == 404
    assert client.post(path, {"act": "all"}).status_code == 302
    assert meeting.attendances.present().count() == 31


def test_draft_and_postponement_in_the_browser() -> None:
    application = make_sealed_batch()[0]
    committee = make_committee()
    meeting = make_meeting(application.batch)
    make_meeting(application.batch, held_on=SITTING_DAY + timedelta(days=7))
    chair = browser(committee.chair)
    path = address("draft-ballot", DAY, application.slug, "ADULT")
    departs = chair.post(path, {"proposed": "NEGATIVE", "text": "No."})
    saved = chair.post(path, {"proposed": "POSITIVE", "text": "Yes."})
    ballot = Ballot.objects.get()
    later = {"meeting": str(meeting.batch.meetings.latest("held_on").pk), "reason": "Next week."}
    moved = chair.post(address("postpone-ballot", ballot.pk), later)
    assert (departs.status_code, saved.status_code, moved.status_code) == (422, 302, 302)
    assert "This text departs from the advisory outcome." in departs.content.decode()
    assert Ballot.objects.get().meeting.held_on == SITTING_DAY + timedelta(days=7)


def test_decision_is_recorded_by_the_desk_and_seen_by_its_applicant() -> None:
    sitting = make_sitting()
    vote(sitting, votes_for=18)
    close(sitting)
    given = {
        "admits": "yes",
        "reference": "MB 15-9-2026",
        "decided_on": DAY,
        "published_on": DAY,
        "effective_on": "2026-10-01",
        "reasons": "",
    }
    parts = (sitting.application.slug, "ADULT")
    refused = browser(sitting.committee.chair).post(address("record-decision", *parts), given)
    taken = browser(make_desk()).post(address("record-decision", *parts), given)
    again = browser(make_desk()).post(address("record-decision", *parts), given)
    holder = browser(make_user(Role.HOLDER, holder=sitting.application.holder))
    stranger = browser(make_user(Role.HOLDER, holder=make_application().holder))
    page = holder.get(address("decision", *parts)).content.decode()
    assert [answer.status_code for answer in (refused, taken, again)] == [403, 302, 409]
    assert "The site is on the public list from 1 October 2026." in page
    assert "Proposal of the Committee" not in page
    assert stranger.get(address("decision", *parts)).status_code == 404
    assert MinisterialDecision.objects.count() == 1


def admitted(effective_on: date) -> Listing:
    application = make_sealed_batch()[0]
    record_ministerial_decision(
        application,
        population="ADULT",
        admits=True,
        reference="=MB(1)",
        decided_on=SITTING_DAY,
        published_on=SITTING_DAY,
        effective_on=effective_on,
        reasons="No proposal in time.",
        by=make_desk(),
        at=AT_SITTING,
    )
    return Listing.objects.select_related("centre__hospital").get()


def test_public_list_names_a_site_only_from_the_day_of_effect() -> None:
    effect = SITTING_DAY + timedelta(days=10)
    name = admitted(effect).centre.hospital.name
    seen = []
    for days in (-1, 0, 1):
        with time_machine.travel(AT_SITTING + timedelta(days=10 + days)):
            seen.append(name in browser().get("/list/").content.decode())
    ahead = browser().get(f"/list/?on={effect.isoformat()}").content.decode()
    assert seen == [False, True, True]
    assert name not in ahead
    assert "The list of a day to come is not known yet." in ahead


def test_public_list_of_an_earlier_day_search_filters_and_csv() -> None:
    listing = admitted(SITTING_DAY)
    hospital, product = listing.centre.hospital.name, listing.product
    client = browser()
    yesterday = (SITTING_DAY - timedelta(days=1)).isoformat()
    found = {
        query: hospital in client.get(f"/list/?{query}").content.decode()
        for query in (
            f"on={yesterday}",
            "on=nonsense",
            "population=PAED",
            "population=ADULT",
            f"product={product.code}",
            "product=0000000",
            f"q={listing.centre.site_number}",
            "q=nowhere",
            "q=%00",
        )
    }
    csv = client.get("/list/list.csv?population=ADULT").content.decode("utf-8-sig").splitlines()
    assert list(found.values()) == [False, True, False, True, True, False, True, False, False]
    assert len(csv) == 2
    assert csv[1].split(",")[11] == "'=MB(1)"
    assert client.get(f"/list/list.csv?on={yesterday}").content.decode("utf-8-sig").splitlines() == csv[:1]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_formula_in_a_cell_is_kept_as_text(cell: str) -> None:
    assert escaped_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_public_list_is_there_in_four_languages(language: str) -> None:
    make_listing(make_application())
    page = browser(language=language).get("/list/").content.decode()
    assert f'<html lang="{language}">' in page


def queries(user: User | None, path: str) -> int:
    client = browser(user)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_list_pages_ask_as_many_questions_at_thirty_items_as_at_one() -> None:
    one = make_sealed_batch(1)
    make_ballot(one[0], make_meeting(one[0].batch))
    make_listing(one[0])
    desk, code = make_desk(), "2026-07"
    paths = [address("meetings"), address("meeting", DAY), address("decisions", code), "/list/", "/list/list.csv"]
    few = [queries(desk, path) for path in paths]
    template = one[0]
    batch = template.batch
    assert batch is not None
    for number in range(2, 31):
        more = make_listing(make_application())
        template.pk, template.number, template.centre = None, number, more.centre
        template.save(force_insert=True)
        make_ballot_row(template)
    assert [queries(desk, path) for path in paths] == few


def make_ballot_row(application: Any) -> None:
    like = Ballot.objects.earliest("drafted_at")
    like.pk, like.application = None, application
    like.save(force_insert=True)


def test_count_fragment_says_how_many_and_never_how() -> None:
    sitting = make_sitting()
    cast_vote(sitting.ballot, value="AGAINST", by=sitting.committee.members[3], at=AT_SITTING)
    fragment = browser(make_desk()).get(address("ballot-count", sitting.ballot.pk)).content.decode()
    assert "<b>1 of 18</b>" in fragment
    assert "gainst" not in fragment


def test_recusal_is_recorded_on_its_page() -> None:
    application = make_sealed_batch()[0]
    committee = make_committee()
    meeting = make_meeting(application.batch)
    seat_members(meeting, committee, 1)
    given = {
        "application": str(application.pk),
        "user": str(committee.members[5].pk),
        "barred_from": "VOTE",
        "reason": "Works there.",
    }
    answer = browser(make_desk()).post(address("recusals", DAY), given)
    assert answer.status_code == 302
    assert [(row.user, row.barred_from) for row in application.recusals.all()] == [(committee.members[5], "VOTE")]


def test_today_of_a_member_shows_what_to_read_and_where_to_vote() -> None:
    sitting = make_sitting()
    committee = sitting.committee
    page = browser(committee.members[1]).get("/").content.decode()
    cast_vote(sitting.ballot, value="FOR", by=committee.members[1], at=AT_SITTING)
    voted = browser(committee.members[1]).get("/").content.decode()
    ballot, dossier = address("ballot", sitting.ballot.pk), address("dossier", sitting.application.dossiers.get().pk)
    assert [ballot in page, dossier in page, ballot in voted, dossier in voted] == [True, True, False, True]


def test_draft_starts_from_the_advice() -> None:
    application = make_sealed_batch()[0]
    make_meeting(application.batch)
    page = browser(make_desk()).get(address("draft-ballot", DAY, application.slug, "ADULT")).content.decode()
    assert 'value="POSITIVE" required id="id_proposed_0" checked' in page
    assert f"{application.centre}" in page.split("<textarea")[1]
