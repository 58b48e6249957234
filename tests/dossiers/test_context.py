import hashlib
from io import BytesIO

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Application
from evaluation.dossiers.build import ReceiptAltered, build_dossier
from evaluation.dossiers.canonical import canonical_json
from evaluation.dossiers.context import dossier_context
from evaluation.dossiers.model import PopulationOutcome
from evaluation.models import ApplicationAssessment
from evaluation.receipts import receipt_bytes
from evaluation.selectors import current_assessment
from tests.evaluation.builders import make_dossier, make_sealed_batch

pytestmark = pytest.mark.django_db


def assessed(application: Application) -> ApplicationAssessment:
    assessment = current_assessment(application)
    assert assessment is not None
    return assessment


def queries_of(assessment: ApplicationAssessment) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        dossier_context(assessment)
    return len(queries)


def test_dossier_context_of_an_assessment_shows_what_was_stored_with_it() -> None:
    [application] = make_sealed_batch(populations=("ADULT", "PAED"))
    assessment = assessed(application)
    context = dossier_context(assessment)
    assert context.identification.reference == application.reference
    assert context.outcomes == (PopulationOutcome("ADULT", "ELIGIBLE"), PopulationOutcome("PAED", "ELIGIBLE"))
    assert [criterion.id for criterion in context.criteria][:4] == ["C1a", "C1b", "C1c", "C2"]
    assert {criterion.id for criterion in context.criteria if criterion.judgement} == {"C3a", "C3b", "C5", "C6", "P3"}
    assert [(table.group, table.needed, table.counted) for table in context.figures] == [
        ("ALL", 84, 87),
        ("PAED", 18, 21),
    ]
    assert context.capacity.assessment == "SHORTAGE"
    assert [item.id for item in context.admissibility.items] == [f"AD{number}" for number in range(1, 8)]
    assert context.receipt_sha256 == assessment.receipt_sha256


@pytest.mark.parametrize("wanted", [1, 6])
def test_dossier_context_costs_the_same_queries_in_a_batch_of_any_size(wanted: int) -> None:
    first, *_ = make_sealed_batch(wanted)
    assert queries_of(assessed(first)) == 8


def test_dossier_context_rendered_again_keeps_its_version_number() -> None:
    [application] = make_sealed_batch()
    assessment = assessed(application)
    before = canonical_json(dossier_context(assessment))
    make_dossier(assessment)
    assert canonical_json(dossier_context(assessment)) == before
    assert dossier_context(assessment).version == 1


def test_build_dossier_twice_gives_the_same_bytes_with_the_receipt_inside() -> None:
    [application] = make_sealed_batch()
    assessment = assessed(application)
    built = build_dossier(assessment)
    assert build_dossier(assessed(application)) == built
    with pikepdf.open(BytesIO(built.content)) as pdf:
        receipt = pdf.attachments["receipt.json"].get_file().read_bytes()
        assert len(pdf.pages) == built.pages
    assert hashlib.sha256(receipt).hexdigest() == assessment.receipt_sha256
    assert receipt == receipt_bytes(facts=assessment.facts, answered=assessment.answer)


def test_build_dossier_of_a_receipt_that_was_altered_is_refused() -> None:
    [application] = make_sealed_batch()
    assessment = assessed(application)
    assessment.facts["capacity"] = "NEITHER"
    with pytest.raises(ReceiptAltered):
        build_dossier(assessment)
