"""When a worker's pool counts as stuck, and a worker that ended being started again."""

import signal
import sys
import time
from pathlib import Path

import pytest

from config.embedded.faults import LaunchError
from config.embedded.processes import STARTS_AGAIN, Processes
from config.pool_watch import AT_WORK_SECONDS, IDLE_SECONDS, PoolWatch, Seen


def stuck_after(*looks: Seen) -> int | None:
    """At which of so many looks, one a second, the pool counts as stuck."""
    watch = PoolWatch()
    return next((place for place, seen in enumerate(looks) if watch.is_stuck(seen, at=float(place))), None)


def test_pool_that_takes_nothing_of_what_waits_is_stuck() -> None:
    waits = Seen(handed_over=2, at_work=0, taken=7, processes=2)
    assert stuck_after(*[waits] * 100) == IDLE_SECONDS


def test_pool_with_a_process_at_work_is_given_longer() -> None:
    waits = Seen(handed_over=2, at_work=1, taken=7, processes=2)
    assert stuck_after(*[waits] * 100) == AT_WORK_SECONDS


@pytest.mark.parametrize(
    "seen",
    [Seen(0, 0, 7, 2), Seen(2, 2, 7, 2), Seen(4, 2, 7, 2), Seen(1, 1, 7, 2)],
    ids=["nothing to do", "all at work", "more waits than may work", "one at work, nothing waits"],
)
def test_pool_that_has_nothing_to_take_is_not_stuck(seen: Seen) -> None:
    assert stuck_after(*[seen] * 100) is None


def test_pool_that_takes_something_now_and_then_is_not_stuck() -> None:
    assert stuck_after(*[Seen(2, 0, place // 19, 2) for place in range(100)]) is None


def test_pool_that_recovers_is_given_its_time_again() -> None:
    waits, works = Seen(2, 0, 7, 2), Seen(2, 2, 7, 2)
    assert stuck_after(*[waits] * 19, works, *[waits] * 20) is None


def until_ended(processes: Processes, name: str) -> None:
    end = time.monotonic() + 10
    while processes.running[name].poll() is None:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_process_that_ended_is_started_again_a_few_times(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    processes = Processes(logs=tmp_path)
    processes.start("worker", [sys.executable, "-c", "raise SystemExit(70)"], cwd=tmp_path, env={}, again=True)
    seen = {processes.running["worker"].pid}
    for _time in range(STARTS_AGAIN):
        until_ended(processes, "worker")
        processes.keep_all()
        seen.add(processes.running["worker"].pid)
    assert len(seen) == STARTS_AGAIN + 1
    until_ended(processes, "worker")
    with pytest.raises(LaunchError, match="The worker process ended"):
        processes.keep_all()
    assert capfd.readouterr().out == "The worker process ended (70) and is started again\n" * STARTS_AGAIN
    processes.stop()


def test_web_server_that_ended_ends_the_desk(tmp_path: Path) -> None:
    processes = Processes(logs=tmp_path)
    processes.start("web", [sys.executable, "-c", "import time; time.sleep(60)"], cwd=tmp_path, env={})
    processes.keep_all()
    processes.running["web"].send_signal(signal.SIGKILL)
    until_ended(processes, "web")
    with pytest.raises(LaunchError, match="The web process ended"):
        processes.keep_all()
    processes.stop()
