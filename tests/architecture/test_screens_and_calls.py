"""Everything a screen does has a call, or a reason why not: the tables of the page on the interface are whole."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from evaluation.reference.interfaces import openapi_document
from tests.architecture.source import ROOT

PAGE = ROOT / "docs" / "explanation" / "api.md"
ACTS, READS, PERSONS = "### What one does", "### What one reads", "### What persons do on the screen only"
OTHERS = ("account_", "socialaccount_", "mfa_", "usersessions_")
"""Signing in belongs to the package that does it."""
OF_THE_MACHINE = {"livez", "readyz"}
FOR_MACHINES = "webhooks"
"""Being told of events serves no page."""
CALL = re.compile(r"`([A-Z]+) /([^`?]*)[^`]*`")


def rows(heading: str) -> list[list[str]]:
    """The rows of the table under a heading, each as its cells, without the head."""
    below = PAGE.read_text(encoding="utf-8").partition(heading)[2]
    table = re.split(r"^#+ ", below, maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def screens(patterns: list[URLPattern | URLResolver], above: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every address for people by its name, with its view."""
    for each in patterns:
        if isinstance(each, URLResolver):
            space = f"{each.namespace}:" if each.namespace else ""
            if space != "api:":
                yield from screens(each.url_patterns, above + space)
        elif above or not (each.name or "").startswith(OTHERS):
            yield f"{above}{each.name}", each.callback


def may_be_posted_to(view: Callable[..., Any]) -> bool:
    """What its class or its decorator says; a view that says nothing takes any method."""
    kind = getattr(view, "view_class", None)
    if kind is not None:
        return hasattr(kind, "post") and "post" in kind.http_method_names
    inner: Any = view
    while inner is not None:
        around = zip(inner.__code__.co_freevars, inner.__closure__ or (), strict=True)
        for name, cell in around:
            if name == "request_method_list":
                return "POST" in cell.cell_contents
        inner = getattr(inner, "__wrapped__", None)
    return True


def test_every_act_and_page_has_a_call_or_a_reason() -> None:
    there = dict(screens(get_resolver().url_patterns))
    acts = {name for _what, pages, _calls in rows(ACTS) for name in named(pages)}
    reads = {name for _what, pages, _calls in rows(READS) for name in named(pages)}
    persons = {name for pages, _why in rows(PERSONS) for name in named(pages)}
    posted = {name for name, view in there.items() if may_be_posted_to(view)}
    assert posted - acts - persons == set()
    assert set(there) - acts - reads - persons - OF_THE_MACHINE == set()
    assert (acts | reads | persons) - set(there) == set()
    assert acts & persons == set()


def test_posts_are_seen_for_what_they_are() -> None:
    there = dict(screens(get_resolver().url_patterns))
    found = {name: may_be_posted_to(there[name]) for name in ("jobs:retry", "jobs:list", "evaluation:judge", "livez")}
    assert found == {"jobs:retry": True, "jobs:list": False, "evaluation:judge": True, "livez": False}


def test_every_call_named_is_in_the_openapi_document() -> None:
    paths = json.loads(openapi_document())["paths"]
    known = {(method.upper(), path.removeprefix("/api/v1/")) for path, each in paths.items() for method in each}
    text = PAGE.read_text(encoding="utf-8")
    assert [call for call in CALL.findall(text) if call not in known] == []


def test_every_act_names_a_call_that_writes_and_every_reading_one_that_reads() -> None:
    acts = {method for _what, _pages, calls in rows(ACTS) for method, _path in CALL.findall(calls)}
    reads = {method for _what, _pages, calls in rows(READS) for method, _path in CALL.findall(calls)}
    bare = [row for heading in (ACTS, READS) for row in rows(heading) if not CALL.findall(row[2]) or not row[1]]
    assert (acts, reads, bare) == ({"POST", "PUT", "PATCH", "DELETE"}, {"GET"}, [])


def test_every_call_that_writes_is_of_a_screen_or_for_machines() -> None:
    told = set(CALL.findall(PAGE.read_text(encoding="utf-8")))
    paths = json.loads(openapi_document())["paths"].items()
    known = {(method.upper(), path.removeprefix("/api/v1/")) for path, each in paths for method in each}
    writing = {(method, path) for method, path in known if method in ("POST", "PUT", "PATCH", "DELETE")}
    assert [call for call in writing - told if not call[1].startswith(FOR_MACHINES)] == []
