"""One worker without a broker: it takes the pack, or the dossiers one after the other, until nothing waits."""

import resource
import sys
import time

import django

django.setup()

from evaluation.services.binding import BIND_PACK  # noqa: E402  # Django is set up first
from evaluation.services.closing import RENDER  # noqa: E402
from evaluation.tasks import bind_pack, render_dossier  # noqa: E402
from jobs.enums import JobState  # noqa: E402
from jobs.models import Job  # noqa: E402
from jobs.runner import run_claimed  # noqa: E402

WORK = {BIND_PACK: bind_pack, RENDER: render_dossier}


def main(kinds: list[str]) -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    while (job := Job.objects.filter(kind__in=kinds, state=JobState.QUEUED).order_by("created_at").first()) or (
        Job.objects.filter(kind=BIND_PACK, state=JobState.RUNNING).exists()
    ):
        if job is None or run_claimed(job.pk, WORK[job.kind]) is None:
            time.sleep(0.05)
    sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
