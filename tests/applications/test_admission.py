from datetime import datetime
from typing import Any

import pytest

from accounts.enums import Role
from accounts.errors import Conflict, Invalid, NotAllowed, NotFound
from applications.models import Application, Batch
from applications.services.admission import decide_admissibility
from applications.services.annexes import add_annex
from applications.services.batches import end_intake, open_batch
from applications.services.questions import answer_question, ask_question
from tests.builders import (
    BRUSSELS,
    IN_AUGUST,
    IN_JULY,
    make_annex,
    make_application,
    make_batch,
    make_staff,
    make_user,
    pdf_bytes,
)

pytestmark = pytest.mark.django_db


def test_open_batch_takes_the_month_as_its_window_and_the_triple_of_years() -> None:
    desk = make_user()
    batch = open_batch(year=2027, half=1, first_booked_year=2023, by=desk, at=IN_JULY)
    assert (batch.code, batch.opens_on.isoformat(), batch.reference_on.isoformat(), batch.booked_years) == (
        "2027-01",
        "2027-01-01",
        "2027-01-31",
        (2023, 2024, 2025),
    )
    with pytest.raises(Conflict) as twice:
        open_batch(year=2027, half=1, first_booked_year=2023, by=desk, at=IN_JULY)
    with pytest.raises(Invalid) as early:
        open_batch(year=2027, half=7, first_booked_year=2025, by=desk, at=IN_JULY)
    with pytest.raises(NotAllowed):
        open_batch(year=2027, half=7, first_booked_year=2023, by=make_staff(), at=IN_JULY)
    assert (twice.value.code, [fault.code for fault in early.value.problems]) == ("batch-exists", ["batch-years"])


def test_end_intake_waits_for_the_day_after_the_reference_date_and_takes_up_admissible_files() -> None:
    waiting, admissible = make_application(submitted=True), make_application(admissible=True)
    batch = Batch.objects.get()
    with pytest.raises(Conflict) as early:
        end_intake(batch, by=None, at=datetime(2026, 7, 31, 23, 59, tzinfo=BRUSSELS))
    ended = end_intake(batch, by=None, at=datetime(2026, 8, 1, 0, 0, tzinfo=BRUSSELS))
    states = {row.pk: row.state for row in Application.objects.all()}
    assert (early.value.code, ended.state) == ("intake-still-open", "REVIEW")
    assert states == {waiting.pk: "SUBMITTED", admissible.pk: "IN_REVIEW"}


@pytest.mark.parametrize(
    ("result", "state"), [("ADMISSIBLE", "ADMISSIBLE"), ("INADMISSIBLE", "INADMISSIBLE"), ("TO_COMPLETE", "SUBMITTED")]
)
def test_decide_admissibility_is_by_a_named_person(result: str, state: str) -> None:
    desk, filed = make_user(), make_application(submitted=True)
    done = decide_admissibility(filed, result=result, reason="seen", by=desk, at=IN_JULY)
    assert (
        done.state,
        done.admissibility,
        done.admissibility_reason,
        done.admissibility_by,
        done.admissibility_at,
    ) == (
        state,
        result,
        "seen",
        desk,
        IN_JULY,
    )


def test_decide_admissibility_after_intake_goes_into_review_at_once() -> None:
    filed = make_application(submitted=True)
    end_intake(Batch.objects.get(), by=None, at=IN_AUGUST)
    done = decide_admissibility(filed, result="ADMISSIBLE", reason="", by=make_user(), at=IN_AUGUST)
    assert done.state == "IN_REVIEW"


def test_decide_admissibility_needs_the_secretariat_a_reason_and_the_right_state() -> None:
    filed = make_application(submitted=True)
    with pytest.raises(NotAllowed):
        decide_admissibility(filed, result="ADMISSIBLE", reason="", by=make_user(Role.CHAIR), at=IN_JULY)
    with pytest.raises(Invalid):
        decide_admissibility(filed, result="INADMISSIBLE", reason=" ", by=make_user(), at=IN_JULY)
    with pytest.raises(Conflict):
        decide_admissibility(make_application(), result="ADMISSIBLE", reason="", by=make_user(), at=IN_JULY)


def test_documents_can_follow_only_when_the_secretariat_asked_to_complete() -> None:
    filed = make_application(submitted=True)
    staff = filed.created_by
    with pytest.raises(Conflict) as closed:
        make_annex(filed, by=staff)
    asked = decide_admissibility(filed, result="TO_COMPLETE", reason="laboratory", by=make_user(), at=IN_JULY)
    annex = make_annex(asked, by=staff)
    assert (closed.value.code, annex.number) == ("evidence-closed", 1)


def test_add_annex_of_the_same_bytes_in_the_same_slot_is_the_annex_there() -> None:
    staff = make_staff()
    draft = make_application(staff=staff)
    given: dict[str, Any] = {
        "title": "Lab",
        "file_name": "../../la\u202eb.pdf",
        "content": pdf_bytes(3),
        "by": staff,
        "at": IN_JULY,
    }
    first, again = (add_annex(draft, slot="LABORATORY", **given) for _ in range(2))
    other = add_annex(draft, slot="REGISTER", **given)
    assert (first, first.file_name, first.pages, first.number, other.number) == (again, "lab.pdf", 3, 1, 2)


def test_add_annex_says_why_a_file_is_refused() -> None:
    staff = make_staff()
    draft = make_application(staff=staff)
    for content, name, code in (
        (b"<html>", "a.pdf", "annex-not-pdf"),
        (b"%PDF-1.7 nothing", "a.pdf", "annex-broken"),
        (pdf_bytes(), "85073003328.pdf", "national-number"),
    ):
        with pytest.raises(Invalid) as refused:
            add_annex(draft, slot="OTHER", title="x", file_name=name, content=content, by=staff, at=IN_JULY)
        assert [(fault.pointer, fault.code) for fault in refused.value.problems] == [("/file", code)]
    with pytest.raises(NotFound):
        make_annex(draft, by=make_staff())


def test_question_is_asked_by_the_desk_and_answered_once_by_the_holder() -> None:
    filed = make_application(submitted=True)
    staff, desk = filed.created_by, make_user()
    question = ask_question(filed, criterion="C3a", text="Who is on call?", by=desk, at=IN_JULY)
    answered = answer_question(question, answer="Two intensivists.", by=staff, at=IN_AUGUST)
    assert (answered.answer, answered.answered_by, answered.answered_at) == ("Two intensivists.", staff, IN_AUGUST)
    with pytest.raises(Conflict) as twice:
        answer_question(question, answer="Three.", by=staff, at=IN_AUGUST)
    with pytest.raises(NotFound):
        answer_question(question, answer="Me.", by=make_staff(), at=IN_AUGUST)
    with pytest.raises(NotAllowed):
        ask_question(filed, criterion="C3a", text="?", by=staff, at=IN_JULY)
    with pytest.raises(Conflict):
        ask_question(make_application(), criterion="C3a", text="?", by=desk, at=IN_JULY)
    assert twice.value.code == "already-answered"


def test_make_batch_gives_the_round_that_is_there() -> None:
    assert make_batch() == make_batch()
