"""Does any worker report? For the health check of the worker's container: exit code 0 when one does."""

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

    from config.health import outcome, worker_fault  # needs Django to be set up

    answer = outcome(worker_fault)
    print(answer)
    sys.exit(answer != "ok")
