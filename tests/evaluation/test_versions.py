"""The day of reference of a batch chooses the version of the criteria, all the way through the services."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from accounts.errors import Invalid
from applications.models import Application
from evaluation import law
from evaluation.models import ApplicationAssessment, SiteEvaluation
from evaluation.receipts import receipt_bytes, verify_receipt
from evaluation.rules.load import CAR_T_CENTRES, load_criteria
from evaluation.services.evaluations import assess_application, evaluate_site
from tests.builders import IN_AUGUST
from tests.evaluation.review import make_desk, make_figures, make_file, put_in_review

FIRST = "2025-11-05.toml"
LawOf = Callable[[str, str], None]


@pytest.fixture
def law_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LawOf]:
    """Another folder of criteria: the published version to its last day, from the day given one that asks 30 a year."""

    def lay_down(last_day: str, valid_from: str) -> None:
        regime = Path(shutil.copytree(CAR_T_CENTRES, tmp_path / "car_t_centres"))
        published = (regime / FIRST).read_text()
        later = published.replace('version = "2025-11-05"', f'version = "{valid_from}"').replace(
            "valid_from = 2025-11-05", f"valid_from = {valid_from}"
        )
        later = later.replace("per_year = 28, years = 3, needed = 84", "per_year = 30, years = 3, needed = 90")
        (regime / f"{valid_from}.toml").write_text(later)
        ended = published.replace("valid_from = 2025-11-05", f"valid_from = 2025-11-05\nvalid_to = {last_day}")
        (regime / FIRST).write_text(ended)
        monkeypatch.setattr(law, "load_criteria", partial(load_criteria, regime))
        law.criteria_versions.cache_clear()

    yield lay_down
    monkeypatch.undo()
    law.criteria_versions.cache_clear()


def evaluated() -> tuple[SiteEvaluation, ApplicationAssessment]:
    """A site with 84 booked acts, evaluated for the batch whose reference date is 31 July 2026."""
    desk = make_desk()
    application: Application = make_file(desk=desk)
    assert application.batch is not None
    batch = put_in_review(application.batch, desk)
    make_figures(batch, desk, acts=(28, 28, 28))
    application.refresh_from_db()
    site = evaluate_site(batch, application.centre, stage="REVIEW", by=desk, at=IN_AUGUST)
    return site, assess_application(application, site, stage="REVIEW", by=desk, at=IN_AUGUST)


def told(row: SiteEvaluation | ApplicationAssessment) -> tuple[str, str, int]:
    (found,) = (each for each in row.answer["findings"] if each["id"] == "C2")
    return row.criteria_version, found["verdict"], found["margin"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("last_day", "valid_from", "expected"),
    [
        ("2026-07-31", "2026-08-01", ("2025-11-05", "MET", 0)),
        ("2026-07-30", "2026-07-31", ("2026-07-31", "NOT_MET", -6)),
    ],
    ids=["last day of the first", "first day of the later"],
)
def test_batch_is_judged_by_the_version_of_its_reference_date(
    law_of: LawOf, last_day: str, valid_from: str, expected: tuple[str, str, int]
) -> None:
    law_of(last_day, valid_from)
    assert [told(row) for row in evaluated()] == [expected, expected]


@pytest.mark.django_db
def test_evaluation_keeps_the_file_it_rests_on(law_of: LawOf) -> None:
    law_of("2026-07-30", "2026-07-31")
    site, assessment = evaluated()
    later = law.criteria_versions()[-1]
    assert {(row.criteria_id, row.criteria_sha256) for row in (site, assessment)} == {(later.id, later.sha256)}


@pytest.mark.django_db
def test_receipt_still_holds_after_a_later_version_ends_the_one_it_names(law_of: LawOf) -> None:
    rows = evaluated()
    law_of("2026-07-31", "2026-08-01")
    assert law.criteria_versions()[0].valid_to is not None
    kept = [verify_receipt(receipt_bytes(facts=row.facts, answered=row.answer)) for row in rows]
    assert [(each.is_identical, each.found_sha256) for each in kept] == [(True, row.receipt_sha256) for row in rows]


@pytest.mark.django_db
def test_batch_on_a_day_without_a_version_is_not_judged_by_another(law_of: LawOf) -> None:
    law_of("2026-07-31", "2026-08-01")
    site, _assessment = evaluated()
    batch = site.batch
    batch.reference_on = batch.reference_on.replace(year=2025, month=7)
    with pytest.raises(Invalid) as caught:
        evaluate_site(batch, site.centre, stage="REVIEW", by=site.evaluated_by, at=IN_AUGUST)
    assert [(each.pointer, each.code) for each in caught.value.problems][:1] == [("/reference_on", "no_criteria")]
