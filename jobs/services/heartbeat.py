from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

BEAT = """
    INSERT INTO jobs_workerheartbeat (name, seen_at) VALUES (%s, statement_timestamp())
    ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at
"""
FORGET = "DELETE FROM jobs_workerheartbeat WHERE seen_at < statement_timestamp() - interval '1 day'"


def record_heartbeat(*, name: str, connection: BaseDatabaseWrapper | None = None) -> None:
    """Write down that a worker lives; workers silent for a day are forgotten."""
    with (connection or connections["default"]).cursor() as cursor:
        cursor.execute(BEAT, [name])
        cursor.execute(FORGET)
