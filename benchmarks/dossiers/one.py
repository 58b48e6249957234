"""One batch of a size, in a database of its own: plain rendering, the pack, the pack after a change; prints JSON."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

from config.embedded.for_tests import open_test_environment

open_test_environment()
django.setup()

from django.core.management import call_command  # noqa: E402  # Django is set up first

from applications.models import Application, Batch  # noqa: E402
from evaluation.dossiers.context import dossier_context  # noqa: E402
from evaluation.dossiers.render import render_html  # noqa: E402
from evaluation.models import Dossier, Pack, VerifyCode  # noqa: E402
from evaluation.selectors import current_assessments  # noqa: E402
from evaluation.services.binding import BIND_PACK, order_pack  # noqa: E402
from evaluation.services.closing import RENDER, order_dossier  # noqa: E402
from evaluation.services.evaluations import assess_application, evaluate_site  # noqa: E402
from tests.evaluation.builders import SEALED_AT, make_closed_batch, make_desk  # noqa: E402


def timed(commands: list[list[str]]) -> tuple[float, list[str]]:
    """Seconds from the moment all have started until the last has ended, and the last line of each."""
    started = [
        subprocess.Popen([sys.executable, "-m", *each], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for each in commands
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    begin = time.perf_counter()
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate()[0].strip() for process in started]
    assert [process.returncode for process in started] == [0] * len(started)
    return time.perf_counter() - begin, told


def write_html(batch: Batch, folder: Path) -> int:
    codes = {row.assessment_id: row.address for row in VerifyCode.objects.all()}
    for number, assessment in enumerate(current_assessments(batch).values()):
        context = dossier_context(assessment, verify_url=codes[assessment.pk])
        (folder / f"{number:04d}.html").write_text(render_html(context), encoding="utf-8")
    return number + 1


def change_one(batch: Batch) -> None:
    application = Application.objects.filter(batch=batch).order_by("number").first()
    assert application is not None
    desk, vote_on = make_desk(), SEALED_AT.date()
    site = evaluate_site(batch, application.centre, stage="VOTE", by=desk, at=SEALED_AT, vote_on=vote_on)
    order_dossier(
        assess_application(application, site, stage="VOTE", by=desk, at=SEALED_AT, vote_on=vote_on), at=SEALED_AT
    )


def main(files: int) -> None:
    call_command("migrate", verbosity=0)
    make_closed_batch(files)
    batch = Batch.objects.get()
    with tempfile.TemporaryDirectory() as folder:
        assert write_html(batch, Path(folder)) == files
        plain, _ = timed([["benchmarks.dossiers.plain", folder, "0"], ["benchmarks.dossiers.plain", folder, "1"]])
    workers = [["benchmarks.dossiers.worker", BIND_PACK], ["benchmarks.dossiers.worker", RENDER]]
    order_pack(batch, language="nl", at=SEALED_AT)
    full, peaks = timed(workers)
    change_one(batch)
    order_pack(batch, language="nl", at=SEALED_AT)
    again, more = timed(workers)
    assert (Dossier.objects.count(), Pack.objects.count()) == (files + 1, 2)
    pages = sum(Dossier.objects.values_list("pages", flat=True)) / (files + 1)
    told = {"files": files, "plain": plain, "full": full, "again": again, "pages": pages}
    sys.stdout.write(json.dumps(told | {"memory": max(map(int, [*peaks, *more]))}) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
