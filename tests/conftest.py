"""Brings the database before Django reads its settings."""

from pathlib import Path

import django
from django.conf import settings

from config.embedded.for_tests import open_test_environment

open_test_environment()
django.setup()

# Nothing collects static files for a test, so pages name them as they lie in the source.
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
