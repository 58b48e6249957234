"""What goes wrong while a dossier is made is named on its job, leaves no row, and is made good by a second try."""

import errno
from pathlib import Path

import pytest

from evaluation import tasks
from evaluation.dossiers import press
from evaluation.dossiers.press import OutsideBundleError, RenderFault, bundle, html_to_pdf
from evaluation.dossiers.render import render_html
from evaluation.models import Dossier
from evaluation.services.closing import order_dossier
from evaluation.tasks import render_dossier_task
from jobs.models import Job
from tests.dossiers.samples import AT, sample
from tests.dossiers.test_binding import standing
from tests.evaluation.builders import SEALED_AT, make_closed_batch

SHEET = '<link rel="stylesheet" href="bundle:/dossier.css">'
HTML = f"<html lang=nl><title>x</title>{SHEET}<p class='verdict met'>x</p></html>"


def with_file(monkeypatch: pytest.MonkeyPatch, address: str, path: Path | None) -> None:
    """The bundle with one file replaced, or without it."""
    other = {**bundle(), address: path} if path else {name: file for name, file in bundle().items() if name != address}
    monkeypatch.setattr(press, "bundle", lambda: other)


def made(html: str = HTML) -> bytes:
    return html_to_pdf(html, identifier=bytes(16), receipt=b"{}", at=AT)


def test_missing_font_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with_file(monkeypatch, "bundle:/fonts/SourceSans3-Regular.ttf", None)
    with pytest.raises(OutsideBundleError) as told:
        made()
    assert told.value.code == "font-missing"


def test_broken_font_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font at all")
    with_file(monkeypatch, "bundle:/fonts/SourceSans3-Regular.ttf", tmp_path / "broken.ttf")
    with pytest.raises(RenderFault) as told:
        made()
    assert told.value.code == "font-broken"


def test_broken_image_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "broken.svg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0")
    with_file(monkeypatch, "bundle:/signs/MET.svg", tmp_path / "broken.svg")
    with pytest.raises(RenderFault) as told:
        made()
    assert told.value.code == "image-broken"


def test_whole_dossier_complains_of_nothing() -> None:
    assert made(render_html(sample("contradictory", "fr"))).startswith(b"%PDF-")


@pytest.mark.django_db
def test_full_disk_ends_in_a_named_state_and_the_second_try_succeeds(
    monkeypatch: pytest.MonkeyPatch, settings: object, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]  # pytest-django's
    [application] = make_closed_batch()
    job = order_dossier(standing(application), at=SEALED_AT)

    def full(content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(tasks, "store_file", full)
        render_dossier_task(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error_code, Dossier.objects.count()) == ("QUEUED", "disk-full", 0)

    Job.objects.filter(pk=job.pk).update(next_attempt_at=None)
    render_dossier_task(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempt, Dossier.objects.count()) == ("DONE", 2, 1)
