"""Stored evaluations over the API: lists, one with its tree, its receipt."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role, Scope
from accounts.models import User
from evaluation.receipts import verify_receipt
from tests.accounts.builders import make_token
from tests.builders import BRUSSELS, make_staff, make_user
from tests.evaluation.builders import Site, judge_again, make_sealed_batch, standing

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 9, 15, 8, 0, tzinfo=BRUSSELS)
PATH = "/api/v1/evaluations"


def caller(user: User, scope: str = Scope.EVALUATIONS_READ.value) -> Client:
    return Client(headers={"Authorization": f"Bearer {make_token(user, scope)}"})


@pytest.fixture
def auditor() -> Client:
    return caller(make_user(Role.AUDITOR))


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_evaluation_of_a_file_carries_its_tree_and_its_persons(auditor: Client) -> None:
    [application] = make_sealed_batch(site=Site(billed=27))
    assessment = standing(application)
    answer = auditor.get(f"{PATH}/{assessment.pk}")
    body = answer.json()
    assert answer["ETag"] == f'"{assessment.receipt_sha256}"'
    assert (body["kind"], body["application"], body["outcome"]) == (
        "application",
        application.reference,
        "NOT_ELIGIBLE",
    )
    assert body["criteria"]["sha256"] == assessment.criteria_sha256
    assert body["facts"] == assessment.facts
    volume = next(row for row in body["findings"] if row["id"] == "C2")
    assert (volume["verdict"], volume["margin"]) == ("NOT_MET", -3)
    assert volume["margin_text"]["en"].startswith("3 transplantations short.")
    assert [child["id"] for child in volume["children"]] == ["C2.2022", "C2.2023", "C2.2024"]
    assert len(volume["law"]["sentence_sha256"]) == 64
    assert {row["confirmed_by"] for row in volume["inputs"]} != {""}
    judged = next(row for row in body["findings"] if row["id"] == "C3a")["judgement"]
    assert (judged["value"], judged["reason"], judged["stale"]) == ("MET", "As the rota shows.", False)


def test_evaluation_of_a_site_has_no_outcome_and_no_capacity(auditor: Client) -> None:
    [application] = make_sealed_batch()
    body = auditor.get(f"{PATH}/{standing(application).site_evaluation_id}").json()
    assert (body["kind"], body["outcome"], body["application"]) == ("site", None, None)
    assert "C7" not in [row["id"] for row in body["findings"]]


def test_receipt_is_the_very_bytes_and_verifies(auditor: Client) -> None:
    [application] = make_sealed_batch()
    assessment = standing(application)
    answer = auditor.get(f"{PATH}/{assessment.pk}/receipt")
    assert answer["Content-Type"] == "application/json"
    assert answer["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert hashlib.sha256(answer.content).hexdigest() == assessment.receipt_sha256
    assert verify_receipt(answer.content).is_identical
    known = auditor.get(f"{PATH}/{assessment.pk}/receipt", headers={"If-None-Match": answer["ETag"]})
    assert (known.status_code, known.content, known["ETag"]) == (304, b"", answer["ETag"])


def test_fields_of_one_evaluation_are_chosen(auditor: Client) -> None:
    [application] = make_sealed_batch()
    assessment = standing(application)
    answer = auditor.get(f"{PATH}/{assessment.pk}?fields=id,outcome")
    assert answer.json() == {"id": str(assessment.pk), "outcome": assessment.outcome}
    assert auditor.get(f"{PATH}/{assessment.pk}?fields=colour").status_code == 422


def test_list_by_application_batch_and_site_newest_first(auditor: Client) -> None:
    one, other = make_sealed_batch(2)
    first = standing(one)
    site, second = judge_again(one, at=LATER)
    assert ids(auditor.get(PATH, {"application": one.reference})) == [str(second.pk), str(first.pk)]
    assert ids(auditor.get(PATH, {"application": one.slug})) == [str(second.pk), str(first.pk)]
    of_site = [str(site.pk), str(first.site_evaluation_id)]
    assert ids(auditor.get(PATH, {"batch": "2026-07", "site": one.centre.site_number})) == of_site
    everything = {*of_site, str(standing(other).site_evaluation_id)}
    assert set(ids(auditor.get(PATH, {"batch": "2026-07"}))) == everything
    files = {str(second.pk), str(first.pk), str(standing(other).pk)}
    assert set(ids(auditor.get(PATH, {"kind": "application", "batch": "2026-07"}))) == files
    assert ids(auditor.get(PATH, {"batch": "2031-01"})) == []
    assert ids(auditor.get(PATH, {"application": "nonsense"})) == []
    superseded = auditor.get(f"{PATH}/{first.pk}").json()
    assert (superseded["superseded_by"], superseded["supersedes"]) == (str(second.pk), None)


def test_list_goes_page_by_page(auditor: Client) -> None:
    make_sealed_batch(3)
    page = auditor.get(PATH, {"limit": 2})
    rest = auditor.get(page.json()["next"])
    assert (len(ids(page)), len(ids(rest)), rest.json()["next"]) == (2, 1, None)
    assert set(ids(page)).isdisjoint(ids(rest))


def test_list_refuses_what_it_does_not_know(auditor: Client) -> None:
    answer = auditor.get(PATH, {"colour": "red"})
    assert (answer.status_code, [row["pointer"] for row in answer.json()["problems"]]) == (422, ["/colour"])


def test_token_without_the_scope_and_holders_get_nothing() -> None:
    [application] = make_sealed_batch()
    pk = standing(application).pk
    paths = [PATH, f"{PATH}/{pk}", f"{PATH}/{pk}/receipt"]
    narrow = caller(make_user(Role.AUDITOR), Scope.APPLICATIONS_READ.value)
    assert [narrow.get(path).status_code for path in paths] == [403, 403, 403]
    holder = caller(make_staff(application.holder))
    assert [holder.get(path).status_code for path in paths] == [404, 404, 404]
    assert [Client().get(path).status_code for path in paths] == [401, 401, 401]


def test_unknown_evaluation_is_not_found(auditor: Client) -> None:
    assert auditor.get(f"{PATH}/{uuid4()}").status_code == 404


@pytest.mark.parametrize("kind", ["site", "application"])
def test_list_costs_the_same_queries_at_one_and_at_thirty(auditor: Client, kind: str) -> None:
    [application] = make_sealed_batch()
    counts = []
    for number in (0, 29):
        for place in range(number):
            judge_again(application, at=LATER + timedelta(minutes=place))
        with CaptureQueriesContext(connection) as queries:
            answer = auditor.get(PATH, {"kind": kind})
        assert len(ids(answer)) == number + 1
        counts.append(len(queries))
    assert counts[0] == counts[1]
