"""A worker whose pool takes nothing any more ends itself, for its supervisor to start it again.

A pool process that is killed while it waits for work may die holding the lock under which the pool reads its queue:
from then on no process of the pool gets anything, though the worker lives and reports. Nothing in the pool repairs
that, so a thread beside it looks whether what was handed over is taken. The jobs of a worker that ended are found by
the sweep of the next one.
"""

import logging
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from time import monotonic, sleep
from typing import Any, Final

from celery.worker import state

LOOK_EVERY: Final = 1.0
IDLE_SECONDS: Final = 20.0
AT_WORK_SECONDS: Final = 60.0
ENDED: Final = 70

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the worker says of itself: tasks handed to the pool, those that a process works on, all ever taken."""

    handed_over: int
    at_work: int
    taken: int
    processes: int


@dataclass(slots=True)
class PoolWatch:
    """Stuck is a pool that has a process free and work waiting, and takes none of it.

    For 20 seconds when nothing is at work, for 60 while something is, so that it may end well.
    """

    since: float | None = None
    last: Seen = field(default_factory=lambda: Seen(0, 0, 0, 0))

    def is_stuck(self, seen: Seen, *, at: float) -> bool:
        waits = seen.handed_over > seen.at_work and seen.at_work < seen.processes
        moved, self.last = seen.taken != self.last.taken, seen
        if not waits or moved or self.since is None:
            self.since = at if waits else None
            return False
        return at - self.since >= (AT_WORK_SECONDS if seen.at_work else IDLE_SECONDS)


def watch_pool(pool: Any) -> None:
    """Start looking after the pool of a worker that is ready; one of threads cannot lose a process."""
    if "processes" not in pool.info:
        return
    Thread(target=_watch, args=(lambda: pool.info["processes"],), name="pool-watch", daemon=True).start()


def _watch(processes: Callable[[], list[int]]) -> None:
    watch = PoolWatch()
    while True:
        sleep(LOOK_EVERY)
        if watch.is_stuck(_seen(len(processes())), at=monotonic()):
            logger.critical("the pool of this worker takes no work any more: the worker ends, to be started again")
            _end(processes())


def _seen(processes: int) -> Seen:
    return Seen(len(state.reserved_requests), len(state.active_requests), state.total_count.total(), processes)


def _end(processes: list[int]) -> None:
    """Hard, for a pool that is stuck would also wait for ever to be closed."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    logging.shutdown()
    os._exit(ENDED)
