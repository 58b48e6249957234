"""Who orders and who fetches a pack and a volume of annexes."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from accounts.templatetags.desk import date_time, file_size
from applications.models import Application
from evaluation.models import AnnexVolume, Dossier, Pack
from evaluation.services.binding import record_pack, record_volume
from evaluation.services.meetings import record_recusal
from evaluation.services.verifying import revoke_dossier
from jobs.files import store_file
from jobs.models import Job
from jobs.services import claim_job, fail_job
from tests.builders import make_user
from tests.dossiers.hostile import paper, saved
from tests.dossiers.test_binding import annex
from tests.evaluation.builders import SEALED_AT, SITTING_DAY, make_meeting, make_member, make_sealed_batch
from tests.evaluation.review import make_desk, signed_in

pytestmark = pytest.mark.django_db
DOSSIERS = "/batches/2026-07/dossiers/"
MAKE = "/batches/2026-07/pack/"


@pytest.fixture(autouse=True)
def store(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]  # pytest-django's


def fetch(user: User, path: str) -> int:
    """The status, with the file read to its end."""
    answer: Any = signed_in(user).get(path)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return int(answer.status_code)


def bound() -> tuple[list[Application], Pack, AnnexVolume]:
    applications = make_sealed_batch(2)
    batch = applications[0].batch
    assert batch is not None
    stored = store_file(saved(paper()))
    about = {"inputs_sha256": "a" * 64, "language": "nl", "stored": stored, "pages": 1, "at": SEALED_AT}
    pack = record_pack(batch, dossiers=Dossier.objects.all(), **about)  # type: ignore[arg-type]  # one dict for both
    volume = record_volume(applications[0], unreadable=0, **about)  # type: ignore[arg-type]  # one dict for both
    return applications, pack, volume


def test_secretariat_orders_the_pack_once_and_follows_it() -> None:
    make_sealed_batch()
    client = signed_in(make_desk())
    assert "Make the pack" in client.get(DOSSIERS).content.decode()
    assert [client.post(MAKE)["Location"] for _ in range(2)] == [DOSSIERS] * 2
    job = Job.objects.get(kind="evaluation.bind_pack")
    assert job.subject == "2026-07"
    page = client.get(DOSSIERS).content.decode()
    assert ('hx-trigger="every 2s"' in page, "Make the pack" in page) == (True, False)


def test_pack_that_failed_shows_its_cause_and_is_tried_again() -> None:
    make_sealed_batch()
    client = signed_in(make_desk())
    client.post(MAKE)
    job = claim_job(Job.objects.get(kind="evaluation.bind_pack").pk)
    assert job is not None
    fail_job(job, code="disk-full", detail="No space left on device", retry=False)
    assert "The disk is full (disk-full): No space left on device" in client.get(DOSSIERS).content.decode()
    client.post(MAKE)
    job.refresh_from_db()
    assert job.state == "QUEUED"


def test_pack_that_waits_for_its_next_try_shows_why() -> None:
    make_sealed_batch()
    client = signed_in(make_desk())
    client.post(MAKE)
    job = claim_job(Job.objects.get(kind="evaluation.bind_pack").pk)
    assert job is not None
    fail_job(job, code="disk-full", detail="No space left on device", retry=True)
    page = client.get(DOSSIERS).content.decode()
    why = "The disk is full (disk-full): No space left on device · tried again on"
    assert (why in page, "Make the pack" in page) == (True, False)


def test_revoked_dossier_is_told_and_makes_another_pack_due() -> None:
    [application] = make_sealed_batch()
    client = signed_in(make_desk())
    client.post(MAKE)
    revoke_dossier(application.dossiers.get(), reason="An error.", by=make_desk(), at=SEALED_AT)
    page = client.get(DOSSIERS).content.decode()
    assert ("Revoked" in page, "revoke" in page) == (True, False)
    client.post(MAKE)
    assert Job.objects.filter(kind="evaluation.bind_pack").count() == 2


def test_pack_and_volume_go_to_those_who_judge_and_to_nobody_barred() -> None:
    applications, pack, volume = bound()
    member, barred = make_member(), make_member()
    record_recusal(
        applications[1], user=barred, barred_from="DELIBERATION", reason="Kin.", by=make_desk(), at=SEALED_AT
    )
    readers = {
        "desk": make_desk(),
        "auditor": make_user(Role.AUDITOR),
        "member": member,
        "barred": barred,
        "holder": make_user(Role.HOLDER, holder=applications[0].holder),
    }
    fetched = {name: fetch(user, f"/packs/{pack.pk}/") for name, user in readers.items()}
    assert fetched == {"desk": 200, "auditor": 200, "member": 200, "barred": 404, "holder": 404}
    fetched = {name: fetch(user, f"/annexes/{volume.pk}/") for name, user in readers.items()}
    assert fetched == {"desk": 200, "auditor": 200, "member": 200, "barred": 200, "holder": 404}
    assert Client().get(f"/packs/{pack.pk}/").status_code == 302


def test_annexes_of_a_file_are_ordered_from_the_page_of_the_dossiers() -> None:
    [application] = make_sealed_batch()
    annex(application, 1, saved(paper()))
    client = signed_in(make_desk())
    assert "Bind the annexes" in client.get(DOSSIERS).content.decode()
    path = f"/batches/2026-07/files/{application.number}/annexes/"
    assert client.post(path)["Location"] == DOSSIERS
    assert Job.objects.get(kind="evaluation.bind_annexes").subject == application.reference
    assert signed_in(make_user(Role.AUDITOR)).post(path).status_code == 403


def test_dossiers_page_links_what_is_there() -> None:
    _applications, pack, volume = bound()
    page = signed_in(make_user(Role.AUDITOR)).get(DOSSIERS).content.decode()
    assert f"/packs/{pack.pk}/" in page
    assert f"/annexes/{volume.pk}/" in page
    assert "Make it again" not in page


def packs_linked(user: User, language: str = "nl") -> list[str]:
    """The packs on the page of the sitting, with what stands beside each."""
    client = signed_in(user)
    page = client.get(f"/meetings/{SITTING_DAY.isoformat()}/", headers={"accept-language": language}).content.decode()
    found = re.findall(r'<p><a href="/packs/([0-9a-f-]{36})/">.*?</a> <span class="small">(.*?)</span></p>', page)
    return [" ".join(row) for row in found]


def test_sitting_links_the_newest_pack_of_the_readers_language_with_pages_and_size() -> None:
    applications, older, _volume = bound()
    make_meeting(applications[0].batch)
    told = f"{older.pk} PDF, NL, 1 p., {file_size(older.size)}, {date_time(older.bound_at)}"
    assert packs_linked(make_member()) == [told]
    newer, french = (another(older, language=language, hours=hours) for language, hours in (("nl", 2), ("fr", 1)))
    assert [row.split()[0] for row in packs_linked(make_member())] == [str(newer.pk)]
    member = make_member()
    member.language = "fr"
    member.save()
    assert [row.split()[0] for row in packs_linked(member, "fr")] == [str(french.pk)]


def another(pack: Pack, *, language: str, hours: int) -> Pack:
    return record_pack(
        pack.batch,
        dossiers=pack.dossiers.all(),
        inputs_sha256=f"{hours}" * 64,
        language=language,
        stored=store_file(saved(paper(hours))),
        pages=hours,
        at=pack.bound_at + timedelta(hours=hours),
    )


def test_sitting_links_no_pack_to_who_is_barred_from_one_of_its_files() -> None:
    applications, pack, _volume = bound()
    make_meeting(applications[0].batch)
    barred = make_member()
    record_recusal(
        applications[1], user=barred, barred_from="DELIBERATION", reason="Kin.", by=make_desk(), at=SEALED_AT
    )
    readers = {"barred": barred, "member": make_member(), "auditor": make_user(Role.AUDITOR), "desk": make_desk()}
    assert {name: len(packs_linked(user)) for name, user in readers.items()} == {
        "barred": 0,
        "member": 1,
        "auditor": 1,
        "desk": 1,
    }
    assert pack.dossiers.count() == 2
