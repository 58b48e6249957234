"""The Celery application; its tasks live in the apps' `tasks.py` and are sent by name."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("cart")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
