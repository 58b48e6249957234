from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.utils import translation

from accounts.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from accounts.models import AuditEvent
from applications.models import Application, Batch
from applications.services.batches import end_intake
from applications.services.submission import missing_items, submit_application, withdraw_application
from centres.enums import HolderRole
from tests.builders import (
    BRUSSELS,
    IN_AUGUST,
    IN_JULY,
    make_annex,
    make_application,
    make_batch,
    make_holder,
    make_listing,
    make_paragraph,
    make_product,
    make_staff,
    make_user,
    state_all,
)

pytestmark = pytest.mark.django_db
JULY_DAY = date(2026, 7, 16)
NEW_INDICATION = "Indieningen voor nieuwe CAR-T indicaties kunnen ad hoc geen nieuwe centra includeren."
BARE = ("certificates-missing", "allografts-missing", "narrative-missing", "evidence-missing")


def problems(application: Application, *, at: datetime = IN_JULY) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        submit_application(application, by=application.created_by, at=at)
    return [(fault.pointer, fault.code) for fault in refused.value.problems]


def test_submit_application_gives_a_reference_in_the_round_of_the_day() -> None:
    batch, draft = make_batch(), make_application()
    done = submit_application(draft, by=draft.created_by, at=IN_JULY)
    filed = done.application
    assert (filed.state, filed.batch, filed.submitted_by, filed.submitted_at) == (
        "SUBMITTED",
        batch,
        draft.created_by,
        IN_JULY,
    )
    assert (filed.filed_outside_window, done.warnings) == (False, BARE)
    assert filed.reference == f"2026-07/{filed.number:04d}"
    line = AuditEvent.objects.filter(subject_id=str(draft.pk)).latest("seq")
    assert (line.verb, line.before, line.after) == ("submit", {"state": "DRAFT"}, {"state": "SUBMITTED"})


def test_submit_application_a_second_time_changes_nothing_and_answers_the_same() -> None:
    make_batch()
    draft = make_application()
    first = submit_application(draft, by=draft.created_by, at=IN_JULY)
    lines = AuditEvent.objects.count()
    again = submit_application(draft, by=draft.created_by, at=IN_AUGUST)
    assert (again, AuditEvent.objects.count()) == (first, lines)
    assert again.application.submitted_at == IN_JULY


@pytest.mark.parametrize(
    ("at", "code", "outside"),
    [
        (datetime(2026, 1, 31, 23, 59, tzinfo=BRUSSELS), "2026-01", False),
        (datetime(2026, 2, 1, 0, 0, tzinfo=BRUSSELS), "2026-07", True),
        (datetime(2026, 6, 30, 23, 59, tzinfo=BRUSSELS), "2026-07", True),
        (datetime(2026, 7, 1, 0, 0, tzinfo=BRUSSELS), "2026-07", False),
        (datetime(2026, 7, 31, 23, 59, tzinfo=BRUSSELS), "2026-07", False),
        (datetime(2026, 8, 1, 0, 0, tzinfo=BRUSSELS), "2027-01", True),
    ],
)
def test_submit_application_outside_the_window_goes_to_the_next_round_with_a_warning(
    at: datetime, code: str, outside: bool
) -> None:
    for year, half in ((2026, 1), (2026, 7), (2027, 1)):
        make_batch(year, half)
    draft = make_application(at=datetime(2026, 1, 2, tzinfo=BRUSSELS))
    done = submit_application(draft, by=draft.created_by, at=at)
    filed = done.application
    assert (str(filed.batch), filed.filed_outside_window, "outside-window" in done.warnings) == (code, outside, outside)


def test_submit_application_passes_over_a_round_whose_intake_ended() -> None:
    july, january = make_batch(2026, 7), make_batch(2027, 1)
    end_intake(july, by=None, at=IN_AUGUST)
    draft = make_application()
    assert submit_application(draft, by=draft.created_by, at=IN_AUGUST).application.batch == january


def test_submit_application_without_an_open_round_keeps_the_draft() -> None:
    draft = make_application()
    with pytest.raises(Unavailable):
        submit_application(draft, by=draft.created_by, at=IN_JULY)
    draft.refresh_from_db()
    assert draft.state == "DRAFT"


@pytest.mark.parametrize(
    ("reimbursed_from", "reimbursed_to", "refused"),
    [
        (None, None, True),
        (date(2026, 8, 1), None, True),
        (date(2026, 7, 31), None, False),
        (date(2025, 1, 1), date(2026, 7, 30), True),
        (date(2025, 1, 1), date(2026, 7, 31), False),
    ],
)
def test_submit_application_asks_that_the_paragraph_is_reimbursed_on_the_reference_date(
    reimbursed_from: date | None, reimbursed_to: date | None, refused: bool
) -> None:
    make_batch()
    paragraph = make_paragraph(reimbursed_from=reimbursed_from, reimbursed_to=reimbursed_to)
    draft = make_application(paragraph=paragraph)
    with translation.override("en"):
        blocking = [item.message for item in missing_items(draft, on=JULY_DAY) if item.blocking]
        day = "31 July 2026"
    sentence = (
        "Filings for new CAR-T indications cannot include new centres ad hoc. "
        f"Paragraph {paragraph.number} is not reimbursed on {day}."
    )
    assert blocking == ([sentence] if refused else [])


