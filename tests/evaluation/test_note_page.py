"""The note is public, whole and in order, each paragraph beside what becomes of it."""

import html
import re

import pytest
from django.test import Client

from evaluation.paragraphs import note_of
from evaluation.rules.explain import criterion_name

NOTE = note_of("2025-11-05")


def page_of(language: str, query: str = "") -> str:
    response = Client(headers={"accept-language": language}).get(f"/criteria/note/{query}")
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def told(page: str) -> list[str]:
    return re.findall(r'<th class="nowrap" scope="row">([^<]+)</th>', page)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_note_stands_whole_in_dutch_with_reasons_in_the_readers_language(language: str) -> None:
    page = page_of(language)
    assert re.findall(r'<span lang="nl">([^<]+)</span>', page) == [each.text for each in NOTE.paragraphs]
    assert told(page) == [each.id for each in NOTE.paragraphs]
    unsaid = [each.id for each in NOTE.paragraphs if each.reason and each.reason[language] not in page]
    assert unsaid == []
    assert f'href="/criteria/#C2">C2 · {criterion_name("C2", language)}</a>' in page


@pytest.mark.django_db
def test_note_narrows_to_what_does_not_weigh() -> None:
    assert told(page_of("nl", "?kind=not-weighed")) == [
        "principles.3b",
        "findings.2b",
        "findings.2c",
        "findings.2e",
        "motivation.1",
        "motivation.2",
    ]
    assert told(page_of("nl", "?kind=elsewhere")) == [each.id for each in NOTE.paragraphs]


@pytest.mark.django_db
def test_criteria_lead_to_the_note() -> None:
    assert 'href="/criteria/note/"' in Client().get("/criteria/").content.decode()
