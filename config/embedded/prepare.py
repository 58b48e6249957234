"""One process that makes the database and the static files fit this version of the code."""

import hashlib
import os
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

STAMP = ".made-from"


def static_fingerprint() -> str:
    """Names, sizes and times of everything static, and the lock file for what the packages bring."""
    paths = [settings.BASE_DIR / "requirements.lock"]
    paths += sorted(path for folder in settings.STATICFILES_DIRS for path in Path(folder).rglob("*") if path.is_file())
    lines = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in paths]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def collect_static() -> None:
    """Only when something changed: compressing takes seconds."""
    stamp, fingerprint = Path(settings.STATIC_ROOT) / STAMP, static_fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(fingerprint)


def migrate() -> None:
    """Only when something is missing: the second start is quick."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def prepare() -> None:
    migrate()
    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True, mode=0o750)
    collect_static()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    prepare()
