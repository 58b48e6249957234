"""Two questions of an operator: does the process live, and can the desk do its work."""

import os
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jobs.models import WorkerHeartbeat

OLDEST_HEARTBEAT_SECONDS = 60


def database_fault() -> str | None:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT 1")
    return None


def migrations_fault() -> str | None:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(missing)} migrations are not applied" if missing else None


def storage_fault() -> str | None:
    folder = Path(settings.MEDIA_ROOT)
    probe = folder / f".probe-{uuid.uuid4().hex}"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with probe.open("wb") as file:
            file.write(b"probe")
            os.fsync(file.fileno())
    finally:
        probe.unlink(missing_ok=True)
    return None


def worker_fault() -> str | None:
    """The age is taken by the database's clock, which wrote the heartbeat too."""
    fresh = Now() - timedelta(seconds=OLDEST_HEARTBEAT_SECONDS)
    alive = WorkerHeartbeat.objects.filter(seen_at__gte=fresh).exists()
    return None if alive else f"no worker reported in the last {OLDEST_HEARTBEAT_SECONDS} s"


CHECKS: dict[str, Callable[[], str | None]] = {
    "database": database_fault,
    "migrations": migrations_fault,
    "storage": storage_fault,
    "worker": worker_fault,
}


def outcome(check: Callable[[], str | None]) -> str:
    """What is wrong in a few words, without details of the machine; `ok` when nothing is."""
    try:
        return check() or "ok"
    except (DatabaseError, OSError, LookupError) as fault:
        return f"not available ({type(fault).__name__})"


@require_safe
@login_not_required
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@login_not_required
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every check is `ok`, else 503; one fault does not hide another."""
    answers = {name: outcome(check) for name, check in CHECKS.items()}
    ready = all(answer == "ok" for answer in answers.values())
    return JsonResponse({"ready": ready, **answers}, status=200 if ready else 503)
