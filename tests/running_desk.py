"""The desk as a newcomer starts it: `make run`'s launcher on a machine's empty state folder, with its demo year."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LAUNCHER = [sys.executable, "-m", "config.embedded.runner"]
SWITCHES = ("DATABASE_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE", "PORT")
OPEN_SECONDS = 600


@dataclass(frozen=True, slots=True)
class RunningDesk:
    """Where the desk answers, and the one password of its demo logins."""

    url: str
    password: str
    environment: dict[str, str]

    def token(self, client: str) -> str:
        """What `make token` prints."""
        printed = subprocess.run(
            [*LAUNCHER, "manage", "api_token", client],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return printed.stdout.strip().splitlines()[-1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_desk() -> Iterator[RunningDesk]:
    """Starts everything, waits for the greeting, stops it all with Ctrl-C."""
    state = Path(tempfile.mkdtemp(prefix="cart-walk-", dir="/tmp"))
    state.chmod(0o755)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CART_", *SWITCHES))}
    environment = clean | {"CART_STATE": str(state), "PORT": str(free_port()), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [*LAUNCHER, "run"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    printed: list[str] = []
    reader = threading.Thread(target=_read, args=(process, printed), daemon=True)
    reader.start()
    try:
        yield _greeted(process, printed, environment)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        reader.join(timeout=10)
        if process.stdout is not None:
            process.stdout.close()
        shutil.rmtree(state, ignore_errors=True)


def _read(process: subprocess.Popen[str], printed: list[str]) -> None:
    if process.stdout is not None:
        printed.extend(iter(process.stdout.readline, ""))


def _greeted(process: subprocess.Popen[str], printed: list[str], environment: dict[str, str]) -> RunningDesk:
    end = time.monotonic() + OPEN_SECONDS
    while time.monotonic() < end and process.poll() is None:
        said = "".join(printed)
        password = re.search(r"password:\s+(\S+)", said)
        if password and "Stop with Ctrl-C" in said:
            return RunningDesk(f"http://127.0.0.1:{environment['PORT']}", password[1], environment)
        time.sleep(0.2)
    raise AssertionError("the desk did not open:\n" + "".join(printed)[-4000:])
