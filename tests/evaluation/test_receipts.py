"""A receipt is run again from its own facts: the same bytes, or the place where they differ."""

import json
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from evaluation.law import criteria_versions, rules_sha256
from evaluation.models import ApplicationAssessment, SiteEvaluation
from evaluation.receipts import Difference, UnreadableReceipt, receipt_bytes, verify_receipt
from evaluation.rules.answer import answer
from evaluation.rules.evaluate import evaluate
from evaluation.rules.parse import facts_as_json, parse_facts
from tests.evaluation.builders import make_sealed_batch, standing

EXAMPLES = json.loads((Path(__file__).parents[1] / "cases" / "pre-check-examples.json").read_text())
GIVEN = [row["facts"] for row in EXAMPLES if "problems" not in row["expected"]]


def receipt_of(data: dict[str, Any]) -> dict[str, Any]:
    facts = parse_facts(data, criteria_versions())
    return {"facts": facts_as_json(facts), "finding": answer(evaluate(criteria_versions()[0], facts))}


def written(receipt: dict[str, Any]) -> bytes:
    return receipt_bytes(facts=receipt["facts"], answered=receipt["finding"])


def run(*arguments: str) -> tuple[int, str]:
    """The exit code and all that was said."""
    said = StringIO()
    try:
        call_command("verify_receipt", *arguments, stdout=said, stderr=said)
    except CommandError as error:
        return error.returncode, f"{said.getvalue()}{error}"
    except SystemExit as left:
        return int(str(left.code)), said.getvalue()
    return 0, said.getvalue()


@pytest.mark.parametrize("data", GIVEN)
def test_verify_receipt_of_every_example_is_identical(data: dict[str, Any]) -> None:
    content = written(receipt_of(data))
    verified = verify_receipt(content)
    assert (verified.is_identical, verified.differences, verified.is_canonical) == (True, (), True)
    assert verified.sha256 == verified.found_sha256
    assert verified.rules_now == rules_sha256()


def test_receipt_names_the_criteria_by_id_version_and_sha256() -> None:
    criteria = criteria_versions()[0]
    assert json.loads(written(receipt_of(GIVEN[0])))["finding"]["criteria"] == {
        "id": criteria.id,
        "version": criteria.version,
        "sha256": criteria.sha256,
    }


def test_verify_receipt_with_a_changed_verdict_names_the_place_and_both_values() -> None:
    receipt = receipt_of(GIVEN[0])
    stated = receipt["finding"]["findings"][3]["verdict"]
    receipt["finding"]["findings"][3]["verdict"] = "NOTED"
    verified = verify_receipt(written(receipt))
    assert verified.differences == (Difference("/finding/findings/3/verdict", "NOTED", stated),)
    assert not verified.is_identical


def test_verify_receipt_with_a_changed_fact_differs_where_the_fact_weighs() -> None:
    receipt = receipt_of(GIVEN[0])
    receipt["facts"]["allografts"][0]["billed"]["470665"] += 1
    pointers = [each.pointer for each in verify_receipt(written(receipt)).differences]
    assert pointers
    assert all(pointer.startswith("/finding/findings/3/") for pointer in pointers)


def test_verify_receipt_of_criteria_with_another_sha256_fails_and_says_so() -> None:
    receipt = receipt_of(GIVEN[0])
    receipt["finding"]["criteria"]["sha256"] = "0" * 64
    verified = verify_receipt(written(receipt))
    assert (verified.criteria_hold, verified.is_identical) == (False, False)
    assert [each.pointer for each in verified.differences] == ["/finding/criteria/sha256"]


