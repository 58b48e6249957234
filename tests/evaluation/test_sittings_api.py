"""Sittings, ballots, proposals, decisions and the trail over the interface, as they are read."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role, Scope
from accounts.models import User
from evaluation.models import Ballot, MinisterialDecision
from tests.access.world import file_at_vote
from tests.accounts.builders import make_token
from tests.builders import make_staff, make_user
from tests.evaluation.builders import close, make_sitting, vote

pytestmark = pytest.mark.django_db
API = "/api/v1"


def client_of(user: User, *scopes: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {make_token(user, *(scopes or Scope.values))}"})


def results(client: Client, path: str) -> Any:
    answer = client.get(f"{API}/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_sitting_tells_presence_and_its_ballots() -> None:
    sitting = make_sitting()
    client = client_of(make_user(Role.AUDITOR))
    told = client.get(f"{API}/meetings/2026-09-15").json()
    presence = told.pop("presence")
    assert results(client, "meetings") == [told]
    assert (told["held_on"], told["batch"], told["items"], told["counted"]) == ("2026-09-15", "2026-07", 1, 0)
    assert presence["quorum"] == 18
    (row,) = results(client, "ballots?meeting=2026-09-15&batch=2026-07")
    assert (row["id"], row["state"], row["votes_for"], row["proposal"]) == (str(sitting.ballot.pk), "OPEN", None, None)
    assert client.get(f"{API}/ballots/{sitting.ballot.pk}").json() == row
    assert [client.get(f"{API}/meetings/{day}").status_code for day in ("2026-09-16", "soon")] == [404, 404]


def test_closed_ballot_tells_its_numbers_and_its_proposal() -> None:
    sitting = make_sitting()
    vote(sitting, votes_for=18)
    proposal = close(sitting)
    client = client_of(make_user(Role.CHAIR))
    row = client.get(f"{API}/ballots/{sitting.ballot.pk}?expand=proposal").json()
    assert (row["votes_for"], row["proposal"]["outcome"]) == (18, proposal.outcome)
    assert results(client, "proposals?batch=2026-07") == [row["proposal"]]


def test_sittings_are_shut_to_holders_and_administrators() -> None:
    world = file_at_vote()
    paths = ["meetings", "meetings/2026-09-15", "ballots", f"ballots/{world.values['ballot']}", "proposals"]
    for user in (world.holder, make_user(Role.ADMINISTRATOR)):
        assert [client_of(user).get(f"{API}/{path}").status_code for path in paths] == [403] * 5
    assert world.barred is not None
    assert results(client_of(world.barred), "ballots") == []
    assert client_of(world.barred).get(f"{API}/ballots/{world.values['ballot']}").status_code == 404


def test_no_vote_is_cast_by_a_machine() -> None:
    world = file_at_vote()
    assert world.member is not None
    client = client_of(world.member)
    for path in (f"ballots/{world.values['ballot']}", f"ballots/{world.values['ballot']}/vote"):
        assert client.post(f"{API}/{path}", {"value": "FOR"}, content_type="application/json").status_code in (404, 405)
    assert Ballot.objects.get(pk=world.values["ballot"]).votes.count() == 0


def test_decision_is_read_by_its_holder_without_the_proposal() -> None:
    world = file_at_vote()
    decision = MinisterialDecision.objects.create(
        application=world.application,
        population="ADULT",
        admits=False,
        reference="MB 2026/1",
        decided_on="2026-10-01",
        published_on="2026-10-08",
        effective_on="2026-10-08",
        deviates=True,
        reasons="Another file first.",
        recorded_by=make_user(Role.SECRETARIAT),
        recorded_at="2026-10-08T09:00:00Z",
    )
    expected = {
        "id": str(decision.pk),
        "application": str(world.application.pk),
        "reference": world.application.reference,
        "population": "ADULT",
        "admits": False,
        "decision_reference": "MB 2026/1",
        "decided_on": "2026-10-01",
        "published_on": "2026-10-08",
        "effective_on": "2026-10-08",
        "reasons": "Another file first.",
        "proposal": None,
        "deviates": None,
        "condition_due_on": None,
    }
    assert results(client_of(world.holder), "decisions?batch=2026-07&admits=false") == [expected]
    assert results(client_of(make_user(Role.AUDITOR)), "decisions") == [expected | {"deviates": True}]
    assert results(client_of(make_staff()), "decisions") == []


def test_trail_is_the_auditors() -> None:
    make_sitting()
    rows = results(client_of(make_user(Role.AUDITOR)), "audit-events?limit=2")
    assert (len(rows), rows[0]["previous_sha256"]) == (2, rows[1]["sha256"])
    assert client_of(make_user(Role.SECRETARIAT)).get(f"{API}/audit-events").status_code == 403


def test_queries_do_not_grow_with_the_ballots() -> None:
    sitting = make_sitting()
    client = client_of(make_user(Role.AUDITOR))
    fields = ("meeting", "application", "proposed", "text", "drafted_by", "drafted_at")
    counts = []
    for wanted in (0, 1):
        for _ in range(wanted):
            Ballot.objects.create(population="PAED", **{name: getattr(sitting.ballot, name) for name in fields})
        with CaptureQueriesContext(connection) as queries:
            assert len(results(client, "ballots")) == wanted + 1
        counts.append(len(queries))
    assert counts[0] == counts[1]
