"""A process of its own that renders a sample on a given day, perhaps after others, and prints the PDF's sha256."""

import hashlib
import sys
from pathlib import Path

import django
import time_machine
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


def main(day: str, *before: str) -> None:
    settings.configure(USE_TZ=True, LANGUAGE_CODE="nl", LOCALE_PATHS=[ROOT / "locale"])
    django.setup()
    from evaluation.dossiers.press import html_to_pdf
    from evaluation.dossiers.render import render_html
    from tests.dossiers.samples import AT, sample

    with time_machine.travel(day):
        for case in (*before, "transition"):
            html = render_html(sample(case, "fr"))
            content = html_to_pdf(html, identifier=bytes(16), receipt=b"{}", at=AT)
    print(hashlib.sha256(content).hexdigest())


if __name__ == "__main__":
    main(*sys.argv[1:])
