"""`kill -9` at any moment of a pack: every dossier exists once, none is half written, no row precedes its file.

`make faults` does it 100 times over 100 files.
"""

import hashlib
import os
import random
import time
from pathlib import Path

from django.db.models import Count, QuerySet

from applications.models import Batch
from evaluation.models import Dossier, Pack
from evaluation.services.binding import order_pack
from jobs.enums import JobState
from jobs.files import open_file
from jobs.models import Job
from tests.evaluation.builders import SEALED_AT, make_closed_batch
from tests.faults.workers import empty_queue, let_leases_run_out, on_pgmq, until, worker

__all__ = ["empty_queue"]
KILLS = int(os.environ.get("FAULTS_KILLS", "5"))
FILES = int(os.environ.get("FAULTS_FILES", "6"))
LONGEST_WORK = 2.5
SEED = 20261105
FOLLOWED = ("evaluation.render_dossier", "evaluation.bind_pack")


def jobs() -> QuerySet[Job]:
    return Job.objects.filter(kind__in=FOLLOWED)


def stored_whole(sha256: str) -> bool:
    with open_file(sha256) as file:
        return hashlib.sha256(file.read()).hexdigest() == sha256


def is_at_work() -> bool:
    return jobs().filter(state=JobState.RUNNING).exists() or is_done()


def is_done() -> bool:
    return Pack.objects.exists()


def holds() -> None:
    """What must be true at every moment."""
    rows = list(Dossier.objects.all())
    assert len({row.assessment_id for row in rows}) == len(rows)
    assert [row.sha256 for row in [*rows, *Pack.objects.all()] if not stored_whole(row.sha256)] == []


@on_pgmq
def test_pack_whose_workers_are_killed_at_any_moment_ends_with_every_dossier_once(
    empty_queue: None, tmp_path: Path
) -> None:
    applications = make_closed_batch(FILES)
    batch = Batch.objects.get()
    pack = order_pack(batch, language="nl", at=SEALED_AT)
    notes, moments = tmp_path / "notes", random.Random(SEED)  # noqa: S311  # the same moments in every run
    killed = 0
    while killed < KILLS and not is_done():
        let_leases_run_out(jobs())
        with worker(notes) as kill:
            until(is_at_work, 120)
            time.sleep(moments.uniform(0, LONGEST_WORK))
            kill()
        killed += 1
        holds()
    let_leases_run_out(jobs())
    with worker(notes):
        until(is_done, 60 + 10 * FILES)
        until(lambda: Job.objects.get(pk=pack.pk).state == JobState.DONE)
    holds()
    assert Dossier.objects.count() == len(applications) == Pack.objects.get().dossiers.count()
    assert not Dossier.objects.values("assessment").annotate(n=Count("pk")).filter(n__gt=1).exists()
    assert Pack.objects.count() == 1
    batch.refresh_from_db()
    assert batch.state == "SEALED"
