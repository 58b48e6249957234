"""One pack, measured: a closed batch in a throw-away database, a real worker of two processes, the clock."""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from config.embedded.for_tests import open_test_environment

WORKER = [sys.executable, "-m", "celery", "-A", "config", "worker", "-c", "2", "-l", "warning"]
WORKER += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
ROOT = Path(__file__).resolve().parents[2]
LOOK_EVERY = 0.1


def main() -> None:
    """Prints its numbers as one line of JSON."""
    parser = argparse.ArgumentParser(prog="benchmarks.dossiers.run", description=__doc__)
    parser.add_argument("files", type=int)
    parser.add_argument("--beside-plain", action="store_true")
    options = parser.parse_args()
    open_test_environment()
    _migrate()
    sys.stdout.write(f"{json.dumps(_measured(options.files, beside_plain=options.beside_plain))}\n")


def _migrate() -> None:
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("migrate", verbosity=0)


def _measured(files: int, *, beside_plain: bool) -> dict[str, float]:
    from evaluation.models import Pack
    from tests.evaluation.builders import SEALED_AT, judge_again, make_closed_batch

    applications = make_closed_batch(files)
    batch = applications[0].batch
    assert batch is not None
    found: dict[str, float] = {}
    with _worker() as worker:
        _warm_up()
        before = worker.processor()
        found["pack"] = _seconds(batch, at=SEALED_AT)
        found["pack_processor"] = worker.processor() - before
        if beside_plain:
            judge_again(applications[0], at=SEALED_AT + timedelta(days=20))
            found["again"] = _seconds(batch, at=SEALED_AT + timedelta(days=20))
        found["memory"] = worker.memory()
    found["pages"] = Pack.objects.order_by("bound_at")[0].pages
    if beside_plain:
        before = _processor_of_children()
        found["plain"] = _plain_seconds(files)
        found["plain_processor"] = _processor_of_children() - before
    return found


def _seconds(batch: object, *, at: object) -> float:
    """From the order of the pack to the end of its job."""
    from django.db import transaction

    from evaluation.services.binding import order_pack
    from jobs.enums import JobState
    from jobs.services import enqueue

    start = time.monotonic()
    with transaction.atomic():
        job = order_pack(batch, language="nl", at=at)  # type: ignore[arg-type]  # imported only once Django is set up
        enqueue(job)
    while job.state not in (JobState.DONE, JobState.FAILED, JobState.DEAD):
        time.sleep(LOOK_EVERY)
        job.refresh_from_db()
    if job.state != JobState.DONE:
        raise SystemExit(f"the pack failed: {job.error_code} {job.error_detail}")
    return time.monotonic() - start


@dataclass(frozen=True, slots=True)
class _Worker:
    pid: int

    def memory(self) -> float:
        """The most that one of its processes has held, in MiB."""
        return max(_peak(child) for child in _children(self.pid))

    def processor(self) -> float:
        """Seconds of processor time of its processes together."""
        return sum(_processor(child) for child in _children(self.pid))


@contextmanager
def _worker() -> Iterator[_Worker]:
    """A worker as the desk runs it."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(WORKER, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        try:
            yield _Worker(process.pid)
        finally:
            process.terminate()
            process.wait(60)


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _peak(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _processor(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _warm_up() -> None:
    """The worker has started once it has beaten its heart; its start belongs to no pack."""
    from jobs.models import WorkerHeartbeat

    while not WorkerHeartbeat.objects.exists():
        time.sleep(LOOK_EVERY)


def _processor_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _plain_seconds(files: int) -> float:
    """The same HTML files, halved over two processes that have WeasyPrint loaded when the clock starts."""
    from benchmarks.dossiers.plain import write_site
    from evaluation.dossiers.context import dossier_context
    from evaluation.dossiers.render import render_html
    from evaluation.models import ApplicationAssessment, VerifyCode

    with tempfile.TemporaryDirectory() as folder:
        write_site(Path(folder))
        # As the pack had them first: the re-judged application again as it was.
        first = ApplicationAssessment.objects.order_by("evaluated_at", "pk")[:files]
        for number, assessment in enumerate(first):
            code = VerifyCode.objects.get(assessment=assessment)
            html = render_html(dossier_context(assessment, verify_url=code.address))
            Path(folder, f"{number:04d}.html").write_text(html.replace("bundle:/", ""), encoding="utf-8")
        command = [sys.executable, "-m", "benchmarks.dossiers.plain", folder]
        halves = [
            subprocess.Popen([*command, str(half)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for half in (0, 1)
        ]
        for each in halves:
            assert each.stdout is not None
            each.stdout.readline()
        start = time.monotonic()
        for each in halves:
            assert each.stdin is not None
            each.stdin.write("go\n")
            each.stdin.flush()
        for each in halves:
            each.communicate()
        return time.monotonic() - start


if __name__ == "__main__":
    main()
