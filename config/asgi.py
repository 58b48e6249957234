"""ASGI entry point, for servers that want one; the desk itself is synchronous."""

import os

from django.core.asgi import get_asgi_application

from evaluation.law_checks import require_sound_law

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_asgi_application()
require_sound_law()
