"""A past evaluation is shown again as it stood, whatever has changed since."""

import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import User
from applications.models import Application
from centres.models import Centre, Holder, Hospital, Product
from evaluation import law
from evaluation.models import Input, Judgement
from evaluation.receipts import receipt_bytes
from evaluation.rules.load import CAR_T_CENTRES, load_criteria
from tests.builders import BRUSSELS, make_user
from tests.evaluation.builders import Site, judge_again, make_sealed_batch, standing
from tests.evaluation.review import make_file, signed_in

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 9, 15, 8, 0, tzinfo=BRUSSELS)


@pytest.fixture
def auditor() -> Client:
    return signed_in(make_user(Role.AUDITOR))


@pytest.fixture
def other_criteria(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same version with another sentence, minimum and reading in its files; put back afterwards."""
    folder = Path(shutil.copytree(CAR_T_CENTRES, tmp_path / "car_t_centres"))
    yield folder
    law.criteria_versions.cache_clear()


def put_in_force(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / "2025-11-05.toml"
    text = file.read_text()
    for old, new in (
        ("per_year = 28, years = 3, needed = 84", "per_year = 30, years = 3, needed = 90"),
        ("aanwezigheid van een stamcellaboratorium", "aanwezigheid van een ander laboratorium"),
    ):
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)
    monkeypatch.setattr(law, "load_criteria", lambda: load_criteria(folder))
    law.criteria_versions.cache_clear()


def main_part(client: Client, assessment_id: object) -> str:
    """What the page says, without the tokens of its forms."""
    answer = client.get(f"/evaluations/{assessment_id}/")
    assert answer.status_code == 200
    text = answer.content.decode()
    return re.sub(r'csrf[^>]*value="[^"]*"|X-CSRFToken[^}]*', "", text[text.index("<main") : text.index("</main>")])


def change_everything(application: Application) -> None:
    assert application.batch is not None
    Input.objects.filter(batch=application.batch).update(value={"470654": 1, "470665": 1}, page=None)
    Judgement.objects.filter(batch=application.batch).update(reason="Otherwise.", value="NOT_MET")
    User.objects.update(name="Someone Else")
    Holder.objects.update(name="Another Pharma")
    Hospital.objects.update(name="Another Hospital")
    Centre.objects.update(name="Another campus")
    Product.objects.update(name="Anothercel")


def test_past_evaluation_says_the_same_after_inputs_names_judgements_and_criteria_changed(
    auditor: Client, other_criteria: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [application] = make_sealed_batch(site=Site(billed=27))
    assessment = standing(application)
    pages = [assessment.pk, assessment.site_evaluation_id]
    before = [main_part(auditor, pk) for pk in pages]
    assert all("27 " in page and "As the rota shows." in page for page in before)
    change_everything(application)
    put_in_force(other_criteria, monkeypatch)
    assert law.criteria_versions()[0].criterion("C2").parameters["needed"] == 90
    assert [main_part(auditor, pk) for pk in pages] == before


def test_superseded_evaluation_leads_to_the_newer_one_and_the_newer_to_the_older(auditor: Client) -> None:
    [application] = make_sealed_batch()
    first = standing(application)
    site, second = judge_again(application, at=LATER)
    older, newer = main_part(auditor, first.pk), main_part(auditor, second.pk)
    assert "A later evaluation has taken the place of this one." in older
    assert f"/evaluations/{second.pk}/" in older
    assert "A later evaluation has taken the place of this one." not in newer
    assert f"/evaluations/{first.pk}/" in newer
    listed = auditor.get(f"/applications/{application.pk}/evaluations/").content.decode()
    assert listed.index(str(second.pk)) < listed.index(str(first.pk))
    review = auditor.get(f"/batches/2026-07/sites/{application.centre.site_number}/").content.decode()
    assert f"/evaluations/{site.pk}/" in review
    assert f"/evaluations/{first.site_evaluation_id}/" in review
    file = auditor.get(f"/applications/{application.pk}/").content.decode()
    assert f'hx-get="/applications/{application.pk}/evaluations/"' in file


def test_receipt_of_a_past_evaluation_is_downloaded_byte_for_byte(auditor: Client) -> None:
    [application] = make_sealed_batch()
    assessment = standing(application)
    answer = auditor.get(f"/evaluations/{assessment.pk}/receipt/")
    assert answer.content == receipt_bytes(facts=assessment.facts, answered=assessment.answer)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/json", "no-store")


def test_history_of_a_file_that_was_never_assessed_says_so(auditor: Client) -> None:
    application = make_file()
    page = f"/applications/{application.pk}/evaluations/"
    part = auditor.get(page, headers={"HX-Request": "true"}).content.decode()
    assert part.strip() == "<p>Not evaluated yet.</p>"
    assert part.strip() in auditor.get(page).content.decode()
    assert auditor.get(f"/evaluations/{uuid4()}/").status_code == 404


@pytest.mark.parametrize("wanted", [1, 6])
def test_past_evaluation_costs_the_same_queries_in_a_batch_of_any_size(auditor: Client, wanted: int) -> None:
    first, *_ = make_sealed_batch(wanted)
    assessment = standing(first)
    auditor.get(f"/evaluations/{assessment.pk}/")
    with CaptureQueriesContext(connection) as queries:
        auditor.get(f"/evaluations/{assessment.pk}/")
    assert len(queries) == 4


def test_history_costs_the_same_queries_for_one_evaluation_and_for_thirty(auditor: Client) -> None:
    [application] = make_sealed_batch()
    counts = []
    for number in (0, 29):
        for place in range(number):
            judge_again(application, at=LATER + timedelta(minutes=place))
        with CaptureQueriesContext(connection) as queries:
            answer = auditor.get(f"/applications/{application.pk}/evaluations/")
        assert answer.content.decode().count("/evaluations/") >= number + 1
        counts.append(len(queries))
    assert counts[0] == counts[1]
