"""A delivery of booked figures changes nothing by itself; chosen, it sets the three years of its batch."""

from datetime import date

import pytest

from accounts.enums import Role
from accounts.models import AuditEvent, User
from applications.models import Application, Batch
from evaluation.board.vintages import Change, WouldBe, would_be
from evaluation.models import ApplicationAssessment, Input, SiteEvaluation
from evaluation.selectors.figures import booked_window
from evaluation.services.evaluations import evaluate_site
from evaluation.services.inputs import confirm_input
from evaluation.services.intake import take_in_figures
from tests.builders import IN_AUGUST, make_user
from tests.evaluation.builders import make_sealed_batch
from tests.evaluation.review import deliver, make_desk, make_figures, make_file, put_in_review, signed_in

pytestmark = pytest.mark.django_db
FIGURES = "/batches/2026-07/figures/"
ON = date(2026, 7, 20)


@pytest.fixture
def desk() -> User:
    return make_desk()


@pytest.fixture
def application(desk: User) -> Application:
    return make_file(desk=desk)


@pytest.fixture
def batch(application: Application, desk: User) -> Batch:
    assert application.batch is not None
    return put_in_review(application.batch, desk)


def verdicts(found: WouldBe) -> dict[str, tuple[Change, ...]]:
    return {each.application.reference: each.changes for each in found.files}


def test_delivery_tells_verdict_and_outcome_that_would_change_and_writes_nothing(
    application: Application, batch: Batch, desk: User
) -> None:
    make_figures(batch, desk, acts=(28, 28, 28))
    for row in Input.objects.filter(batch=batch, confirmed_at=None):
        confirm_input(row, by=desk, at=IN_AUGUST)
    later = deliver(desk, {application.centre: {2024: (0, 27)}}, on=ON)
    before = (Input.objects.count(), AuditEvent.objects.count(), list(Input.objects.values_list("pk", "superseded_by")))
    found = would_be(batch, later, user=desk)
    changes = verdicts(found)[application.reference]
    assert Change("C2", "MET", "NOT_MET") in changes
    assert Change("", "INCOMPLETE", "NOT_ELIGIBLE") in changes
    assert {each.criterion for each in changes} == {"C2", ""}
    after = (Input.objects.count(), AuditEvent.objects.count(), list(Input.objects.values_list("pk", "superseded_by")))
    batch.refresh_from_db()
    assert (after, batch.vintage == later) == (before, False)
    page = signed_in(desk).get(f"{FIGURES}?delivery={later.pk}").content.decode()
    assert ("Verdicts and outcomes" in page, 'data-verdict="NOT_MET"' in page, "Let this delivery count" in page) == (
        True,
        True,
        True,
    )


def test_equal_figures_change_no_verdict(application: Application, batch: Batch, desk: User) -> None:
    make_figures(batch, desk, acts=(30, 30, 30))
    later = deliver(desk, {application.centre: {2024: (0, 31)}}, on=ON)
    assert verdicts(would_be(batch, later, user=desk)) == {}
    page = signed_in(desk).get(f"{FIGURES}?delivery={later.pk}").content.decode()
    assert "No verdict and no outcome of this batch would change." in page


def test_newer_delivery_is_named_where_another_counts(application: Application, batch: Batch, desk: User) -> None:
    make_figures(batch, desk)
    later = deliver(desk, {application.centre: {2024: (0, 31)}}, on=ON)
    page = signed_in(make_user(Role.AUDITOR)).get(FIGURES).content.decode()
    assert ("Nothing changes by itself." in page, f"?delivery={later.pk}" in page) == (True, True)


def test_closed_batch_tells_what_would_change_and_stays_frozen(desk: User) -> None:
    application = make_sealed_batch()[0]
    later = deliver(desk, {application.centre: {2022: (0, 20), 2023: (0, 20), 2024: (0, 20)}}, on=ON)
    stored = (SiteEvaluation.objects.count(), ApplicationAssessment.objects.count())
    client = signed_in(desk)
    page = client.get(f"{FIGURES}?delivery={later.pk}").content.decode()
    assert 'data-verdict="NOT_MET"' in page
    assert "the figures of a closed batch are frozen" in page
    assert "Let this delivery count" not in page
    seen = str(application.batch.vintage_id) if application.batch else ""
    assert client.post(FIGURES, {"delivery": str(later.pk), "seen": seen}).status_code == 409
    assert (SiteEvaluation.objects.count(), ApplicationAssessment.objects.count()) == stored


def test_three_years_of_a_batch_follow_from_the_delivery_that_is_chosen(
    application: Application, batch: Batch, desk: User
) -> None:
    make_figures(batch, desk)
    later = deliver(desk, {application.centre: {2025: (0, 33)}}, on=ON)
    page = signed_in(desk).get(f"{FIGURES}?delivery={later.pk}").content.decode()
    assert "The booked years of the batch would become 2023, 2024, 2025 instead of 2022, 2023, 2024." in page
    batch.refresh_from_db()
    assert batch.booked_years == (2022, 2023, 2024)
    take_in_figures(batch, vintage=later, by=desk, at=IN_AUGUST)
    batch.refresh_from_db()
    assert batch.booked_years == (2023, 2024, 2025)
    told = AuditEvent.objects.filter(verb="take_in_figures").order_by("-seq")[0]
    assert told.before is not None
    assert told.after is not None
    assert (told.before["booked_years"], told.after["booked_years"]) == ([2022, 2023, 2024], [2023, 2024, 2025])
    stored = evaluate_site(batch, application.centre, stage="REVIEW", by=desk, at=IN_AUGUST)
    assert [row["year"] for row in stored.facts["allografts"]] == [2023, 2024, 2025]
    assert stored.provenance["about"]["booked_years"] == [2023, 2024, 2025]


def test_year_of_the_reference_date_is_never_among_the_three(
    application: Application, batch: Batch, desk: User
) -> None:
    make_figures(batch, desk)
    later = deliver(desk, {application.centre: {2026: (0, 33)}}, on=ON)
    assert booked_window(batch, vintage=later).years == (2022, 2023, 2024)


def test_delivery_that_lacks_a_year_says_so_and_moves_no_year(
    application: Application, batch: Batch, desk: User
) -> None:
    partial = deliver(desk, {application.centre: {2022: (0, 30), 2024: (0, 30)}}, on=ON)
    client = signed_in(desk)
    page = client.get(f"{FIGURES}?delivery={partial.pk}").content.decode()
    assert "This delivery does not know 2023: what is booked of that would count as unknown." in page
    answer = client.post(FIGURES, {"delivery": str(partial.pk), "seen": ""}, follow=True).content.decode()
    assert "This delivery does not know 2023" in answer
    batch.refresh_from_db()
    assert batch.booked_years == (2022, 2023, 2024)


def test_finding_says_its_window_and_the_delivery_that_set_it(
    application: Application, batch: Batch, desk: User
) -> None:
    panel = f"/batches/2026-07/files/{application.number}/findings/C2/"
    client = signed_in(desk)
    assert "no delivery of booked figures is chosen yet" in client.get(panel).content.decode()
    make_figures(batch, desk)
    said = client.get(panel).content.decode()
    assert "2022–2024, set with the delivery of RIZIV-INAMI of 12/05/2026." in said  # noqa: RUF001  # a span of years
