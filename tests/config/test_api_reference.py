"""The page of the interface shows every call of the OpenAPI document, to everyone, with nothing from outside."""

import json
import re

import pytest
from django.test import Client

from evaluation.reference.interfaces import openapi_document

pytestmark = pytest.mark.django_db


def test_page_names_every_call_and_every_shape() -> None:
    page = Client().get("/api/v1/docs")
    text = page.content.decode()
    document = json.loads(openapi_document())
    names = [each["operationId"] for methods in document["paths"].values() for each in methods.values()]
    shapes = list(document["components"]["schemas"])
    assert [name for name in [*names, *shapes] if f'id="{name}"' not in text] == []
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert sorted({each for each in ids if ids.count(each) > 1}) == []
    assert [link for link in re.findall(r'href="#([^"]+)"', text) if link not in ids] == []


def test_page_loads_nothing_from_outside_and_is_in_the_footer() -> None:
    page = Client().get("/api/v1/docs")
    loaded = re.findall(r'(?:src|href)="(https?:[^"]+)"', page.content.decode())
    assert (page.status_code, loaded, "<style" in page.content.decode()) == (200, [], False)
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert 'href="/api/v1/docs"' in Client().get("/criteria/").content.decode()
