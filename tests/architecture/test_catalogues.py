"""Dutch and French say everything, and the same; German what the public sees."""

import re
from pathlib import Path

import polib
import pytest

from config.embedded.checks import is_compiled

LOCALE = Path(__file__).resolve().parents[2] / "locale"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
WHOLE = ("nl", "fr")
ALL = ("nl", "fr", "de")


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))


def forms(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("language", WHOLE)
def test_catalogue_leaves_nothing_untranslated(language: str) -> None:
    assert [entry.msgid for entry in catalogue(language).untranslated_entries()] == []


@pytest.mark.parametrize("language", ALL)
def test_catalogue_has_no_guess_of_the_tools(language: str) -> None:
    assert [entry.msgid for entry in catalogue(language).fuzzy_entries()] == []


@pytest.mark.parametrize("language", ALL)
def test_catalogue_keeps_every_placeholder(language: str) -> None:
    """The singular of a plural may leave out its number: *one site*."""
    differing = [
        entry.msgid
        for entry in catalogue(language).translated_entries()
        for form in forms(entry)[-1:]
        if set(PLACEHOLDER.findall(form)) != set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    ]
    assert differing == []


@pytest.mark.parametrize("language", ALL)
def test_catalogue_is_compiled_as_it_stands(language: str) -> None:
    assert is_compiled(LOCALE / language / "LC_MESSAGES" / "django.po")
