from django.conf import settings
from django.db import connection

from accounts.errors import Conflict

DEMO_MARK = "made by make run for the demo"


def is_demo_database() -> bool:
    """Demo data and demo logins live only in a database that `make run` created, which bears its mark."""
    if not settings.CART_DEMO:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
        row = cursor.fetchone()
    return row is not None and str(row[0] or "").startswith(DEMO_MARK)


def require_demo_database() -> None:
    """Raise Conflict unless this is a demo database; called before demo data are written."""
    if not is_demo_database():
        raise Conflict("not-a-demo-database")
