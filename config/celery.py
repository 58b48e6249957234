"""The Celery application; its tasks live in the apps' `tasks.py` and are sent by name."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init, worker_ready
from django.conf import settings

from config.pool_watch import watch_pool
from evaluation.law_checks import require_sound_law

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("cart")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect  # type: ignore[untyped-decorator]  # celery ships no types
def use_our_logs(**_kwargs: Any) -> None:
    """Celery leaves logging alone when somebody else sets it up: one format for web and worker."""
    dictConfig(settings.LOGGING)


@worker_init.connect  # type: ignore[untyped-decorator]  # celery ships no types
@beat_init.connect  # type: ignore[untyped-decorator]  # celery ships no types
def stop_on_unsound_law(**_kwargs: Any) -> None:
    """A worker that would judge by a broken file does not start."""
    require_sound_law()


@worker_ready.connect  # type: ignore[untyped-decorator]  # celery ships no types
def look_after_the_pool(sender: Any, **_kwargs: Any) -> None:
    watch_pool(sender.pool)
