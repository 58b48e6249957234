"""The OpenAPI document is whole: every operation has its answers, examples and errors, and nothing warns."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.test import RequestFactory
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.deprecation import Deprecated
from evaluation.reference.interfaces import openapi_document

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(openapi_document())
    return loaded


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    paths = document["paths"].items()
    return [(path, method, each) for path, methods in paths for method, each in methods.items() if method in METHODS]


def test_generating_it_warns_of_nothing(tmp_path: Any) -> None:
    call_command("spectacular", "--fail-on-warn", "--validate", "--file", str(tmp_path / "schema.yaml"))


def test_nothing_is_null_in_the_way_of_older_versions(document: dict[str, Any]) -> None:
    assert '"nullable"' not in json.dumps(document)


def test_every_operation_has_one_name_and_says_what_it_does(document: dict[str, Any]) -> None:
    names = [each["operationId"] for _path, _method, each in operations(document)]
    assert len(names) == len(set(names))
    assert [name for name in names if "retrieve" in name] == []
    assert [each["operationId"] for *_where, each in operations(document) if not each.get("description")] == []
    assert [each["operationId"] for *_where, each in operations(document) if not 2 < len(each["summary"]) < 120] == []


def test_every_body_of_a_call_refuses_members_that_it_does_not_name(document: dict[str, Any]) -> None:
    shapes = document["components"]["schemas"]
    open_to_all = {name for name, each in shapes.items() if name.endswith("FormRequest") and "properties" in each}
    assert {name for name in open_to_all if shapes[name].get("additionalProperties") is not False} == set()


def test_every_post_asks_for_a_key_but_those_that_happen_once(document: dict[str, Any]) -> None:
    posts = [each for _path, method, each in operations(document) if method == "post"]
    without = {
        each["operationId"]
        for each in posts
        if not any(row["name"] == "Idempotency-Key" and row.get("required") for row in each.get("parameters", ()))
    }
    assert without == {"annex_upload_create", "application_submit", "upload_commit", "pre_check"}


def test_every_answer_that_made_something_says_where_it_is(document: dict[str, Any]) -> None:
    made = [(each["operationId"], each["responses"].get("201")) for *_where, each in operations(document)]
    assert [name for name, told in made if told and "Location" not in told["headers"]] == []


def test_every_error_is_a_problem_and_the_conditional_ones_are_told(document: dict[str, Any]) -> None:
    for path, method, each in operations(document):
        errors = {code for code in each["responses"] if code[0] in "45"}
        asked = {row["name"] for row in each.get("parameters", ())}
        wanted = {"400", "401", "403", "404", "406", "409", "422", "429", "503"}
        wanted |= {"413", "415"} if method != "get" else set()
        wanted |= {"412", "428"} if "If-Match" in asked else set()
        wanted |= {"412"} if "Tus-Resumable" in asked else set()
        wanted |= {"413"} if "Upload-Length" in asked else set()
        wanted |= {"460"} if "Upload-Checksum" in asked else set()
        assert (path, method, errors) == (path, method, wanted)


def test_every_json_body_has_a_shape_and_an_example(document: dict[str, Any]) -> None:
    bare = []
    for path, method, each in operations(document):
        bodies = [each.get("requestBody", {}), *each["responses"].values()]
        for kind, media in [found for body in bodies for found in body.get("content", {}).items()]:
            schema = media.get("schema", {})
            if schema.get("additionalProperties") == {} or (
                kind.endswith("/json") and not media.keys() & {"example", "examples"}
            ):
                bare.append((path, method, kind))
    assert bare == []
    assert document["components"]["schemas"]["Problem"]["examples"]


class Leaving(Deprecated):
    """Still here, not for long."""

    permission_classes = (AllowAny,)
    deprecated_on = date(2026, 7, 1)
    gone_on = date(2027, 7, 1)
    successor = "/api/v2/things"

    def get(self, request: Request) -> Response:
        return Response({})


def test_what_goes_away_says_since_when_until_when_and_what_follows() -> None:
    answer = Leaving.as_view()(RequestFactory().get("/"))
    assert {name: answer[name] for name in ("Deprecation", "Sunset", "Link")} == {
        "Deprecation": "@1782864000",
        "Sunset": "Thu, 01 Jul 2027 00:00:00 GMT",
        "Link": '</api/v2/things>; rel="successor-version"',
    }
