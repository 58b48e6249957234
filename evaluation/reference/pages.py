"""Every generated page by its file name; one table, so that the command and its check cannot differ."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final

from django.conf import settings
from django.utils.translation import override

from evaluation.reference import interfaces, law, moves, note, rights, running
from evaluation.reference.markdown import page

PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "criteria.md": law.criteria_page,
    "errors.md": interfaces.errors_page,
    "make.md": running.make_page,
    "openapi.json": interfaces.openapi_document,
    "paragraphs.md": note.paragraphs_page,
    "readings.md": law.readings_page,
    "roles.md": rights.roles_page,
    "states.md": moves.states_page,
    "switches.md": running.switches_page,
    "uploads.md": interfaces.uploads_page,
}


def reference_files() -> dict[str, str]:
    """The text of every file of `docs/reference/`, always in English."""
    import_module(settings.ROOT_URLCONF)  # the doors register sentences of their own
    with override("en"):
        files = {name: write() for name, write in PAGES.items()}
    links = "\n".join(f"- [{name}]({name})" for name in sorted(files))
    return files | {"README.md": page("Reference", "Written by `make docs` from the code; not by hand.", links)}
