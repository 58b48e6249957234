"""One throw-away PostgreSQL for a whole test run, shared by its parallel workers."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from config.embedded.postgres import Server

NOT_FOR_REAL_LIFE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")
PREFIX = "cart-tests-"


def open_test_environment() -> None:
    """Set every switch a test run needs; without DATABASE_URL, start a server that ends with this process.

    Called before Django reads its settings. Parallel workers inherit the environment and find it set.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("CART_SECRET_KEY", "tests-only-" + "0123456789abcdefghij" * 2)
    os.environ.setdefault("CART_POOL_SIZE", "0")
    os.environ.setdefault("CART_DEMO", "1")
    if "DATABASE_URL" in os.environ and "CART_STATE" in os.environ:
        return
    state = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
    state.chmod(0o755)
    atexit.register(shutil.rmtree, state, ignore_errors=True)
    os.environ.setdefault("CART_STATE", str(state))
    if "DATABASE_URL" not in os.environ:
        server = Server.in_state(state, settings=NOT_FOR_REAL_LIFE)
        atexit.register(server.stop)
        server.start()
        server.create_database("cart")
        os.environ["DATABASE_URL"] = server.url("cart")
