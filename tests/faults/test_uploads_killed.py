"""Workers killed while they check and commit, and one commit sent many times at once: one effect or none.

`FAULTS_KILLS` says how many workers are killed.
"""

import os
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.test import Client

from accounts.clock import now
from accounts.enums import Role
from accounts.models import AuditEvent, User
from applications.models import Application, Upload
from applications.services.uploads import (
    CHECK,
    COMMIT,
    Sent,
    check_upload,
    commit_upload,
    fail_lost_uploads,
    order_commit,
    receive_upload,
)
from centres.models import AllograftCount, Vintage
from jobs.enums import JobState
from jobs.models import Job
from jobs.services import retry_job
from jobs.services.leases import LEASE
from tests.accounts.builders import make_token
from tests.applications.test_register_uploads import ALLOGRAFTS
from tests.applications.test_uploads import HEADER, line
from tests.builders import holder_of, make_centre, make_paragraph, make_product, make_staff, make_user
from tests.faults.test_worker_killed import empty_queue, until, worker
from tests.jobs.conftest import broker

__all__ = ["broker", "empty_queue"]
KILLS = int(os.environ.get("FAULTS_KILLS", "4"))
ROWS, LONGEST_WORK, SEED, AT_ONCE = 6_000, 1.5, 20261116, 20
on_pgmq = pytest.mark.skipif(
    not settings.CELERY_BROKER_URL.startswith("pgmq"), reason="the broker is not the test database"
)


def jobs() -> QuerySet[Job]:
    return Job.objects.filter(kind__in=(CHECK, COMMIT))


def let_leases_run_out() -> None:
    """What the next half minute would do, at once; a job given up is tried again, as an operator does."""
    jobs().filter(state=JobState.RUNNING).update(lease_until=Now() - LEASE / 30, sent_at=F("sent_at") - LEASE)
    jobs().filter(state=JobState.QUEUED).update(next_attempt_at=None, sent_at=F("sent_at") - LEASE)
    for job in jobs().filter(state__in=(JobState.FAILED, JobState.DEAD)):
        retry_job(job, by="test")


def figures(count: int) -> bytes:
    sites = [make_centre().site_number for _ in range(15)]
    places = ((sites[place % 15], 1900 + place // 30, ("470654", "470665")[place // 15 % 2]) for place in range(count))
    return "\n".join([ALLOGRAFTS, *(f"{site},,{year},{code},5,1" for site, year, code in places)]).encode()


def received(content: bytes, *, kind: str = "allografts", by: User | None = None, on_ready: bool = False) -> Upload:
    sent = Sent(kind, "rows.csv", content, now().date(), "RIZIV-INAMI", on_ready_commit=on_ready)
    return receive_upload(sent, key=str(time.monotonic_ns()), by=by or make_user(Role.SECRETARIAT), at=now())[0]


def ready(content: bytes, **about: Any) -> Upload:
    return check_upload(received(content, **about).pk, at=now(), advance=lambda done, total: None)


def effect() -> tuple[int, int, int]:
    """Deliveries, rows of them, and audit lines of their commit."""
    return (
        Vintage.objects.count(),
        AllograftCount.objects.count(),
        AuditEvent.objects.filter(verb="commit_upload").count(),
    )


def holds(upload: Upload) -> bool:
    """What must be true at every moment; gives whether it is done."""
    upload.refresh_from_db()
    stored = upload.rows.count()
    assert (stored, upload.rows_total) in ((0, 0), (ROWS, ROWS))
    assert effect() == ((1, ROWS, 1) if upload.state == "COMMITTED" else (0, 0, 0))
    return upload.state == "COMMITTED"


@on_pgmq
def test_upload_whose_workers_are_killed_at_any_moment_has_one_effect(empty_queue: None, tmp_path: Path) -> None:
    upload = received(figures(ROWS), on_ready=True)
    moments = random.Random(SEED)  # noqa: S311  # the same moments in every run
    killed = 0
    while killed < KILLS and not holds(upload):
        let_leases_run_out()
        with worker(tmp_path / "notes") as kill:
            until(lambda: jobs().filter(state=JobState.RUNNING).exists() or holds(upload), 120)
            time.sleep(moments.uniform(0, LONGEST_WORK))
            kill()
        killed += 1
    let_leases_run_out()
    with worker(tmp_path / "notes"):
        until(lambda: holds(upload), 120)
    assert holds(upload)


def at_once(work: Callable[[int], object], count: int = AT_ONCE) -> list[object]:
    """The answers of so many threads that start together."""
    start, answers = threading.Barrier(count), []

    def run(place: int) -> None:
        start.wait()
        try:
            answers.append(work(place))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_commit_sent_twenty_times_at_once_is_ordered_and_carried_out_once(
    empty_queue: None, broker: list[tuple[str, ...]]
) -> None:
    desk = make_user(Role.SECRETARIAT)
    upload = ready(figures(300), by=desk)
    headers = {"Authorization": f"Bearer {make_token(desk, 'uploads:write')}", "If-Match": f'"{upload.version}"'}

    def send(_place: int) -> int:
        return Client().post(f"/api/v1/uploads/{upload.pk}/commit", headers=headers).status_code

    answers = at_once(send)
    assert set(answers) <= {202, 412}
    assert 202 in answers
    assert Job.objects.filter(kind=COMMIT).count() == 1
    assert {message[0] for message in broker} <= {COMMIT, "jobs.deliver_webhooks"}
    states = at_once(lambda _place: commit_upload(upload.pk, at=now()).state)
    assert (set(states), effect()) == ({"COMMITTED"}, (1, 300, 1))


@pytest.mark.django_db(transaction=True)
def test_equal_applications_committed_at_once_become_one_draft_each(empty_queue: None) -> None:
    staff = make_staff()
    paragraph = make_paragraph(make_product(holder=holder_of(staff)), includes_children=True)
    site = make_centre().site_number
    rows = "\n".join([HEADER, *(line(paragraph, site, external_reference=f"A-{place}") for place in range(20))])
    uploads = [ready(rows.encode(), kind="applications", by=staff) for _ in range(4)]
    for upload in uploads:
        order_commit(upload, by=staff, at=now())

    def commit(place: int) -> str:
        try:
            return commit_upload(uploads[place].pk, at=now()).state
        except Exception as collided:  # one may come too late for a reference; its job is tried again
            return type(collided).__name__

    first = at_once(commit, len(uploads))
    assert "COMMITTED" in first
    assert set(first) <= {"COMMITTED", "IntegrityError"}
    assert {commit(place) for place in range(len(uploads))} == {"COMMITTED"}
    drafts = Application.objects.filter(holder=holder_of(staff)).values_list("external_reference", "version")
    assert sorted(drafts) == sorted((f"A-{place}", 1) for place in range(20))


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "state"), [(CHECK, "CHECKING"), (COMMIT, "COMMITTING")])
def test_upload_whose_work_was_given_up_is_failed(kind: str, state: str) -> None:
    upload = ready(figures(3))
    order_commit(upload, by=upload.created_by, at=now())
    Upload.objects.filter(pk=upload.pk).update(state=state)
    assert fail_lost_uploads(at=now()) == 0
    found = Job.objects.filter(kind=kind)
    found.update(state="RUNNING", lease_until=Now())
    found.update(state="DEAD", lease_until=None, finished_at=Now())
    assert fail_lost_uploads(at=now()) == 1
    upload.refresh_from_db()
    assert (upload.state, effect()) == ("FAILED", (0, 0, 0))
