from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.errors import Invalid
from accounts.models import AuditEvent, User
from applications.models import Application, Batch
from centres.models import Centre, Vintage
from evaluation.board.rows import board_rows
from evaluation.models import Input
from evaluation.services.intake import take_in_figures
from tests.builders import IN_AUGUST, make_user
from tests.evaluation.review import deliver, make_desk, make_figures, make_file, make_realised, put_in_review, signed_in

pytestmark = pytest.mark.django_db
FIGURES = "/batches/2026-07/figures/"


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


def changes_of(client: Client, delivery: Vintage) -> list[tuple[str, str, str]]:
    page = client.get(f"{FIGURES}?delivery={delivery.pk}")
    return [(row["label"], row["before"], row["after"]) for row in page.context["changes"]]


def current_figures(batch: Batch) -> list[tuple[str, str, dict[str, int]]]:
    rows = Input.objects.filter(batch=batch, field__startswith="billed", superseded_by=None, dismissed_at=None)
    return sorted((row.field, row.key, row.value) for row in rows)


def test_figures_page_without_a_delivery_leads_to_the_uploads(batch: Batch, desk: User) -> None:
    page = signed_in(desk).get(FIGURES).content.decode()
    assert ("No delivery yet" in page, "counts as unknown" in page, page.count('class="button"')) == (True, True, 1)


def test_figures_page_shows_what_would_change_and_changes_nothing(
    application: Application, batch: Batch, desk: User
) -> None:
    make_figures(batch, desk)
    before = current_figures(batch)
    later = deliver(desk, {application.centre: {2024: (2, 29), 2023: (1, 27)}}, on=date(2026, 7, 20))
    client = signed_in(desk)
    assert changes_of(client, later) == [
        ("Booked for children 2023", "470654: 0 + 470665: 0 = 0", ""),
        ("Booked 2024", "470654: 1 + 470665: 27 = 28", "470654: 2 + 470665: 29 = 31"),
        ("Booked for children 2024", "470654: 0 + 470665: 0 = 0", ""),
    ]
    assert current_figures(batch) == before


def test_figures_chosen_count_and_the_earlier_stay_readable(application: Application, batch: Batch, desk: User) -> None:
    first = deliver(desk, {application.centre: {2022: (1, 26), 2023: (1, 27)}}, on=date(2026, 5, 12))
    client = signed_in(desk)
    answer = client.post(FIGURES, {"delivery": str(first.pk), "seen": ""})
    assert answer["Location"] == FIGURES
    later = deliver(desk, {application.centre: {2023: (1, 28), 2024: (0, 30)}}, on=date(2026, 7, 20))
    assert changes_of(client, later) == [
        ("Booked 2023", "470654: 1 + 470665: 27 = 28", "470654: 1 + 470665: 28 = 29"),
        ("Booked 2024", "", "470654: 0 + 470665: 30 = 30"),
    ]
    client.post(FIGURES, {"delivery": str(later.pk), "seen": str(first.pk)})
    batch.refresh_from_db()
    assert batch.vintage == later
    assert current_figures(batch) == [
        ("billed", "2022", {"470654": 1, "470665": 26}),
        ("billed", "2023", {"470654": 1, "470665": 28}),
        ("billed", "2024", {"470654": 0, "470665": 30}),
    ]
    assert Input.objects.filter(batch=batch, field="billed").count() == 4
    told = AuditEvent.objects.filter(verb="take_in_figures").order_by("-seq").first()
    assert told is not None
    assert (told.before, told.after) == ({"vintage": str(first)}, {"vintage": str(later), "inputs": 2})


def test_figures_of_an_earlier_delivery_set_aside_what_it_does_not_know(
    application: Application, batch: Batch, desk: User
) -> None:
    first = deliver(desk, {application.centre: {2023: (1, 27)}}, on=date(2026, 5, 12))
    later = deliver(desk, {application.centre: {2024: (0, 30)}}, on=date(2026, 7, 20))
    take_in_figures(batch, vintage=later, by=desk, at=IN_AUGUST)
    assert changes_of(signed_in(desk), first) == [("Booked 2024", "470654: 0 + 470665: 30 = 30", "")]
    assert take_in_figures(batch, vintage=first, by=desk, at=IN_AUGUST) == 1
    assert current_figures(batch) == [("billed", "2023", {"470654": 1, "470665": 27})]
    assert take_in_figures(batch, vintage=first, by=desk, at=IN_AUGUST) == 0


