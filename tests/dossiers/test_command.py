"""`manage.py render_dossier` makes the bytes that the worker stored, on another day and in another zone."""

from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from evaluation.models import Dossier
from evaluation.services.closing import order_dossier
from evaluation.tasks import render_dossier_task
from jobs.files import open_file
from tests.dossiers.test_binding import standing
from tests.evaluation.builders import SEALED_AT, make_closed_batch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]  # pytest-django's


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("render_dossier", *arguments, stdout=out)
    return out.getvalue()


def test_render_dossier_command_gives_the_bytes_that_the_worker_stored(tmp_path: Path) -> None:
    [application] = make_closed_batch()
    render_dossier_task(str(order_dossier(standing(application), at=SEALED_AT).pk))
    dossier = Dossier.objects.get()
    out = tmp_path / "again.pdf"
    with (
        time_machine.travel("2031-02-28T23:30:00Z", tick=False),
        timezone.override("Pacific/Kiritimati"),
        translation.override("en"),
    ):
        told = said(application.reference, "--out", str(out))
    assert "the same as the stored dossier" in told
    assert dossier.sha256 in told
    with open_file(dossier.sha256) as file:
        assert out.read_bytes() == file.read()


def test_render_dossier_command_in_the_other_language_is_another_file() -> None:
    [application] = make_closed_batch()
    told = said(application.reference, "--language", "fr")
    assert "language fr" in told
    assert "no dossier of this assessment, template and language is stored" in told


@pytest.mark.parametrize("reference", ["2026-07/9999", "x", "2026-07"])
def test_render_dossier_command_of_an_unknown_reference_says_so(reference: str) -> None:
    with pytest.raises(CommandError):
        said(reference)
