"""A disk that is full while a file arrives: the caller is told so, nothing is kept, and the same call works later."""

from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client
from pytest_django import Settings

from accounts.enums import Role
from accounts.models import AuditEvent
from applications.models import Annex, Upload
from jobs.models import IdempotencyKey, Job
from tests.accounts.builders import make_token
from tests.builders import make_application, make_staff, make_user, pdf_bytes
from tests.faults.disks import files_of_at_most
from tests.faults.uploads import figures

pytestmark = pytest.mark.django_db
LARGER_THAN_MEMORY = 3_000_000


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return tmp_path


class Kept(TemporaryFileUploadHandler):
    """Django closes no file that it could not write to its end; the last of them is closed here."""

    last: IO[bytes] | None = None

    def new_file(self, *args: Any, **names: Any) -> None:
        super().new_file(*args, **names)
        Kept.last = self.file.file

    @classmethod
    def close(cls) -> None:
        if cls.last is not None:
            with suppress(OSError):
                cls.last.close()


def lying(media: Path) -> list[str]:
    return [str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("size", "room"), [(0, 1_000), (LARGER_THAN_MEMORY, 2_000_000)])
def test_upload_on_a_full_disk_is_refused_and_arrives_later(
    media: Path, settings: Settings, size: int, room: int
) -> None:
    desk = make_user(Role.SECRETARIAT)
    headers = {"Authorization": f"Bearer {make_token(desk, 'uploads:write')}", "Idempotency-Key": "once"}
    content = figures(100) + b"\n" * size

    def send() -> Any:
        body = {"kind": "allografts", "delivered_on": "2026-05-12", "source": "RIZIV-INAMI"}
        return Client().post(
            "/api/v1/uploads", body | {"file": SimpleUploadedFile("rows.csv", content)}, headers=headers
        )

    settings.FILE_UPLOAD_HANDLERS = [
        "django.core.files.uploadhandler.MemoryFileUploadHandler",
        f"{__name__}.Kept",
    ]
    with files_of_at_most(room):
        refused = send()
    Kept.close()
    told = refused.status_code, refused["Content-Type"], refused.json()["code"]
    assert told == (503, "application/problem+json", "storage-full")
    assert (Upload.objects.count(), Job.objects.count(), lying(media)) == (0, 0, [])
    upload = send().json()["id"]
    assert (upload, send().json()["id"]) == (str(Upload.objects.get().pk), upload)


def test_annex_on_a_full_disk_is_refused_and_arrives_later(media: Path) -> None:
    staff = make_staff()
    place = f"/api/v1/applications/{make_application(staff=staff).pk}/annexes"
    headers = {"Authorization": f"Bearer {make_token(staff, 'applications:write')}", "Idempotency-Key": "once"}

    def send() -> Any:
        file = SimpleUploadedFile("lab.pdf", pdf_bytes(2), content_type="application/pdf")
        return Client().post(place, {"slot": "LABORATORY", "title": "Laboratory", "file": file}, headers=headers)

    with files_of_at_most(100):
        refused = send()
    assert (refused.status_code, refused.json()["code"]) == (503, "storage-full")
    assert (Annex.objects.count(), IdempotencyKey.objects.count(), lying(media)) == (0, 0, [])
    assert not AuditEvent.objects.filter(verb="add annex").exists()
    assert send().json()["id"] == str(Annex.objects.get().pk)
