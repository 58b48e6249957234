from pathlib import Path

from jobs.enums import JobState
from jobs.models import Job, WorkerHeartbeat
from jobs.services import create_job
from tests.faults.workers import empty_queue, on_pgmq, until, worker
from tests.jobs.conftest import AT, let_time_pass

__all__ = ["empty_queue"]


@on_pgmq
def test_job_of_a_worker_killed_at_work_is_done_once_by_the_next(empty_queue: None, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.touch()
    job = create_job(kind="tests.slow", subject="a slow job", at=AT)
    let_time_pass(job, seconds=21)  # its message was lost: the sweep at the worker's start finds it
    with worker(notes) as kill:
        until(lambda: notes.read_text() == "start 1\n")
        kill()
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.RUNNING, 1)

    let_time_pass(job, seconds=31)  # the lease of the dead worker runs out
    with worker(notes):
        until(lambda: Job.objects.filter(pk=job.pk, state=JobState.DONE).exists())
        until(lambda: WorkerHeartbeat.objects.count() == 2)
    job.refresh_from_db()
    assert (job.attempt, job.result) == (2, {"attempt": 2})
    assert notes.read_text() == "start 1\nstart 2\nend 2\n"
