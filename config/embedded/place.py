"""Where the desk of this user lives: its state folder, its database and the environment its processes get."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from psycopg import sql

from accounts.services.demo import DEMO_MARK
from config.embedded.faults import LaunchError
from config.embedded.postgres import Server, prepare_folder
from config.embedded.secret_files import kept_secret
from config.env import default_state

DATABASE = "cart"
DEMO_DAY = "2026-11-16"
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Place:
    """`server` is None when DATABASE_URL points at a database of somebody's own."""

    state: Path
    server: Server | None

    @classmethod
    def from_environment(cls) -> Self:
        state = Path(os.environ.get("CART_STATE") or default_state()).absolute()
        if os.environ.get("DATABASE_URL"):
            prepare_folder(state)
            return cls(state=state, server=None)
        return cls(state=state, server=Server.in_state(state))

    def environment(self) -> dict[str, str]:
        """What the environment does not say: kept secrets, and for our own database the demo and its day."""
        secrets = self.state / "secrets"
        given = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "CART_STATE": str(self.state),
            "CART_SECRET_KEY": kept_secret(secrets, "secret-key"),
        }
        if self.server:
            given |= {
                "DATABASE_URL": self.server.url(DATABASE),
                "CART_DEMO": "1",
                "CART_TODAY": DEMO_DAY,
                "CART_DEMO_PASSWORD": kept_secret(secrets, "demo-password", length=9),
            }
        return given | {name: value for name, value in os.environ.items() if value or name not in given}

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One launcher per state folder; the lock ends with the process, however it ends."""
        with (self.state / "run.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as fault:
                raise LaunchError(
                    f"The desk in {self.state} is running. Stop it first (Ctrl-C where it runs)."
                ) from fault
            yield

    @contextmanager
    def database(self) -> Iterator[None]:
        """Our own server runs inside; it is left alone when it ran before."""
        if self.server is None or self.server.answers():
            yield
            return
        try:
            self.server.start()
            yield
        finally:
            self.server.stop()

    def mark(self, stage: str) -> None:
        """Write on the database that it is ours and how far the demo data are: empty, seeding, seeded."""
        if self.server is None:
            return
        with self.server.connect() as connection:
            comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
            connection.execute(comment.format(sql.Identifier(DATABASE), sql.Literal(f"{DEMO_MARK}: {stage}")))

    def stage(self) -> str:
        if self.server is None:
            return ""
        query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
        with self.server.connect() as connection:
            row = connection.execute(query, [DATABASE]).fetchone()
        return str(row[0] or "").rpartition(": ")[2] if row else ""

    def create(self) -> None:
        """Make our database; one whose seeding broke off is made anew, with its files."""
        if self.server is None:
            return
        if self.stage() == "seeding":
            self.server.drop_database(DATABASE)
            shutil.rmtree(self.state / "media", ignore_errors=True)
        if self.server.create_database(DATABASE):
            self.mark("empty")

    def python(self, *arguments: str, **environment: str) -> int:
        """Run this project's Python and pass its output on; the result is its exit code."""
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=environment | self.environment(), stdin=subprocess.DEVNULL, check=False
        ).returncode

    def remove(self) -> None:
        """Everything this launcher made: database, files, secrets, logs. A database of somebody's own stays."""
        if self.server:
            self.server.stop()
        for name in ("pg", "pg.draft", "media", "static", "mail", "logs", "secrets"):
            shutil.rmtree(self.state / name, ignore_errors=True)
        for path in self.state.glob("beat-schedule*"):
            path.unlink()