def test_figures_chosen_beside_someone_else_are_refused_with_the_page_as_it_is_now(
    application: Application, batch: Batch, desk: User
) -> None:
    first = deliver(desk, {application.centre: {2023: (1, 27)}}, on=date(2026, 5, 12))
    later = deliver(desk, {application.centre: {2023: (1, 28)}}, on=date(2026, 7, 20))
    take_in_figures(batch, vintage=later, by=make_desk(), at=IN_AUGUST)
    answer = signed_in(desk).post(FIGURES, {"delivery": str(first.pk), "seen": ""})
    batch.refresh_from_db()
    assert (answer.status_code, batch.vintage) == (409, later)
    assert "Another delivery counts by now." in answer.content.decode()


def test_figures_of_anything_but_booked_transplantations_are_refused(
    application: Application, batch: Batch, desk: User
) -> None:
    realised = make_realised(desk, [application.centre], application.product)
    client = signed_in(desk)
    assert client.get(f"{FIGURES}?delivery={realised.pk}").status_code == 404
    assert client.post(FIGURES, {"delivery": str(realised.pk), "seen": ""}).status_code == 404
    assert client.get(f"{FIGURES}?delivery=x").status_code == 404
    assert client.post(FIGURES).status_code == 404
    with pytest.raises(Invalid, match="vintage-kind"):
        take_in_figures(batch, vintage=realised, by=desk, at=IN_AUGUST)


def test_figures_page_is_read_by_the_auditor_who_chooses_nothing(batch: Batch, desk: User) -> None:
    delivery = make_figures(batch, desk)
    auditor = signed_in(make_user(Role.AUDITOR))
    page = auditor.get(FIGURES).content.decode()
    assert ("RIZIV-INAMI" in page, "See what would change" in page, "Let this delivery count" in page) == (
        True,
        False,
        False,
    )
    assert auditor.post(FIGURES, {"delivery": str(delivery.pk), "seen": ""}).status_code == 403
    assert signed_in(make_user(Role.HOLDER)).get(FIGURES).status_code == 403


def test_figures_page_asks_the_database_as_often_for_many_sites_as_for_one(
    application: Application, desk: User
) -> None:
    client, batch = signed_in(desk), application.batch

    def queries() -> int:
        sites = Centre.objects.filter(applications__batch=batch)
        delivery = deliver(desk, {site: {2023: (1, 27)} for site in sites}, on=date(2026, 5, 12))
        client.get(FIGURES)
        with CaptureQueriesContext(connection) as asked:
            assert len(changes_of(client, delivery)) == len(sites)
        return len(asked)

    few = queries()
    for _each in range(5):
        make_file(desk=desk)
    assert queries() == few


def test_descriptions_wait_for_nobody(application: Application, batch: Batch, desk: User) -> None:
    def waiting() -> int:
        return board_rows(batch, for_user=desk).unconfirmed

    before = waiting()
    certificate = Input.objects.get(batch=batch, field="certificate")
    Input.objects.create(
        batch=batch,
        centre=application.centre,
        application=application,
        stated_by=certificate.stated_by,
        stated_at=certificate.stated_at,
        stated_in="FORM",
        annex=certificate.annex,
        page=2,
        field="narrative",
        key="C5",
        value={"text": "Two neurologists on call."},
    )
    assert waiting() == before
    client, site = signed_in(desk), f"/batches/2026-07/sites/{application.centre.site_number}/"
    page = client.get(site)
    waits = [line.stated.field for group in page.context["review"].documents for line in group.to_confirm]
    assert waits.count("narrative") == 0
    assert "read by the person who judges" in page.content.decode()
    bulk = client.get(f"{site}documents/{certificate.annex_id}/").content.decode()
    assert "Two neurologists on call." not in bulk.split("<form")[-1]
