"""WSGI entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from evaluation.law_checks import require_sound_law

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
require_sound_law()
