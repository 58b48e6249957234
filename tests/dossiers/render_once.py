"""A process of its own that renders a sample on a given day and prints the sha256 of the PDF."""

import hashlib
import sys
from pathlib import Path

import django
import time_machine
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


def main(day: str) -> None:
    settings.configure(USE_TZ=True, LANGUAGE_CODE="nl", LOCALE_PATHS=[ROOT / "locale"])
    django.setup()
    from evaluation.dossiers.render import html_to_pdf, render_html
    from tests.dossiers.samples import AT, sample

    with time_machine.travel(day):
        html = render_html(sample("transition", "fr"))
        content = html_to_pdf(html, identifier=bytes(16), receipt=b"{}", at=AT)
    print(hashlib.sha256(content).hexdigest())


if __name__ == "__main__":
    main(sys.argv[1])
