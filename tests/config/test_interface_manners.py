"""What every call keeps to: nothing that was sent is passed over, and what is wrong is told as a problem."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.enums import Scope
from evaluation.reference.interfaces import openapi_document
from tests.access.world import World, file_at_vote
from tests.api_client import api_client
from tests.builders import make_staff
from tests.evaluation.calls import API, faults, send
from tests.evaluation.review import make_desk

pytestmark = pytest.mark.django_db
NAMED = {"ballot_id": "ballot", "dossier_id": "dossier", "ruling_id": "ruling"}
LISTS = ("applications", "centres", "certificates", "jobs", "listings", "meetings", "batches", "dossiers", "rescorings")
NOT_ASKED = ("/uploads/", "/audit-events", "/webhooks/{endpoint_id}/deliveries")
"""What the secretariat may not read or does not have."""


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """What a call chose is not left to the tests that follow."""
    with translation.override(translation.get_language()):
        yield


@pytest.fixture
def desk() -> Client:
    return api_client(make_desk(), *Scope.values)


def readings() -> list[tuple[str, frozenset[str]]]:
    """Every reading call with what the document says may stand in its address."""
    paths = json.loads(openapi_document())["paths"].items()
    asked = [(path, each["get"].get("parameters", ())) for path, each in paths if "get" in each]
    return [(path, frozenset(row["name"] for row in rows if row["in"] == "query")) for path, rows in asked]


def reached(path: str, world: World) -> str:
    for name in [part.partition("}")[0] for part in path.split("{")[1:]]:
        known = world.values.get(NAMED.get(name, name), "0199b0f0-6c1e-7000-8000-000000000001")
        path = path.replace(f"{{{name}}}", known)
    return path


def test_every_reading_call_refuses_what_its_document_does_not_name(desk: Client) -> None:
    world, wrong = file_at_vote(), []
    for path, known in readings():
        if path.startswith(NOT_ASKED, len(API)):
            continue
        answer = desk.get(f"{reached(path, world)}?colour=red")
        if answer.status_code != 422 or [pointer for pointer, _code in faults(answer)] != ["/colour"]:
            wrong.append((path, answer.status_code, answer.json()["code"]))
            continue
        allowed = set(answer.json()["problems"][0]["message"].partition(": ")[2].rstrip(".").split(", "))
        if differing := (allowed - {"-"} ^ known) - {"expand"}:
            wrong.append((path, 422, str(differing)))
    assert wrong == [], wrong


@pytest.mark.parametrize("cursor", ["p=abc", "p=%00", "r=2&p=x", "p=9999-99-99", "p="])
@pytest.mark.parametrize("name", LISTS)
def test_cursor_that_no_list_gave_breaks_nothing(desk: Client, name: str, cursor: str) -> None:
    written = base64.b64encode(cursor.encode()).decode()
    answer = desk.get(f"{API}/{name}", {"cursor": written})
    assert answer.status_code == 200 or faults(answer) == [("/cursor", "value")]


def test_cursor_that_is_none_is_a_fault_with_its_place(desk: Client) -> None:
    assert faults(desk.get(f"{API}/jobs?cursor=abc")) == [("/cursor", "value")]


def test_faults_of_an_address_are_told_at_once(desk: Client) -> None:
    answer = desk.get(f"{API}/applications?state=X&colour=1&fields=foo&expand=bar&limit=0&batch=2026-07&batch=2027-01")
    assert faults(answer) == [
        ("/colour", "unknown_field"),
        ("/batch", "duplicate"),
        ("/limit", "value"),
        ("/expand", "value"),
        ("/fields", "value"),
        ("/state", "value"),
    ]


def test_members_that_nobody_asked_for_are_faults_beside_the_others(desk: Client) -> None:
    answer = send(desk, "meetings", {"batch": "2026-07", "held": "2026-09-15", "a/b.c~": 1})
    assert faults(answer) == [
        ("/held_on", "required"),
        ("/held", "unknown_field"),
        ("/a~1b.c~0", "unknown_field"),
    ]
    assert sorted(faults(send(desk, "webhooks", {"url": "x", "events": ["y"], "why": 1}))) == [
        ("/events/0", "invalid_choice"),
        ("/url", "invalid"),
        ("/why", "unknown_field"),
    ]


def test_rows_of_a_whole_list_are_chosen_as_those_of_a_page(desk: Client) -> None:
    told = desk.get(f"{API}/readings?fields=id").json()["results"]
    assert (told[0], {tuple(row) for row in told}) == ({"id": "A1"}, {("id",)})
    assert faults(desk.get(f"{API}/readings?fields=colour")) == [("/fields", "value")]


def test_unsafe_call_asks_nothing_in_its_address(desk: Client) -> None:
    assert faults(send(desk, "meetings?fields=batch", {})) == [("/fields", "unknown_field")]


def test_options_say_what_there_is_and_where_it_is_described(desk: Client) -> None:
    told = desk.options(f"{API}/meetings").json()
    assert told == {"methods": ["GET", "POST", "HEAD", "OPTIONS"], "described_at": "/api/v1/schema"}


@pytest.mark.parametrize(
    ("asked", "given"),
    [("nl-BE", "nl"), ("fr", "fr"), ("en-GB,fr", "en"), ("de", ""), ("de,fr;q=0.5", "fr"), ("ja", "")],
)
def test_sentences_are_in_one_language_of_the_screens(desk: Client, settings: Any, asked: str, given: str) -> None:
    given = given or settings.LANGUAGE_CODE
    sentences = {
        "nl": "Iets in het adres is niet leesbaar.",
        "fr": "Quelque chose dans l'adresse est illisible.",
        "en": "Something in the address cannot be read.",
    }
    answer = desk.get(f"{API}/jobs?state=X", headers={"Accept-Language": asked})
    assert (answer["Content-Language"], answer.json()["detail"]) == (given, sentences[given])


def test_document_of_the_interface_is_in_english_whoever_asks() -> None:
    french, english = (Client().get(f"{API}/schema", headers={"Accept-Language": name}).json() for name in ("fr", "en"))
    assert french == english


@pytest.mark.parametrize("name", ["token", "revoke"])
def test_address_of_tokens_that_is_only_posted_to_says_so_as_a_problem(name: str) -> None:
    answer = Client().get(f"{API}/oauth/{name}")
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, answer["Content-Type"], answer["Allow"], told["code"]) == (
        405,
        "application/problem+json",
        "POST, OPTIONS",
        "method-not-allowed",
    )


def test_resource_that_may_not_be_seen_is_not_there_whatever_is_asked_of_it() -> None:
    world, stranger = file_at_vote(), api_client(make_staff(), *Scope.values)
    answer = stranger.patch(f"{API}/applications/{world.application.pk}", {"x": 1}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
