"""WSGI entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from config.bodies import whole_bodies
from evaluation.law_checks import require_sound_law

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = whole_bodies(get_wsgi_application())
require_sound_law()
