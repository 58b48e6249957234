"""The public list is read in four languages: every word of it stands in each catalogue."""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SOURCES = ("templates/evaluation/public_list.html", "evaluation/web/public_list.py")


def locations_of(entry: polib.POEntry) -> set[str]:
    return {re.sub(r"^\./", "", place) for place, _line in entry.occurrences}


@pytest.mark.parametrize("language", ["nl", "fr", "de"])
def test_public_list_has_no_word_left_in_english(language: str) -> None:
    catalogue = polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))
    asked = [entry for entry in catalogue if locations_of(entry) & set(SOURCES) and not entry.obsolete]
    unsaid = [entry.msgid for entry in asked if not entry.translated()]
    assert len(asked) > 20
    assert unsaid == []
