"""Brings the database before Django reads its settings."""

from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from psycopg import sql
from pytest_django import DjangoDbBlocker

from config.embedded.for_tests import open_test_environment
from tests.running_desk import RunningDesk, running_desk

open_test_environment()
django.setup()
# A test that says nothing of languages reads English; those about Dutch and French say so. Django keeps the language in
# which it first said anything, so it is told of the change.
override_settings(LANGUAGE_CODE="en").enable()

# Nothing collects static files for a test, so pages name them as they lie in the source.
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# A slow hash protects passwords; in a test it only makes people wait.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)

REFUSING_TO_BE_EMPTIED = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgtype & 32 > 0"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """A test with real commits ends by emptying every table, which append-only tables refuse outside the tests."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(REFUSING_TO_BE_EMPTIED)
        for table, trigger in cursor.fetchall():
            cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER {}").format(sql.SQL(table), sql.Identifier(trigger)))


@pytest.fixture(scope="session")
def desk() -> Iterator[RunningDesk]:
    """The desk as `make run` opens it, once for all tests that walk it."""
    with running_desk() as opened:
        yield opened
