"""Time taken on the one core this process is kept to, and the memory it took."""

import gc
import os
import resource
import time
from collections.abc import Callable, Mapping

ROUNDS = 5


def keep_to_one_core() -> None:
    """From here on no engine is helped by a second core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def best_of(runs: Mapping[str, Callable[[], object]], *, rounds: int = ROUNDS) -> dict[str, float]:
    """Seconds of processor time of each, the best of some rounds in which they take turns."""
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(rounds):
        for name, run in runs.items():
            gc.collect()
            best[name] = min(best[name], seconds(run))
    return best


def seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def peak_memory() -> float:
    """The most memory this process has held, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
