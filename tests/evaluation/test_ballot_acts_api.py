"""The way of an item over the interface: drafted, opened after the re-check, counted; or held and released."""

from datetime import date
from typing import Any

import pytest

from accounts.models import AuditEvent
from evaluation.models import Ballot, Proposal
from jobs.models import Job
from tests.builders import make_user
from tests.evaluation.builders import (
    Site,
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
from tests.evaluation.calls import API, client_of, faults, results, send

pytestmark = pytest.mark.django_db
DAY = "2026-09-15"
DRAFT = {"proposed": "POSITIVE", "text": "The committee proposes what follows."}


@pytest.fixture(autouse=True)
def sitting_day(settings: Any) -> None:
    settings.CART_TODAY = date(2026, 9, 15)


def test_item_is_drafted_on_the_agenda_and_rewritten_by_who_read_it() -> None:
    [application] = make_sealed_batch()
    make_meeting(application.batch)
    client = client_of(make_desk())
    path = f"meetings/{DAY}/items/{application.pk}/ADULT"
    (item,) = results(client, f"meetings/{DAY}/items")
    assert item == {
        "application": str(application.pk),
        "reference": application.reference,
        "site_number": application.centre.site_number,
        "population": "ADULT",
        "outcome": "ELIGIBLE",
        "ballot": None,
        "state": "",
        "held": False,
        "elsewhere": None,
        "may_be_drafted": True,
        "proposal": None,
        "decision": None,
        "dossier": item["dossier"],
        "recusals": 0,
        "barred_from": "",
    }
    first = send(client, path, DRAFT, method="put", Idempotency_Key="draft")
    ballot = Ballot.objects.get()
    told = first.json()
    assert told | {"reference": ""} == {
        "id": str(ballot.pk),
        "meeting": DAY,
        "application": str(application.pk),
        "reference": "",
        "population": "ADULT",
        "state": "DRAFT",
        "held": False,
        **DRAFT,
        "reason_to_deviate": "",
        "reason_to_vote_incomplete": "",
        "assessment": None,
        "opened_at": None,
        "closed_at": None,
        "voting_present": None,
        "votes_for": None,
        "votes_against": None,
        "abstentions": None,
        "proposal": None,
    }
    assert (first.status_code, first["Location"]) == (201, f"{API}/ballots/{ballot.pk}")
    read = client.get(first["Location"])
    assert (read.json(), read["ETag"]) == (told, first["ETag"])
    again = send(client, path, DRAFT, method="put", Idempotency_Key="draft")
    assert (again.status_code, again.json(), again["ETag"]) == (201, told, first["ETag"])
    rewritten = DRAFT | {"text": "Another text."}
    assert send(client, path, rewritten, method="put").status_code == 428
    done = send(client, path, rewritten, method="put", If_Match=first["ETag"])
    assert (done.status_code, done.json()) == (200, told | {"text": "Another text."})
    assert send(client, path, DRAFT, method="put", If_Match=first["ETag"]).status_code == 412
    (item,) = results(client, f"meetings/{DAY}/items")
    assert (item["ballot"], item["state"]) == (str(ballot.pk), "DRAFT")
    assert AuditEvent.objects.filter(verb="draft_ballot").count() == 2


def test_draft_with_faults_is_no_draft() -> None:
    [application] = make_sealed_batch()
    make_meeting(application.batch)
    client = client_of(make_desk())
    path = f"meetings/{DAY}/items/{application.pk}"
    assert faults(send(client, f"{path}/ADULT", {"proposed": "MAYBE"}, method="put")) == [
        ("/proposed", "invalid_choice"),
        ("/text", "required"),
    ]
    against = send(client, f"{path}/ADULT", DRAFT | {"proposed": "NEGATIVE"}, method="put")
    assert faults(against) == [("/reason_to_deviate", "deviation-without-reasons")]
    assert send(client, f"{path}/PAED", DRAFT, method="put").status_code == 404
    assert not Ballot.objects.exists()


def test_vote_is_opened_counted_and_closed_once() -> None:
    sitting = make_sitting(opened=False)
    client = client_of(make_desk())
    path = f"ballots/{sitting.ballot.pk}"
    tag = client.get(f"{API}/{path}")["ETag"]
    assert [send(client, f"{path}/open").status_code, send(client, f"{path}/open", If_Match='"x"').status_code] == [
        428,
        412,
    ]
    first, again = (send(client, f"{path}/open", If_Match=tag, Idempotency_Key="open") for _ in range(2))
    assert (first.status_code, first.json()["state"], again.json()) == (200, "OPEN", first.json())
    assert send(client, f"{path}/open", If_Match=first["ETag"]).json()["code"] == "ballot-not-draft"
    vote(sitting, votes_for=13, against=2)
    assert client.get(f"{API}/{path}/count").json() == {"cast": 15, "may_vote": 18, "quorum": 18}
    assert faults(send(client, f"{path}/close")) == [
        ("/capacity_finding", "capacity-finding-missing"),
        ("/capacity_reason", "reason-missing"),
    ]
    finding = {"capacity_finding": "SHORTAGE", "capacity_reason": "Waiting lists."}
    closed, repeated = (send(client, f"{path}/close", finding, Idempotency_Key="close") for _ in range(2))
    proposal = Proposal.objects.get()
    assert closed.json() | {"recorded_at": ""} == {
        "id": str(proposal.pk),
        "ballot": str(sitting.ballot.pk),
        "application": str(sitting.application.pk),
        "reference": sitting.application.reference,
        "population": "ADULT",
        "outcome": "POSITIVE",
        **finding,
        "advises_working_group": False,
        "text": "The committee proposes what follows.",
        "recorded_at": "",
    }
    assert (closed.status_code, repeated.json()) == (200, closed.json())
    assert results(client, "proposals") == [closed.json()]
    assert send(client, f"{path}/close", finding).json()["code"] == "ballot-not-open"
    assert Job.objects.filter(kind="evaluation.refresh_register").count() == 1


def test_vote_below_the_quorum_settles_nothing() -> None:
    sitting = make_sitting(present=17)
    told = send(client_of(make_desk()), f"ballots/{sitting.ballot.pk}/close").json()
    assert (told["outcome"], told["capacity_finding"], told["text"]) == ("NO_QUORUM", "", "")


def test_incomplete_file_is_put_to_the_vote_by_no_client_of_the_secretariat() -> None:
    [application] = make_sealed_batch(site=Site(judged="TO_VERIFY"))
    committee = make_committee()
    meeting = make_meeting(application.batch)
    seat_members(meeting, committee, 18)
    client = client_of(make_desk())
    told = send(client, f"meetings/{DAY}/items/{application.pk}/ADULT", DRAFT, method="put")
    path = f"ballots/{told.json()['id']}/open"
    refused = send(client, path, {"reason_incomplete": "In haste."}, If_Match=told["ETag"])
    assert (refused.status_code, refused.json()["code"]) == (409, "incomplete-by-chair")


def test_item_whose_verdict_changed_is_held_until_it_is_released() -> None:
    sitting = make_sitting(site=Site(certificate_ends="2026-09-14"), opened=False)
    client = client_of(make_desk())
    path = f"ballots/{sitting.ballot.pk}"
    read = client.get(f"{API}/{path}")
    held, again = (send(client, f"{path}/open", If_Match=read["ETag"], Idempotency_Key="open") for _ in range(2))
    assessment = standing(sitting.application)
    assert (held.status_code, again.json()) == (200, held.json())
    assert held.json() == read.json() | {"held": True, "assessment": str(assessment.pk)}
    assert Job.objects.filter(kind="evaluation.render_dossier", params__assessment=str(assessment.pk)).count() == 1
    assert send(client, f"{path}/open", If_Match=held["ETag"]).json()["code"] == "ballot-held"
    assert send(client, f"{path}/release").status_code == 428
    early = send(client, f"{path}/release", If_Match=held["ETag"])
    assert (early.status_code, early.json()["code"]) == (409, "dossier-not-ready")
    make_dossier(assessment)
    assert faults(send(client, f"{path}/release", If_Match=held["ETag"])) == [
        ("/reason_to_deviate", "deviation-without-reasons")
    ]
    item = f"meetings/{DAY}/items/{sitting.application.pk}/ADULT"
    body = {"proposed": "NEGATIVE", "text": "The committee proposes not to."}
    fitting = send(client, item, body, method="put", If_Match=held["ETag"])
    assert send(client, f"{path}/release", If_Match=held["ETag"]).status_code == 412
    released = send(client, f"{path}/release", If_Match=fitting["ETag"])
    assert released.json() == fitting.json() | {"held": False, "assessment": None}
    assert send(client, f"{path}/open", If_Match=released["ETag"]).json()["state"] == "OPEN"


def test_ballot_that_is_not_there_answers_so() -> None:
    client = client_of(make_desk())
    nothing = "ballots/0199b0f0-6c1e-7000-8000-000000000001"
    paths = [f"{nothing}/{act}" for act in ("open", "release", "close")]
    assert [send(client, path, If_Match='"x"').status_code for path in paths] == [404, 404, 404]
    assert client.get(f"{API}/{nothing}/count").status_code == 404
    assert client_of(make_user("HOLDER")).get(f"{API}/{nothing}/count").status_code == 403
