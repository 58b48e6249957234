from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db.models import F
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from jobs.models import Job, WorkerHeartbeat
from jobs.selectors import QueueFigures, heartbeat_age, queue_figures
from jobs.services import claim_job, fail_job, record_heartbeat
from tests.jobs.conftest import new_job

READERS = {"ADMINISTRATOR", "SECRETARIAT"}
ROLES = ["HOLDER", "SECRETARIAT", "MEMBER", "CHAIR", "AUDITOR", "ADMINISTRATOR"]
PAGE = "/desk/jobs/"


def browser(role: str) -> Client:
    user = get_user_model().objects.create(email=f"{role.lower()}@desk.example", name=role, role=role, language="en")
    client = Client()
    client.force_login(user)
    return client


def failed_job() -> Job:
    job = claim_job(new_job(subject="batch 2026-07").pk)
    assert job is not None
    return fail_job(job, code="no-font", detail="the font is missing", retry=False)


@pytest.mark.parametrize("role", ROLES)
def test_jobs_page_by_role(db: None, role: str) -> None:
    job, client = failed_job(), browser(role)
    statuses = (client.get(PAGE).status_code, client.post(reverse("jobs:retry", args=[job.pk])).status_code)
    assert statuses == (200 if role in READERS else 403, 302 if role == "ADMINISTRATOR" else 403)


def test_jobs_page_without_a_job(db: None) -> None:
    assert "Nothing to do" in browser("SECRETARIAT").get(PAGE).content.decode()


def test_jobs_page_shows_the_cause_and_the_way_out(db: None) -> None:
    job = failed_job()
    page = browser("ADMINISTRATOR").get(PAGE).content.decode()
    shown = [text in page for text in ("batch 2026-07", "no-font", "the font is missing", f"{PAGE}{job.pk}/retry/")]
    assert shown == [True] * 4
    assert "/retry/" not in browser("SECRETARIAT").get(PAGE).content.decode()


def test_jobs_page_polled_gives_the_table_alone(db: None) -> None:
    failed_job()
    page = browser("SECRETARIAT").get(PAGE, headers={"HX-Request": "true", "HX-Target": "jobs"}).content.decode()
    assert ("no-font" in page, "<html" in page) == (True, False)


def test_jobs_page_number_of_queries(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = browser("ADMINISTRATOR")
    for count in (1, 29):
        for _number in range(count):
            new_job(total=3)
        with django_assert_num_queries(6):
            assert client.get(PAGE).status_code == 200


def test_retry_sends_the_job_again(
    db: None, broker: list[tuple[str, ...]], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    job, client = failed_job(), browser("ADMINISTRATOR")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("jobs:retry", args=[job.pk]))
        client.post(reverse("jobs:retry", args=[job.pk]))
    job.refresh_from_db()
    assert (job.state, job.retried_by) == ("QUEUED", "administrator@desk.example")
    assert broker == [("tests.count", str(job.pk))]


def test_queue_figures_count_what_waits_runs_and_stopped(db: None) -> None:
    waiting, _running = new_job(), claim_job(new_job().pk)
    Job.objects.filter(pk=waiting.pk).update(sent_at=F("sent_at") - timedelta(minutes=2))
    figures = queue_figures()
    assert (figures.waiting, figures.running, figures.dead, figures.oldest_wait.seconds) == (1, 1, 0, 120)


def test_queue_figures_without_a_job(db: None) -> None:
    assert queue_figures() == QueueFigures(waiting=0, running=0, dead=0, oldest_wait=timedelta())


def test_heartbeat_of_a_worker(db: None) -> None:
    assert heartbeat_age() is None
    record_heartbeat(name="host:1")
    WorkerHeartbeat.objects.update(seen_at=F("seen_at") - timedelta(days=2))
    for _beat in (1, 2):
        record_heartbeat(name="host:2")
    age = heartbeat_age()
    assert age is not None
    assert (list(WorkerHeartbeat.objects.values_list("name", flat=True)), age < timedelta(seconds=5)) == (
        ["host:2"],
        True,
    )
