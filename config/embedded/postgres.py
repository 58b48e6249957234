"""A private PostgreSQL server: one data folder, one unix socket in it, passwords, no network."""

import os
import pwd
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.embedded.binaries import choose, reachable, run_as, server_user
from config.embedded.faults import LaunchError
from config.embedded.secret_files import kept_secret

LONGEST_FOLDER = 89
START_SECONDS = 30
SUPERUSER = "postgres"
OWNER = "cart"


@dataclass(frozen=True, slots=True)
class Server:
    """A server whose data, socket and log lie in `data`; `user` runs it when we are root."""

    data: Path
    programs: Path
    user: pwd.struct_passwd | None
    secrets: Path
    settings: tuple[str, ...] = ()

    @classmethod
    def in_state(cls, state: Path, *, settings: tuple[str, ...] = (), prefer_wheel: bool = False) -> Self:
        """The server of a state folder; nothing is started or written but the folder."""
        data, user = state / "pg", server_user()
        if len(str(data)) > LONGEST_FOLDER:
            raise LaunchError(f"{data} is too long for a socket. Set CART_STATE to a path under 85 characters.")
        prepare_folder(state)
        version = data / "PG_VERSION"
        major = int(version.read_text().split(".")[0]) if version.exists() else None
        programs = reachable(choose(major=major, prefer_wheel=prefer_wheel), user=user, state=state)
        return cls(data=data, programs=programs, user=user, secrets=state / "secrets", settings=settings)

    def url(self, database: str, *, role: str = OWNER) -> str:
        password = quote(kept_secret(self.secrets, f"database-{role}"), safe="")
        return f"postgresql://{role}:{password}@/{database}?host={quote(str(self.data), safe='/')}"

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url("postgres", role=SUPERUSER), connect_timeout=5, autocommit=True)

    def start(self) -> None:
        """Start it, or find it running; only a real connection counts, never a process id."""
        if not (self.data / "PG_VERSION").exists():
            self.initialise()
        fault, deadline = "", time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.answers():
                return self.create_owner()
            fault = run_as(self.user, [str(self.programs / "pg_ctl"), *self.start_arguments()]).stderr or fault
            if not self.answers():
                time.sleep(0.5)
        log = self.data / "server.log"
        tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
        raise LaunchError(f"PostgreSQL in {self.data} did not start within {START_SECONDS} s.\n{fault}\n{tail}")

    def answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def start_arguments(self) -> list[str]:
        options = (
            "listen_addresses=",
            f"unix_socket_directories={self.data}",
            "unix_socket_permissions=0700",
            "password_encryption=scram-sha-256",
            *self.settings,
        )
        given = " ".join(f"-c {option}" for option in options)
        return ["-D", str(self.data), "-s", "-w", "-t", "20", "-l", str(self.data / "server.log"), "-o", given, "start"]

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            run_as(self.user, [str(self.programs / "pg_ctl"), "-D", str(self.data), "-s", "-m", "fast", "-w", "stop"])

    def initialise(self) -> None:
        """Make the data folder beside its place and move it there, so that half a folder is never taken for one."""
        draft = self.data.with_name("pg.draft")
        remove_tree(draft)
        draft.mkdir(mode=0o700)
        with tempfile.NamedTemporaryFile("w", prefix="cart-", dir="/tmp") as password:
            password.write(kept_secret(self.secrets, f"database-{SUPERUSER}"))
            password.flush()
            for path in (draft, Path(password.name)) if self.user else ():
                os.chown(path, self.user.pw_uid, self.user.pw_gid) if self.user else None
            done = run_as(
                self.user,
                [
                    *(str(self.programs / "initdb"), "-D", str(draft), "-U", SUPERUSER, f"--pwfile={password.name}"),
                    *("--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--encoding=UTF8"),
                    *("--locale=C.UTF-8", "--data-checksums"),
                ],
            )
        if done.returncode:
            raise LaunchError(f"PostgreSQL could not make its data folder in {draft}:\n{done.stderr}")
        draft.rename(self.data)

    def create_owner(self) -> None:
        """The role the desk works as: it owns its own database and is no superuser."""
        password = kept_secret(self.secrets, f"database-{OWNER}")
        with self.connect() as connection:
            if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone() is None:
                statement = sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}")
                connection.execute(statement.format(sql.Identifier(OWNER), sql.Literal(password)))

    def create_database(self, name: str) -> bool:
        """Create the database unless it exists; True when it was created."""
        with self.connect() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return False
            statement = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(OWNER)))
            return True

    def drop_database(self, name: str) -> None:
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def prepare_folder(state: Path) -> None:
    """Make the state folder; as root its parents must let the server's user through."""
    try:
        state.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as fault:
        raise LaunchError(f"The state folder {state} cannot be made ({fault.strerror}). Set CART_STATE.") from fault
    if os.geteuid() != 0:
        return
    for folder in (state, *state.parents):
        if not folder.stat().st_mode & 0o001:
            raise LaunchError(
                f"{folder} is closed to the user PostgreSQL runs as. Set CART_STATE to a folder in the open, "
                "such as /var/lib/cart-admissions."
            )


def remove_tree(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
