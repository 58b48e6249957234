from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import current_app
from django.db.models import F
from django.db.models.functions import Now

from jobs.models import Job
from jobs.services import create_job

AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def new_job(**values: Any) -> Job:
    return create_job(**{"kind": "tests.count", "subject": "a test", "at": AT, **values})


def expire_lease(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))


def let_time_pass(job: Job, **past: Any) -> None:
    """Move what the database's clock wrote into the past."""
    away = timedelta(**past)
    Job.objects.filter(pk=job.pk).update(
        sent_at=F("sent_at") - away, next_attempt_at=F("next_attempt_at") - away, lease_until=F("lease_until") - away
    )


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The messages given to the broker, in its place."""
    sent: list[tuple[str, ...]] = []

    def send_task(name: str, args: list[str] | None = None, **_options: Any) -> None:
        sent.append((name, *(args or [])))

    monkeypatch.setattr(current_app, "send_task", send_task)
    return sent