def test_submit_application_refuses_a_new_indication_in_the_words_of_the_note() -> None:
    make_batch()
    draft = make_application(paragraph=make_paragraph(reimbursed_from=None))
    with translation.override("nl"):
        message = next(item.message for item in missing_items(draft, on=JULY_DAY) if item.blocking)
    assert message.startswith(NEW_INDICATION)
    assert NEW_INDICATION in Path("docs/law/ctg-nota-2025-11-05.nl.txt").read_text(encoding="utf-8").replace("\n", "")


def test_submit_application_names_every_problem_with_its_step() -> None:
    make_batch()
    paragraph = make_paragraph(make_product(is_cart=False), reimbursed_from=None)
    draft = make_application(paragraph=paragraph)
    Application.objects.filter(pk=draft.pk).update(
        populations=["ADULT", "PAED"], apheresis_site="", laboratory_site="1"
    )
    make_listing(draft, population="PAED")
    assert problems(draft) == [
        ("/product", "not-cart"),
        ("/product", "paragraph-not-reimbursed"),
        ("/product", "paragraph-without-children"),
        ("/laboratory", "site-number-value"),
        ("/centre", "apheresis-site-missing"),
        ("/centre", "already-listed"),
    ]
    draft.refresh_from_db()
    assert (draft.state, draft.number) == ("DRAFT", None)


def test_submit_application_refuses_the_same_application_twice_in_a_round() -> None:
    filed = make_application(submitted=True)
    same: dict[str, Any] = {"staff": filed.created_by, "paragraph": filed.paragraph, "centre": filed.centre}
    double = make_application(**same)
    assert problems(double) == [("/product", "same-application")]
    withdraw_application(filed, by=filed.created_by, at=IN_JULY, reason="filed twice")
    assert submit_application(double, by=double.created_by, at=IN_JULY).application.state == "SUBMITTED"


def test_submit_application_lets_two_holders_ask_the_same() -> None:
    filed = make_application(submitted=True)
    other = make_application(paragraph=filed.paragraph, centre=filed.centre, submitted=True)
    assert (other.state, other.number != filed.number) == ("SUBMITTED", True)


def test_missing_items_of_a_complete_file_is_empty_and_asks_the_mandate_of_a_representative() -> None:
    make_batch()
    staff = make_staff(make_holder(role=HolderRole.REPRESENTATIVE, represents="Parent Ltd"))
    draft = make_application(staff=staff, populations=("ADULT", "PAED"))
    state_all(draft, by=staff)
    slots = ("JACIE_CERTIFICATE", "INTENSIVE_CARE", "NEUROLOGY", "LABORATORY", "RESEARCH", "REGISTER")
    for slot in (*slots, "PAED_INTENSIVE_CARE", "HOLDER_QUALIFICATION"):
        make_annex(draft, by=staff, slot=slot)
    left = [(item.code, item.step, item.blocking) for item in missing_items(draft, on=JULY_DAY)]
    assert left == [("evidence-missing", "qualification", False)]
    make_annex(draft, by=staff, slot="MANDATE")
    assert missing_items(draft, on=JULY_DAY) == ()


def test_missing_items_warns_of_forecast_motivation_and_an_unusual_cnk_code() -> None:
    make_batch()
    draft = make_application()
    draft.forecast_year_2, draft.motivation, draft.laboratory_site = None, " ", ""
    draft.product.code = "9000016"
    found = {item.code for item in missing_items(draft, on=JULY_DAY) if not item.blocking}
    assert found == {*BARE, "forecast-missing", "motivation-missing", "laboratory-site-missing", "cnk-unusual"}


def test_submit_and_withdraw_are_for_staff_of_the_holder_only() -> None:
    filed = make_application(submitted=True)
    with pytest.raises(NotFound):
        submit_application(filed, by=make_staff(), at=IN_JULY)
    with pytest.raises(NotAllowed):
        withdraw_application(filed, by=make_user("SECRETARIAT"), at=IN_JULY, reason="")


def test_withdraw_application_keeps_its_number_taken() -> None:
    filed = make_application(submitted=True)
    gone = withdraw_application(filed, by=filed.created_by, at=IN_JULY, reason="no longer wanted")
    assert (gone.state, gone.number) == ("WITHDRAWN", filed.number)
    with pytest.raises(Conflict) as refused:
        submit_application(gone, by=filed.created_by, at=IN_JULY)
    assert refused.value.code == "wrong-state"


@pytest.mark.django_db(transaction=True)
def test_two_submissions_at_once_have_one_effect_and_one_answer() -> None:
    make_batch()
    draft = make_application()
    together = Barrier(2)

    def press(_: int) -> tuple[str, int]:
        together.wait()
        try:
            done = submit_application(draft, by=draft.created_by, at=IN_JULY).application
            return done.reference, done.version
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(press, range(2))
    draft.refresh_from_db()
    assert first == second == (draft.reference, 2)
    assert AuditEvent.objects.filter(subject_id=str(draft.pk), verb="submit").count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_submissions_at_once_get_numbers_of_their_own() -> None:
    make_batch()
    drafts = [make_application() for _ in range(6)]

    def press(draft: Application) -> int | None:
        try:
            return submit_application(draft, by=draft.created_by, at=IN_JULY).application.number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        numbers = list(pool.map(press, drafts))
    assert len(set(numbers)) == 6
    assert Application.objects.filter(batch=Batch.objects.get()).count() == 6
