"""A client of the running desk: it sends a file, waits until it is committed, and fetches a page meanwhile."""

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import requests

ASKED_EVERY: Final = 0.15
LONGEST: Final = 600
DELIVERY: Final = {"delivered_on": "2026-05-12", "source": "benchmark"}


@dataclass(frozen=True, slots=True)
class Client:
    url: str
    token: str

    def seconds_to_commit(self, kind: str, content: bytes) -> float:
        """From the first byte sent to the first answer that says COMMITTED."""
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(uuid.uuid4())}
        fields = {"kind": kind, "on_ready": "commit"} | (DELIVERY if kind == "allografts" else {})
        start = time.perf_counter()
        sent = requests.post(
            f"{self.url}/api/v1/uploads",
            data=fields,
            files={"file": ("rows.csv", content)},
            headers=headers,
            timeout=60,
        )
        assert sent.status_code == 202, sent.text
        upload: dict[str, Any] = sent.json()
        while upload["state"] != "COMMITTED":
            assert upload["state"] not in ("REJECTED", "FAILED"), upload
            assert time.perf_counter() - start < LONGEST, upload
            time.sleep(ASKED_EVERY)
            answer = requests.get(self.url + sent.headers["Location"], headers=headers, timeout=60)
            upload = answer.json() if answer.status_code == 200 else upload
        return time.perf_counter() - start


@dataclass(slots=True)
class Fetched:
    """Seconds that each fetch of one page took."""

    url: str
    taken: list[float] = field(default_factory=list)

    def once(self) -> None:
        start = time.perf_counter()
        assert requests.get(self.url, timeout=60).status_code == 200
        self.taken.append(time.perf_counter() - start)

    @property
    def p95(self) -> float:
        return sorted(self.taken)[int(0.95 * (len(self.taken) - 1))]

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        """Fetches one after another while the block runs."""
        done = threading.Event()

        def fetch() -> None:
            while not done.wait(0.05):
                self.once()

        fetcher = threading.Thread(target=fetch)
        fetcher.start()
        try:
            yield
        finally:
            done.set()
            fetcher.join()


def most_memory_of_workers(state: str) -> float:
    """The most MiB that any process of the worker of this desk has held."""
    return max(_peak(process) for process in Path("/proc").glob("[0-9]*") if _is_worker(process, state))


def _is_worker(process: Path, state: str) -> bool:
    try:
        command = (process / "cmdline").read_bytes().split(b"\0")
        return b"celery" in command and b"worker" in command and state.encode() in (process / "environ").read_bytes()
    except OSError:
        return False


def _peak(process: Path) -> float:
    lines = (process / "status").read_text().splitlines()
    told = next((line for line in lines if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return int(told.split()[1]) / 1024
