"""Uploads as the tests of faults need them, and what came of them."""

import time
from typing import Any

from django.db.models import QuerySet

from accounts.clock import now
from accounts.enums import Role
from accounts.models import AuditEvent, User
from applications.models import Upload
from applications.services.uploads import CHECK, COMMIT, Sent, check_upload, order_commit, receive_upload
from centres.models import AllograftCount, Vintage
from jobs.models import Job
from tests.applications.test_register_uploads import ALLOGRAFTS
from tests.builders import make_centre, make_user


def jobs() -> QuerySet[Job]:
    return Job.objects.filter(kind__in=(CHECK, COMMIT))


def job_of(upload: Upload, kind: str) -> Job:
    return Job.objects.get(kind=kind, subject=str(upload.pk))


def figures(count: int) -> bytes:
    """So many rows, of years that are over: up to 7,560."""
    sites, codes = [make_centre().site_number for _ in range(30)], ("470654", "470665")
    places = ((sites[place % 30], 1900 + place // 60, codes[place // 30 % 2]) for place in range(count))
    return "\n".join([ALLOGRAFTS, *(f"{site},,{year},{code},5,1" for site, year, code in places)]).encode()


def received(content: bytes, *, kind: str = "allografts", by: User | None = None, on_ready: bool = False) -> Upload:
    """Each is a delivery of its own."""
    key = str(time.monotonic_ns())
    sent = Sent(kind, "rows.csv", content, now().date(), f"RIZIV-INAMI {key}", on_ready_commit=on_ready)
    return receive_upload(sent, key=key, by=by or make_user(Role.SECRETARIAT), at=now())[0]


def ready(content: bytes, **about: Any) -> Upload:
    return check_upload(received(content, **about).pk, at=now(), advance=lambda done, total: None)


def ordered(content: bytes, **about: Any) -> Upload:
    """Checked, and put down for writing."""
    upload = ready(content, **about)
    order_commit(upload, by=upload.created_by, at=now())
    upload.refresh_from_db()
    assert upload.state == "COMMITTING"
    return upload


def effect(upload: Upload) -> tuple[int, int, int]:
    """Deliveries, rows of them, and audit lines of their commit."""
    return (
        Vintage.objects.filter(source=upload.source).count(),
        AllograftCount.objects.filter(vintage__source=upload.source).count(),
        AuditEvent.objects.filter(verb="commit_upload", subject_id=str(upload.pk)).count(),
    )
