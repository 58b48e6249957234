"""The Celery application; its tasks live in the apps' `tasks.py` and are sent by name."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("cart")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect  # type: ignore[untyped-decorator]  # celery ships no types
def use_our_logs(**_kwargs: Any) -> None:
    """Celery leaves logging alone when somebody else sets it up: one format for web and worker."""
    dictConfig(settings.LOGGING)