def test_verify_receipt_that_was_indented_is_reported_as_not_canonical() -> None:
    content = json.dumps(json.loads(written(receipt_of(GIVEN[0]))), indent=2).encode()
    verified = verify_receipt(content)
    assert (verified.is_canonical, verified.differences, verified.is_identical) == (False, (), False)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\x00\xff", "This is not JSON"),
        (b"{", "This is not JSON"),
        (b"[" * 100_000, "This is not JSON"),
        (b"[]", "This is not a receipt"),
        (b'{"facts": {}}', "This is not a receipt"),
        (b'{"facts": {}, "finding": {"criteria": {}}}', "This is not a receipt"),
        (b'{"facts": {}, "finding": {"criteria": {"id": 1}, "findings": []}}', "must give `id`"),
        (
            b'{"facts": NaN, "finding": {"criteria": {"id": "a", "version": "b", "sha256": "c"}, "findings": []}}',
            "This is not a receipt",
        ),
        (
            b'{"facts": {}, "finding": {"criteria": {"id": "a", "version": "b", "sha256": "c"}, "findings": []}}',
            "There are no criteria a b here",
        ),
    ],
)
def test_verify_receipt_of_something_else_says_what_is_wrong(content: bytes, told: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableReceipt, match=told):
        verify_receipt(content)
    file = tmp_path / "receipt.json"
    file.write_bytes(content)
    code, said = run(str(file))
    assert code == 2
    assert told in said


def test_verify_receipt_with_facts_that_cannot_be_judged_names_each_fault() -> None:
    receipt = receipt_of(GIVEN[0])
    receipt["facts"]["populations"] = []
    del receipt["facts"]["apheresis_site"]
    with pytest.raises(UnreadableReceipt, match=r"/facts/apheresis_site: .*/facts/populations: "):
        verify_receipt(written(receipt))


def test_command_on_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    assert run(str(tmp_path / "none.json")) == (2, f"{tmp_path / 'none.json'}: No such file or directory.")


def test_command_on_a_file_compares_and_ends_with_what_it_found(tmp_path: Path) -> None:
    receipt = receipt_of(GIVEN[0])
    file = tmp_path / "receipt.json"
    file.write_bytes(written(receipt))
    code, said = run(str(file))
    assert (code, said.splitlines()[0]) == (0, "identical")
    assert f"rules' source now  {rules_sha256()} (reported, not compared)" in said
    receipt["finding"]["outcome"] = "NOT_ELIGIBLE"
    file.write_bytes(written(receipt))
    code, said = run(str(file))
    assert (code, said.splitlines()[:2]) == (
        1,
        ["different", '  /finding/outcome: the receipt says "NOT_ELIGIBLE", running it again gives "ELIGIBLE"'],
    )


@pytest.mark.django_db
def test_command_on_stored_evaluations_of_both_kinds_is_identical() -> None:
    [application] = make_sealed_batch()
    assessment = standing(application)
    for what in (str(assessment.pk), str(assessment.site_evaluation_id), application.reference, application.slug):
        code, said = run(what)
        assert (code, said.splitlines()[0]) == (0, "identical")
        assert f"rules' source then {assessment.rules_sha256}" in said


@pytest.mark.django_db
def test_command_all_verifies_every_stored_evaluation_and_counts() -> None:
    make_sealed_batch(2)
    assert (SiteEvaluation.objects.count(), ApplicationAssessment.objects.count()) == (2, 2)
    code, said = run("--all")
    assert code == 0
    assert "4 of 4" in said
    assert "4 evaluations verified, 4 identical, 0 not." in said


@pytest.mark.django_db
def test_command_on_what_is_not_there_or_not_assessed_says_so() -> None:
    nothing = str(uuid4())
    assert run(nothing) == (2, f"{nothing}: There is no such evaluation.")
    assert run("2031-07/0001") == (2, "2031-07/0001: There is no such application.")
    assert run() == (2, "Give a file, an id or a reference, or --all.")


@pytest.mark.django_db
def test_stored_evaluation_whose_recorded_sha256_is_another_differs() -> None:
    [application] = make_sealed_batch()
    assessment = standing(application)
    content = receipt_bytes(facts=assessment.facts, answered=assessment.answer)
    verified = verify_receipt(content, stored_sha256="0" * 64)
    assert (verified.differences, verified.sha256_holds, verified.is_identical) == ((), False, False)


def test_receipt_holds_reasons_and_values_and_no_sentence() -> None:
    finding = json.loads(written(receipt_of(GIVEN[0])))["finding"]["findings"][0]
    assert (finding["reason"], set(finding) & {"text", "margin_text"}) == ("certificate_held", set())
