"""Jobs tried again, the note, papers made on request and the client itself, over the interface."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role, Scope
from accounts.models import User
from evaluation.paragraphs import note_of
from jobs.enums import JobState
from jobs.models import Job
from jobs.services import create_job
from tests.builders import IN_AUGUST, make_application, make_staff, make_user
from tests.evaluation.builders import make_desk
from tests.evaluation.calls import API, client_of, faults, results, send

pytestmark = pytest.mark.django_db


def stopped(kind: str, state: str = JobState.FAILED) -> Job:
    job = create_job(kind=kind, subject="2026-07/0001", params={"assessment": "none"}, at=IN_AUGUST)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempt=1, lease_until=IN_AUGUST)
    Job.objects.filter(pk=job.pk).update(state=state, lease_until=None, finished_at=IN_AUGUST)
    return Job.objects.get(pk=job.pk)


def test_stopped_dossier_is_tried_again_once() -> None:
    job = stopped("evaluation.render_dossier")
    desk = make_desk()
    client = client_of(desk)
    (listed,) = results(client, "jobs?state=FAILED&kind=evaluation.render_dossier")
    assert listed == client.get(f"{API}/jobs/{job.pk}").json()
    first, again = (send(client, f"jobs/{job.pk}/retry", Idempotency_Key="retry") for _ in range(2))
    assert first.json() == listed | {"state": "QUEUED", "finished_at": None}
    assert (first.status_code, first["Location"], again.json()) == (202, f"{API}/jobs/{job.pk}", first.json())
    assert Job.objects.get().retried_by == desk.email
    refused = send(client, f"jobs/{job.pk}/retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "job-not-stopped")


def test_other_work_is_tried_again_by_the_administrator() -> None:
    job = stopped("evaluation.take_in_statements", JobState.DEAD)
    path = f"jobs/{job.pk}/retry"
    people = (make_desk(), make_staff(), make_user(Role.AUDITOR), make_user(Role.ADMINISTRATOR))
    assert [send(client_of(user), path).status_code for user in people] == [403, 404, 404, 202]


def test_jobs_refuse_filters_they_do_not_know_and_ask_as_often_for_thirty() -> None:
    client = client_of(make_desk())
    assert faults(client.get(f"{API}/jobs?subject=x")) == [("/subject", "unknown_field")]
    assert results(client_of(make_staff()), "jobs") == []
    counts = []
    for wanted in (1, 29):
        for _ in range(wanted):
            create_job(kind="evaluation.render_dossier", subject="2026-07/0001", at=IN_AUGUST)
        with CaptureQueriesContext(connection) as queries:
            results(client, "jobs")
        counts.append(len(queries))
    assert (len(results(client, "jobs")), counts[0]) == (30, counts[1])


def test_note_is_read_by_everyone_paragraph_by_paragraph() -> None:
    told = Client().get(f"{API}/criteria/2025-11-05/note").json()
    note = note_of("2025-11-05")
    rows = [each for section in told["sections"] for each in section["paragraphs"]]
    assert [each["id"] for each in rows] == [each.id for each in note.paragraphs]
    first = note.paragraphs[0]
    assert rows[0] == {
        "id": first.id,
        "kind": first.kind.value,
        "text": first.text,
        "sha256": first.sha256,
        "criteria": list(first.criteria),
        "readings": list(first.readings),
        "reason": dict(first.reason) or None,
    }
    assert (told["version"], told["checked_on"]) == ("2025-11-05", note.checked_on.isoformat())
    assert Client().get(f"{API}/criteria/2020-01-01/note").status_code == 404


def test_receipt_of_a_filing_is_a_paper_for_who_may_open_the_file(settings: Any) -> None:
    settings.CART_TODAY = date(2026, 7, 20)
    staff = make_staff()
    filed = make_application(staff=staff, submitted=True)
    path = f"{API}/applications/{filed.pk}/receipt"
    paper = client_of(staff).get(path, headers={"Accept": "application/pdf"})
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert client_of(make_staff()).get(path).status_code == 404
    draft = make_application(staff=staff)
    assert client_of(staff).get(f"{API}/applications/{draft.pk}/receipt").status_code == 404


def test_list_of_a_day_is_a_paper_in_dutch_or_french() -> None:
    client = client_of(make_user(Role.AUDITOR))
    paper = client.get(f"{API}/listings/annex?on=2026-09-01&language=fr")
    assert (paper["Content-Disposition"], paper.content[:5]) == (
        'attachment; filename="car-t-fr-2026-09-01.pdf"',
        b"%PDF-",
    )
    assert faults(client.get(f"{API}/listings/annex?day=2026-09-01")) == [("/day", "unknown_field")]
    assert faults(client.get(f"{API}/listings/annex?on=soon&language=de")) == [
        ("/on", "invalid"),
        ("/language", "invalid_choice"),
    ]
    assert client_of(make_staff()).get(f"{API}/listings/annex").status_code == 403


@pytest.mark.parametrize("scopes", [("applications:read",), ("evaluations:read", "applications:write")])
def test_client_reads_what_it_is(scopes: tuple[str, ...]) -> None:
    def told(user: User) -> Any:
        return client_of(user, *scopes).get(f"{API}/client").json()

    staff, desk = make_staff(), make_desk()
    holder = staff.memberships.get().holder.name
    expected = {"name": "test", "scopes": sorted(scopes), "expires_at": "", "last_used_at": None}
    assert told(staff) | {"expires_at": ""} == expected | {
        "client_id": f"test-{staff.pk}",
        "role": "HOLDER",
        "holder": holder,
    }
    assert told(desk) | {"expires_at": ""} == expected | {
        "client_id": f"test-{desk.pk}",
        "role": "SECRETARIAT",
        "holder": None,
    }
    assert Client().get(f"{API}/client").status_code == 401
    assert set(scopes) <= set(Scope.values)
