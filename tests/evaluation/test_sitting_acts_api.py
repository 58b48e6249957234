"""What chair and secretariat do in a sitting, over the interface: convene, note who is there, who is barred."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role, Scope
from accounts.models import AuditEvent
from evaluation.models import Attendance, Meeting, Recusal
from evaluation.services.meetings import record_recusal
from tests.builders import make_staff, make_user
from tests.evaluation.builders import (
    AT_SITTING,
    make_committee,
    make_desk,
    make_meeting,
    make_sealed_batch,
    make_sitting,
    seat_members,
)
from tests.evaluation.calls import API, client_of, etag_of, faults, results, send

pytestmark = pytest.mark.django_db
DAY = "2026-09-15"


@pytest.fixture(autouse=True)
def sitting_day(settings: Any) -> None:
    settings.CART_TODAY = date(2026, 9, 15)


def test_sitting_is_convened_once_however_often_it_is_sent() -> None:
    make_sealed_batch()
    client = client_of(make_desk())
    first, again = (
        send(client, "meetings", {"batch": "2026-07", "held_on": DAY}, Idempotency_Key="convene") for _ in range(2)
    )
    told = first.json()
    assert told | {"convened_at": ""} == {
        "held_on": DAY,
        "batch": "2026-07",
        "items": 0,
        "counted": 0,
        "convened_at": "",
        "presence": {"voting": 0, "others": 0, "quorum": 18},
    }
    assert (first.status_code, first["Location"]) == (201, f"{API}/meetings/{DAY}")
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (201, told, "true")
    assert client.get(first["Location"]).json() == told
    assert (Meeting.objects.count(), AuditEvent.objects.filter(verb="convene_meeting").count()) == (1, 1)
    assert send(client, "meetings", {"batch": "2026-07", "held_on": DAY}).status_code == 409


def test_sitting_that_cannot_be_convened_names_its_faults() -> None:
    make_sealed_batch()
    client = client_of(make_desk())
    assert faults(send(client, "meetings", {"held_on": "soon"})) == [("/batch", "required"), ("/held_on", "invalid")]
    assert faults(send(client, "meetings", {"batch": "2031-07", "held_on": DAY})) == [("/batch", "not-found")]
    past = send(client, "meetings", {"batch": "2026-07", "held_on": "2026-09-14"})
    assert (past.json()["code"], faults(past)) == ("sitting-in-past", [("/held_on", "sitting-in-past")])
    assert not Meeting.objects.exists()


def test_sittings_are_run_by_chair_and_secretariat_with_the_scope_to_write() -> None:
    sitting = make_sitting(opened=False)
    mandate = str(results(client_of(make_desk()), f"meetings/{DAY}/attendance")[0]["mandate"])
    calls = [
        ("post", "meetings", {"batch": "2026-07", "held_on": "2026-10-01"}),
        ("put", f"meetings/{DAY}/attendance/{mandate}", {"present": False}),
        ("post", f"meetings/{DAY}/recusals", {}),
        ("put", f"meetings/{DAY}/items/{sitting.application.pk}/ADULT", {}),
        ("post", f"ballots/{sitting.ballot.pk}/open", {}),
        ("post", f"ballots/{sitting.ballot.pk}/release", {}),
        ("post", f"ballots/{sitting.ballot.pk}/close", {}),
    ]
    others = [make_staff(sitting.application.holder), make_user(Role.AUDITOR), make_user(Role.ADMINISTRATOR)]
    clients = [client_of(user) for user in (*others, sitting.committee.members[3])]
    clients.append(client_of(make_desk(), Scope.EVALUATIONS_READ.value))
    before = AuditEvent.objects.filter(subject_type__startswith="evaluation").count()
    found = {send(client, path, body, method=method).status_code for client in clients for method, path, body in calls}
    assert (found, AuditEvent.objects.filter(subject_type__startswith="evaluation").count() - before) == ({403}, 0)


def test_attendance_is_noted_and_taken_back_once() -> None:
    [application] = make_sealed_batch()
    committee = make_committee()
    meeting = make_meeting(application.batch)
    client = client_of(make_desk())
    rows = results(client, f"meetings/{DAY}/attendance")
    assert rows[0] == {
        "mandate": rows[0]["mandate"],
        "seat": 1,
        "group": "CHAIR",
        "votes": True,
        "substitute": False,
        "member": str(committee.chair.pk),
        "name": committee.chair.name,
        "present": False,
        "arrived_at": None,
        "version": "absent",
    }
    path = f"meetings/{DAY}/attendance/{rows[0]['mandate']}"
    assert (client.get(f"{API}/{path}").json(), etag_of(client, path)) == (rows[0], '"absent"')
    assert send(client, path, {"present": True}, method="put").status_code == 428
    first = send(client, path, {"present": True}, method="put", If_Match='"absent"')
    again = send(client, path, {"present": True}, method="put", If_Match=first["ETag"])
    there = Attendance.objects.get(meeting=meeting)
    arrived = there.arrived_at.isoformat().replace("+00:00", "Z")
    assert (first.status_code, again.json()) == (200, first.json())
    assert first.json() == rows[0] | {"present": True, "arrived_at": arrived, "version": arrived}
    assert send(client, path, {"present": False}, method="put", If_Match='"absent"').status_code == 412
    assert client.get(f"{API}/meetings/{DAY}").json()["presence"] == {"voting": 1, "others": 0, "quorum": 18}
    assert send(client, path, {"present": False}, method="put", If_Match=first["ETag"]).json() == rows[0]
    assert faults(send(client, path, {}, method="put")) == [("/present", "required")]
    assert (
        send(client, f"meetings/{DAY}/attendance/{application.pk}", {"present": True}, method="put").status_code == 404
    )
    assert AuditEvent.objects.filter(verb__in=["record_arrival", "record_departure"]).count() == 2


def test_attendance_is_noted_on_the_day_alone(settings: Any) -> None:
    settings.CART_TODAY = date(2026, 9, 14)
    [application] = make_sealed_batch()
    make_committee()
    make_meeting(application.batch)
    client = client_of(make_desk())
    mandate = results(client, f"meetings/{DAY}/attendance")[0]["mandate"]
    path = f"meetings/{DAY}/attendance/{mandate}"
    refused = send(client, path, {"present": True}, method="put", If_Match='"absent"')
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/v1/problems/not-sitting-day")


def test_ruling_on_a_member_is_recorded_and_replaced() -> None:
    sitting = make_sitting(opened=False)
    client = client_of(make_desk())
    member = sitting.committee.members[4]
    body = {"application": str(sitting.application.pk), "member": str(member.pk), "reason": "Kin."}
    path = f"meetings/{DAY}/recusals"
    unread = etag_of(client, path)
    assert send(client, path, body | {"barred_from": "VOTE"}).status_code == 428
    recorded = send(client, path, body | {"barred_from": "VOTE"}, If_Match=unread)
    told = recorded.json()
    assert told | {"recorded_at": ""} == {
        "application": str(sitting.application.pk),
        "reference": sitting.application.reference,
        "member": str(member.pk),
        "name": member.name,
        "barred_from": "VOTE",
        "reason": "Kin.",
        "recorded_at": "",
    }
    assert (results(client, path), etag_of(client, path)) == ([told], recorded["ETag"])
    wider, read = body | {"barred_from": "DELIBERATION"}, recorded["ETag"]
    assert send(client, path, wider, If_Match=unread).status_code == 412
    first, again = (send(client, path, wider, Idempotency_Key="bar", If_Match=read) for _ in range(2))
    assert (
        again.json()
        == first.json()
        == told
        | {
            "barred_from": "DELIBERATION",
            "recorded_at": first.json()["recorded_at"],
        }
    )
    assert (Recusal.objects.count(), AuditEvent.objects.filter(verb="record_recusal").count()) == (1, 2)


def test_ruling_names_a_file_and_a_member_of_the_sitting() -> None:
    make_sitting(opened=False)
    client = client_of(make_desk())
    nobody = "0199b0f0-6c1e-7000-8000-000000000001"
    asked = {"application": nobody, "member": nobody, "barred_from": "VOTE", "reason": "Kin."}
    path = f"meetings/{DAY}/recusals"
    assert faults(send(client, path, asked)) == [("/application", "not-found"), ("/member", "not-found")]
    assert faults(send(client, path, {"application": "x", "barred_from": "ALL"})) == [
        ("/application", "invalid"),
        ("/member", "required"),
        ("/barred_from", "invalid_choice"),
        ("/reason", "required"),
    ]


def test_queries_do_not_grow_with_those_present_or_barred() -> None:
    [application] = make_sealed_batch()
    committee, desk = make_committee(), make_desk()
    meeting = make_meeting(application.batch)
    client = client_of(desk)
    counts = []
    for barred in (1, 30):
        seat_members(meeting, committee, barred)
        for member in committee.members[:barred]:
            words = {"barred_from": "VOTE", "reason": "Kin.", "by": desk, "at": AT_SITTING}
            record_recusal(application, user=member, **words)  # type: ignore[arg-type]  # one dict for all words
        with CaptureQueriesContext(connection) as queries:
            found = [len(results(client, f"meetings/{DAY}/{name}")) for name in ("attendance", "recusals", "items")]
        counts.append(len(queries))
        assert found == [31, barred, 1]
    assert counts[0] == counts[1]
