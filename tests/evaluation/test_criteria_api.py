"""The law over the interface, for everyone: criteria as data, their file and cases, readings, the verify code."""

import hashlib
import json
import tomllib
from typing import Any

import pytest
from django.test import Client

from evaluation.law import criteria_versions
from evaluation.models import VerifyCode
from evaluation.rules.answer import answer
from evaluation.rules.evaluate import evaluate
from evaluation.rules.parse import parse_facts
from tests.evaluation.builders import make_dossier, make_sealed_batch, standing

pytestmark = pytest.mark.django_db
API = "/api/v1"
VERSION = criteria_versions()[-1]


def get(path: str, **headers: str) -> Any:
    return Client().get(f"{API}/{path}", headers=headers)


def test_versions_are_listed_and_may_be_kept() -> None:
    told = get("criteria")
    assert told["Cache-Control"] == "public, max-age=3600"
    assert told.json()["results"][-1] == {
        "id": "car-t-centres",
        "version": VERSION.version,
        "valid_from": VERSION.valid_from.isoformat(),
        "valid_to": None,
        "checked_on": VERSION.checked_on.isoformat(),
        "sha256": VERSION.sha256,
        "booked_years": 3,
    }


def test_version_has_every_criterion_as_its_file_says() -> None:
    body = get(f"criteria/{VERSION.version}").json()
    written = tomllib.loads(get(f"criteria/{VERSION.version}/file").content.decode())
    for told, row in zip(body["criteria"], written["criterion"], strict=True):
        assert (told["id"], told["check"], told["law"]["sentence"]) == (
            row["id"],
            row["check"],
            row.get("sentence", ""),
        )
        assert (told["help"], told["evidence"], told["readings"]) == (row["help"], row["evidence"], row["readings"])
        assert told["parameters"] == json.loads(json.dumps(row.get("parameters", {}), default=str))
    assert [item["id"] for item in body["admissibility"]] == [item["id"] for item in written["admissibility"]]
    assert get("criteria/1999-01-01").status_code == 404


def test_file_is_the_very_bytes_that_receipts_name() -> None:
    file = get(f"criteria/{VERSION.version}/file")
    assert (hashlib.sha256(file.content).hexdigest(), file["ETag"]) == (VERSION.sha256, f'"{VERSION.sha256}"')
    assert get(f"criteria/{VERSION.version}/file", **{"If-None-Match": file["ETag"]}).status_code == 304
    assert get(f"criteria/{VERSION.version}/file", Accept="application/toml").status_code == 200


def test_cases_are_those_the_rules_answer_to() -> None:
    cases = get(f"criteria/{VERSION.version}/cases").json()
    assert len(cases) == 68
    facts = parse_facts(cases[0]["facts"], criteria_versions())
    told = answer(evaluate(VERSION, facts))
    assert told["outcome"] == cases[0]["expected"]["outcome"]


def test_reading_has_its_options_and_what_rests_on_it() -> None:
    listed = get("readings").json()["results"]
    body = get("readings/A9").json()
    assert {name: body[name] for name in listed[0]} == next(row for row in listed if row["id"] == "A9")
    assert [option["option"] for option in body["options"]] == list(range(1, len(body["options"]) + 1))
    assert [option["chosen"] for option in body["options"]].count(True) <= 1
    assert get("readings/Z1").status_code == 404


def test_code_tells_how_a_dossier_stands() -> None:
    [application] = make_sealed_batch()
    dossier = application.dossiers.first() or make_dossier(standing(application))
    code = VerifyCode.objects.get(assessment=dossier.assessment).code
    told = get(f"verify/{code}")
    assert (told.json()["standing"], told.json()["sha256"], told["Cache-Control"]) == (
        "GENUINE",
        dossier.sha256,
        "no-store",
    )
    assert get(f"verify/{'0' * 32}").status_code == 404
