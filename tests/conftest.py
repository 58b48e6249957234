"""Brings the database before Django reads its settings."""

import django

from config.embedded.for_tests import open_test_environment

open_test_environment()
django.setup()
