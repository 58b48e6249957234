import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role, Scope
from tests.accounts.builders import make_token
from tests.builders import make_user

EXAMPLES = json.loads((Path(__file__).parents[1] / "cases" / "pre-check-examples.json").read_text())
JSON = "application/json"
ONE_SHORT = ((2022, 31), (2023, 27), (2024, 25))

pytestmark = pytest.mark.django_db


def post(client: Client, body: object, **headers: str) -> Any:
    return client.post("/api/v1/pre-checks", json.dumps(body), content_type=JSON, headers=headers)


def seen(answer: Any) -> dict[str, Any]:
    body = answer.json()
    if answer.status_code == 422:
        return {"problems": sorted(row["pointer"] for row in body["problems"])}
    return {
        "outcome": body["outcome"],
        "by_population": body["by_population"],
        "verdicts": {finding["id"]: finding["verdict"] for finding in body["findings"]},
        "warnings": body["warnings"],
    }


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["name"] for example in EXAMPLES])
def test_pre_check_gives_what_the_contract_promises(client: Client, example: dict[str, Any]) -> None:
    assert seen(post(client, example["facts"])) == example["expected"]


def test_pre_check_of_broken_json_is_a_problem_not_a_crash(client: Client) -> None:
    answer = client.post("/api/v1/pre-checks", "{", content_type=JSON)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_pre_check_of_deeply_nested_json_is_refused(client: Client) -> None:
    answer = client.post("/api/v1/pre-checks", "[" * 100_000, content_type=JSON)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_pre_check_with_half_a_surrogate_pair_names_the_field(client: Client) -> None:
    answer = post(client, {**EXAMPLES[0]["facts"], "\ud800": 1})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert seen(answer) == {"problems": ["/\ud800"]}


@pytest.mark.parametrize("body", [None, 3, "text", [], True])
def test_pre_check_of_what_is_no_object_names_the_whole_document(client: Client, body: object) -> None:
    assert seen(post(client, body)) == {"problems": [""]}


def test_pre_check_faults_are_said_in_the_language_of_the_reader(client: Client) -> None:
    faulty = {**EXAMPLES[0]["facts"], "capacity": "PLENTY"}
    messages = {
        post(client, faulty, accept_language=code).json()["problems"][0]["message"] for code in ("nl", "fr", "en")
    }
    assert len(messages) == 3


def test_pre_check_list_without_token_is_no_object(client: Client) -> None:
    assert seen(post(client, [EXAMPLES[0]["facts"]])) == {"problems": [""]}


def test_pre_check_list_without_token_says_what_it_needs(client: Client) -> None:
    answer = post(client, [EXAMPLES[0]["facts"]], accept_language="en")
    assert "token with the scope" in answer.json()["problems"][0]["message"]


def with_token(*scopes: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {make_token(make_user(Role.SECRETARIAT), *scopes)}"})


def test_pre_check_list_is_answered_in_its_order_each_with_its_status() -> None:
    facts = [example["facts"] for example in EXAMPLES]
    rows = post(with_token(Scope.PRECHECKS_WRITE.value), facts).json()
    wanted = [422 if "problems" in example["expected"] else 200 for example in EXAMPLES]
    outcomes = [row["body"].get("outcome") for row in rows]
    assert [row["status"] for row in rows] == wanted
    assert all(set(row) == {"status", "body"} for row in rows)
    assert outcomes == [example["expected"].get("outcome") for example in EXAMPLES]
    assert [sorted(each["pointer"] for each in row["body"]["problems"]) for row in rows if row["status"] == 422] == [
        example["expected"]["problems"] for example in EXAMPLES if "problems" in example["expected"]
    ]


def test_pre_check_list_keeps_what_is_no_object_in_its_place() -> None:
    rows = post(with_token(Scope.PRECHECKS_WRITE.value), [None, EXAMPLES[0]["facts"], [], 3]).json()
    assert [row["status"] for row in rows] == [422, 200, 422, 422]


def test_pre_check_list_of_more_than_a_thousand_is_refused_whole() -> None:
    answer = post(with_token(Scope.PRECHECKS_WRITE.value), [{}] * 1001)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert seen(answer) == {"problems": [""]}


def test_pre_check_list_needs_the_scope() -> None:
    answer = post(with_token(Scope.APPLICATIONS_WRITE.value), [EXAMPLES[0]["facts"]])
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


def test_pre_check_of_a_body_too_large_is_a_problem_not_a_crash(client: Client) -> None:
    body = json.dumps({**EXAMPLES[0]["facts"], "price": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    answer = client.post("/api/v1/pre-checks", body, content_type=JSON)
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")


@pytest.mark.parametrize("day", ["9998-07-31", "9999-12-31"])
def test_pre_check_at_the_end_of_the_calendar_is_answered(client: Client, day: str) -> None:
    assert post(client, {**EXAMPLES[0]["facts"], "reference_on": day}).status_code == 200


def test_pre_check_stores_nothing(client: Client) -> None:
    with CaptureQueriesContext(connection) as captured:
        post(client, EXAMPLES[0]["facts"])
    written = [row["sql"] for row in captured if row["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql for sql in written if "cache_entry" not in sql] == []


def test_pre_check_says_how_far_off_and_when(client: Client) -> None:
    counts = [{"year": year, "billed": {"470654": 0, "470665": acts}} for year, acts in ONE_SHORT]
    answered = post(client, EXAMPLES[0]["facts"] | {"booked_years": [2022, 2023, 2024], "allografts": counts}).json()
    c2 = next(row for row in answered["findings"] if row["id"] == "C2")
    assert (c2["margin"], c2["margin_text"]["en"]) == (
        -1,
        "1 transplantation short. 2025 needs at least 32 transplantations.",
    )
    assert [(row["id"], row["values"]) for row in c2["children"]] == [
        (f"C2.{year}", {"year": year, "billed": acts, "accepted": 0, "undecided": 0}) for year, acts in ONE_SHORT
    ]
    ahead = next(row for row in answered["earliest_batch"]["criteria"] if row["id"] == "C2")
    assert (ahead["batch"], ahead["text"]["en"]) == (
        "2027-07",
        "At the earliest in batch 2027-07, which counts 2023, 2024 and 2025:"
        " 2025 must bring at least 32 transplantations.",
    )


@pytest.mark.parametrize("digits", [1001, 4300, 5000])
def test_pre_check_of_a_number_without_end_is_refused(client: Client, digits: int) -> None:
    count = "9" * digits
    body = json.dumps(EXAMPLES[0]["facts"] | {"capacity": "COUNT"}).replace('"COUNT"', count)
    answer = client.post("/api/v1/pre-checks", body, content_type=JSON)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
