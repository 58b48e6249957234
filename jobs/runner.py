import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

from django.db import Error as AnyDatabaseError
from django.db import InterfaceError, OperationalError, connection

from jobs.enums import JobState
from jobs.errors import LeaseLost, WorkRefused
from jobs.models import Job
from jobs.services.leases import claim_job, fail_job, finish_job, renew_lease

RENEW_EVERY = 10.0
SETTLED_WITHIN = 60.0
ASK_AGAIN = 0.5

logger = logging.getLogger(__name__)

Work = Callable[[Job], dict[str, Any] | None]


def run_claimed(job_id: uuid.UUID | str, work: Work, *, refusals: tuple[type[Exception], ...] = ()) -> Job | None:
    """Do a job's work under a lease that is renewed every 10 seconds, and record how it ended.

    A second delivery of the message finds nothing to claim and gives None, as does work whose lease was lost.
    `WorkRefused` and the given `refusals` end the job as FAILED; any other exception has it tried again later, until
    it is DEAD. The work must be idempotent; what must happen once ends with `finish_job` in its own transaction.
    """
    job = claim_job(job_id)
    if job is None:
        return None
    try:
        with _lease_renewed(job):
            return _run(job, work, (WorkRefused, *refusals))
    except LeaseLost:
        logger.warning("lease lost: %s", job.pk)
        return None


def _run(job: Job, work: Work, refusals: tuple[type[Exception], ...]) -> Job:
    try:
        result = work(job)
    except LeaseLost:
        raise
    except refusals as error:
        logger.info("job refused: %s", job.pk, exc_info=True)
        code, detail = _code(error), str(error)
        return _settled(lambda: fail_job(job, code=code, detail=detail, retry=False))
    except Exception as error:  # whatever the work raises is recorded on the row and tried again
        logger.exception("job failed: %s", job.pk)
        code, detail = _code(error), f"{type(error).__name__}: {error}"
        return _settled(lambda: fail_job(job, code=code, detail=detail, retry=True))
    return job if job.state == JobState.DONE else _settled(lambda: finish_job(job, result=result))


def _settled(record: Callable[[], Job]) -> Job:
    """Record how the work ended, for up to a minute while the database is away, as when it is started again.

    The job is then tried again after its pause, not only once its lease has run out.
    """
    deadline = monotonic() + SETTLED_WITHIN
    while True:
        try:
            return record()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or monotonic() > deadline:
                raise
            logger.warning("the end of a job is not recorded, trying again", exc_info=True)
            connection.close()
            sleep(ASK_AGAIN)


def _code(error: Exception) -> str:
    code = getattr(error, "code", None)
    return code if isinstance(code, str) and code else type(error).__name__


@contextmanager
def _lease_renewed(job: Job) -> Iterator[None]:
    stop = Event()
    renewer = Thread(target=_renew_until, args=(job, stop), name=f"lease-{job.pk}", daemon=True)
    renewer.start()
    try:
        yield
    finally:
        stop.set()
        renewer.join()


def _renew_until(job: Job, stop: Event) -> None:
    try:
        while not stop.wait(RENEW_EVERY):
            try:
                renew_lease(job)
            except AnyDatabaseError:
                logger.warning("lease not renewed, trying again: %s", job.pk, exc_info=True)
                connection.close()
    except LeaseLost:
        logger.warning("lease lost while at work: %s", job.pk)
    finally:
        connection.close()
