"""Work that takes longer than its worker lives, loaded by the worker of the tests only."""

import os
import time
from pathlib import Path
from typing import Any

from celery import shared_task

from jobs.models import Job
from jobs.runner import run_claimed


def note(line: str) -> None:
    with Path(os.environ["FAULTS_NOTES"]).open("a") as notes:
        notes.write(f"{line}\n")


def slow_the_first_time(job: Job) -> dict[str, Any]:
    note(f"start {job.attempt}")
    if job.attempt == 1:
        time.sleep(120)
    note(f"end {job.attempt}")
    return {"attempt": job.attempt}


@shared_task(name="tests.slow", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery ships no types
def slow_task(job_id: str) -> None:
    run_claimed(job_id, slow_the_first_time)
