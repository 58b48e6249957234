from pathlib import Path

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQL = Path(__file__).resolve().parent.parent / "vendor" / "pgmq-1.13.0.sql"
QUEUE = """
SELECT pgmq.create('celery');
-- The transport declares its queue at every start; a role that may not create tables can still do so through the owner.
ALTER FUNCTION pgmq.create(text) SECURITY DEFINER SET search_path = pg_catalog, pgmq;
"""


def install_queue(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The queue's tables lie ready in every database and stay empty with another broker; an installed pgmq is kept."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pgmq.meta') IS NOT NULL")
        [installed] = cursor.fetchone()
        if not installed:
            cursor.execute(SQL.read_text(encoding="utf-8"))
        cursor.execute(QUEUE)


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]

    operations = [migrations.RunPython(install_queue, migrations.RunPython.noop)]
