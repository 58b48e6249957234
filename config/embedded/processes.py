"""The desk's processes as one: started together, watched, and stopped together."""

import ctypes
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded.faults import LaunchError

TERM_SECONDS = 12
STARTS_AGAIN = 5
WITHIN_SECONDS = 300.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1


class StopRequested(Exception):  # noqa: N818  no error: somebody pressed Ctrl-C
    """Somebody asked the launcher to end."""


def raise_stopped(number: int, frame: object) -> None:
    raise StopRequested(signal.Signals(number).name)


def listen_for_stop() -> None:
    for number in SIGNALS:
        signal.signal(number, raise_stopped)


def ignore_stop() -> None:
    """While stopping, a second Ctrl-C must not leave half of it running."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def die_with_parent() -> None:
    """In the child: even when the launcher is killed hard, its processes are told to end."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


@dataclass(frozen=True, slots=True)
class Order:
    """How a process is started, and whether it is started again when it ended by itself."""

    command: list[str]
    cwd: Path
    env: dict[str, str]
    again: bool


@dataclass(slots=True)
class Processes:
    """Children in process groups of their own, each with a log file in `logs`."""

    logs: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    ended: dict[str, list[float]] = field(default_factory=dict)

    def start(self, name: str, command: list[str], *, cwd: Path, env: dict[str, str], again: bool = False) -> None:
        self.orders[name] = Order(command, cwd, env, again)
        self._start(name)

    def _start(self, name: str) -> None:
        order = self.orders[name]
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                order.command,
                cwd=order.cwd,
                env=order.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    def keep_all(self) -> None:
        """Start again, up to five times in five minutes, what ended by itself and is meant to be; see `require_all`."""
        for name, process in list(self.running.items()):
            if process.poll() is None or not self.orders[name].again:
                continue
            recent = [at for at in self.ended.get(name, []) if at > time.monotonic() - WITHIN_SECONDS]
            if len(recent) < STARTS_AGAIN:
                print(f"The {name} process ended ({process.returncode}) and is started again", flush=True)
                self.ended[name] = [*recent, time.monotonic()]
                kill_group(process)
                self._start(name)
        self.require_all()

    def require_all(self) -> None:
        """Raise LaunchError, with the end of its log, for a process that ended by itself."""
        for name, process in self.running.items():
            if process.poll() is not None:
                log = self.logs / f"{name}.log"
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
                raise LaunchError(f"The {name} process ended ({process.returncode}). The end of {log}:\n{tail}")

    def stop(self) -> None:
        """TERM to each, so that it may finish what it does; then KILL to whole groups."""
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + TERM_SECONDS
        while time.monotonic() < deadline and any(p.poll() is None for p in self.running.values()):
            time.sleep(0.1)
        for process in self.running.values():
            kill_group(process)
        self.running.clear()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
