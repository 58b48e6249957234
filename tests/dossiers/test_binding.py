"""Ordering, binding and recording annex volumes and packs, with real files in the store."""

import errno
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pdfminer.high_level import extract_text

from applications.models import Annex, Application
from evaluation import tasks
from evaluation.models import AnnexVolume, ApplicationAssessment, Dossier, Pack
from evaluation.services.binding import order_pack, order_volume
from evaluation.services.closing import VersionTaken, order_dossier, record_dossier
from evaluation.tasks import bind_annexes, bind_annexes_task, bind_pack_task, render_dossier_task
from jobs.files import open_file, store_file
from jobs.models import Job
from jobs.services import claim_job, fail_job
from tests.builders import IN_JULY
from tests.dossiers.hostile import encrypted, hostile, paper, saved
from tests.dossiers.test_verify import judged_again
from tests.evaluation.builders import SEALED_AT, make_sealed_batch
from tests.evaluation.papers import make_stored_dossier

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings: object, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]  # pytest-django's
    return tmp_path / "media"


def annex(application: Application, number: int, content: bytes) -> Annex:
    stored = store_file(content)
    assert application.submitted_by is not None
    return Annex.objects.create(
        application=application,
        number=number,
        slot="JACIE_CERTIFICATE",
        title=f"Stuk {number}",
        file_name=f"{number}.pdf",
        sha256=stored.sha256,
        size=stored.size,
        pages=1,
        added_by=application.submitted_by,
        added_at=IN_JULY,
    )


def standing(application: Application) -> ApplicationAssessment:
    return ApplicationAssessment.objects.get(application=application, superseded_by=None)


def bytes_of(sha256: str) -> bytes:
    with open_file(sha256) as file:
        return file.read()


def test_bind_annexes_stores_one_volume_however_often_it_is_ordered() -> None:
    [application] = make_sealed_batch()
    for number, content in enumerate((saved(paper(2)), encrypted(), hostile()), 1):
        annex(application, number, content)
    first, again = (order_volume(standing(application), at=SEALED_AT) for _ in range(2))
    assert first is not None
    assert again == first
    for _ in range(2):
        bind_annexes_task(str(first.pk))
    volume = AnnexVolume.objects.get()
    assert (volume.pages, volume.unreadable, volume.language) == (6, 1, "nl")
    assert "EVIDENCE 2" in extract_text(BytesIO(bytes_of(volume.sha256)))


def test_order_volume_without_annexes_orders_nothing() -> None:
    [application] = make_sealed_batch()
    assert order_volume(standing(application), at=SEALED_AT) is None


def test_bind_annexes_of_evidence_that_is_not_stored_names_the_cause_and_is_tried_again(store: Path) -> None:
    [application] = make_sealed_batch()
    row = annex(application, 1, saved(paper()))
    (store / row.sha256[:2] / row.sha256).unlink()
    job = order_volume(standing(application), at=SEALED_AT)
    assert job is not None
    bind_annexes_task(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error_code, AnnexVolume.objects.count()) == ("QUEUED", "file-missing", 0)


def test_full_disk_leaves_no_row_and_names_the_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    [application] = make_sealed_batch()
    annex(application, 1, saved(paper()))
    job = order_volume(standing(application), at=SEALED_AT)
    assert job is not None

    def full(content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tasks, "store_file", full)
    claimed = claim_job(job.pk)
    assert claimed is not None
    with pytest.raises(tasks.Fault) as told:
        bind_annexes(claimed)
    assert (told.value.code, AnnexVolume.objects.count()) == ("disk-full", 0)


def test_bind_pack_takes_stored_dossiers_and_renders_only_what_is_missing() -> None:
    applications = make_sealed_batch(3)
    batch = applications[0].batch
    assert batch is not None
    for row in Dossier.objects.all():  # their files are only names; what the pack needs is rendered for real below
        content = saved(paper(2, text=row.application.reference))
        make_stored_dossier(row.assessment, content, number=2, language="fr", pages=2)
    job = order_pack(batch, language="fr", at=SEALED_AT)
    assert order_pack(batch, language="fr", at=SEALED_AT) == job
    bind_pack_task(str(job.pk))
    job.refresh_from_db()
    pack = Pack.objects.get()
    assert (job.state, job.progress_done, job.result) == ("DONE", 4, {"sha256": pack.sha256})
    assert (pack.pages, pack.dossiers.count(), pack.language) == (10, 3, "fr")
    with pikepdf.open(BytesIO(bytes_of(pack.sha256))) as pdf:
        assert len(pdf.pages) == 10
    assert Job.objects.filter(kind="evaluation.render_dossier", state="DONE").count() == 0


def test_bind_pack_renders_the_application_whose_receipt_changed_and_no_other() -> None:
    applications = make_sealed_batch(2)
    batch = applications[0].batch
    assert batch is not None
    for each in applications:
        assert order_dossier(standing(each), at=SEALED_AT).state == "QUEUED"
    kept = {}
    for row in Dossier.objects.all():
        kept[row.application_id] = make_stored_dossier(row.assessment, saved(paper(1)), number=2)
    changed, other = applications
    before = standing(changed).receipt_sha256
    again = judged_again(changed)
    assert again.receipt_sha256 != before
    job = order_pack(batch, language="nl", at=SEALED_AT)
    bind_pack_task(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error_detail) == ("DONE", "")
    packed = {row.application_id: row for row in Pack.objects.get().dossiers.all()}
    assert packed[other.pk] == kept[other.pk]
    assert packed[changed.pk].assessment == again


def test_dossier_whose_printed_version_was_taken_meanwhile_is_not_recorded() -> None:
    [application] = make_sealed_batch()
    again = judged_again(application)
    with pytest.raises(VersionTaken):
        record_dossier(again, sha256="a" * 64, size=1, pages=1, at=SEALED_AT, printed=1)
    assert record_dossier(again, sha256="a" * 64, size=1, pages=1, at=SEALED_AT, printed=2).number == 2


def test_pack_of_which_a_dossier_failed_says_which_and_why() -> None:
    [application] = make_sealed_batch()
    assert application.batch is not None
    part = order_dossier(judged_again(application), at=SEALED_AT)
    claimed = claim_job(part.pk)
    assert claimed is not None
    fail_job(claimed, code="font-missing", detail="x", retry=False)
    job = order_pack(application.batch, language="nl", at=SEALED_AT)
    bind_pack_task(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("FAILED", "part-failed")
    assert job.error_detail == f"{application.reference}: font-missing"


def test_render_dossier_orders_the_volume_of_its_annexes() -> None:
    [application] = make_sealed_batch()
    annex(application, 1, saved(paper()))
    job = order_dossier(judged_again(application), at=SEALED_AT)
    render_dossier_task(str(job.pk))
    assert Job.objects.get(kind="evaluation.bind_annexes").subject == application.reference
