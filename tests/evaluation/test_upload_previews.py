"""The would-be outcome of each row of an upload of applications."""

from typing import Any

import pytest
from django.test import Client

from accounts.clock import now
from accounts.models import User
from applications.models import Application, Statement, Upload
from applications.services.drafts import state_fact
from applications.services.uploads import check_upload, commit_upload
from centres.models import Centre, Paragraph
from evaluation.board.precheck import live_pre_check
from evaluation.services.previews import preview_outcomes
from evaluation.tasks import preview_outcomes_task
from jobs.models import Job
from tests.accounts.builders import make_token
from tests.applications.test_uploads import HEADER, line, send
from tests.builders import (
    IN_JULY,
    holder_of,
    make_application,
    make_batch,
    make_centre,
    make_paragraph,
    make_product,
    make_staff,
    state_all,
)

pytestmark = pytest.mark.django_db
ON = IN_JULY.date()


@pytest.fixture
def staff() -> User:
    return make_staff()


@pytest.fixture
def paragraph(staff: User) -> Paragraph:
    make_batch()
    return make_paragraph(make_product(holder=holder_of(staff)), includes_children=True)


def checked(client: Client, staff: User, *lines: str, **more: Any) -> Upload:
    answer = send(client, staff, "\n".join([HEADER, *lines]), **more)
    return check_upload(answer.json()["id"], at=now(), advance=lambda done, total: None)


def previewed(upload: Upload) -> list[Any]:
    preview_outcomes(upload, on=ON, advance=lambda done, total: None)
    return list(upload.rows.values_list("preview", flat=True))


def told(client: Client, staff: User, upload: Upload) -> list[dict[str, Any]]:
    token = make_token(staff, "uploads:write")
    answer = client.get(f"/api/v1/uploads/{upload.pk}/rows", headers={"Authorization": f"Bearer {token}"})
    return [{name: row.get(name) for name in ("would_be", "would_be_reason")} for row in answer.json()["results"]]


def live(draft: Application) -> dict[str, Any]:
    found = live_pre_check(draft, batch=make_batch(), on=ON)
    return {"outcome": found.outcome, "verdicts": {line.id: line.verdict for line in found.lines}}


def test_preview_of_a_draft_is_what_its_own_page_says(client: Client, staff: User, paragraph: Paragraph) -> None:
    draft = make_application(staff=staff, paragraph=paragraph, external_reference="A-1")
    state_all(draft, by=staff)
    upload = checked(client, staff, line(paragraph, draft.centre.site_number, populations="ADULT"))
    (preview,) = previewed(upload)
    by_population = preview.pop("by_population")
    assert (preview, by_population) == (live(draft), {"ADULT": preview["outcome"]})
    Upload.objects.filter(pk=upload.pk).update(state="COMMITTING", committed_by=staff)
    commit_upload(upload.pk, at=now())
    draft.refresh_from_db()
    assert live(draft) == preview


def test_preview_of_a_new_row_rests_on_what_its_company_states_elsewhere(
    client: Client, staff: User, paragraph: Paragraph
) -> None:
    stated, silent = make_application(staff=staff, paragraph=paragraph), make_centre()
    state_all(stated, by=staff)
    foreign = make_application(centre=silent)
    state_fact(foreign, field="declared_allografts", key="2024", value=50, by=foreign.created_by, at=IN_JULY)
    rows = [line(paragraph, site, external_reference=site) for site in (stated.centre.site_number, silent.site_number)]
    one, other = previewed(checked(client, staff, *rows))
    assert (one["verdicts"]["C1b"], other["verdicts"]["C1b"]) == ("MET", "TO_VERIFY")
    assert (one["verdicts"]["C2"], other["verdicts"]["C2"]) == ("TO_VERIFY", "TO_VERIFY")
    assert other["outcome"] == "INCOMPLETE"


def test_preview_lets_a_drafts_own_answers_silence_contrary_ones(
    client: Client, staff: User, paragraph: Paragraph
) -> None:
    elsewhere = make_application(staff=staff, paragraph=paragraph)
    state_all(elsewhere, by=staff)
    draft = make_application(staff=staff, paragraph=paragraph, centre=elsewhere.centre, external_reference="A-1")
    state_fact(draft, field="no_certificates", value=True, by=staff, at=IN_JULY)
    (preview,) = previewed(checked(client, staff, line(paragraph, draft.centre.site_number)))
    assert preview["verdicts"]["C1b"] == "NOT_MET"


def test_preview_says_why_it_is_not_there(client: Client, staff: User, paragraph: Paragraph) -> None:
    site = make_centre().site_number
    upload = checked(client, staff, line(paragraph, site))
    assert [row["would_be_reason"]["code"] for row in told(client, staff, upload)] == ["computing"]
    faulty = checked(client, staff, line(paragraph, site, language="de"), **{"Idempotency-Key": "two"})
    assert [row["would_be_reason"]["code"] for row in told(client, staff, faulty)] == ["not-ready"]
    assert not Job.objects.filter(kind="evaluation.preview_outcomes", subject=str(faulty.pk)).exists()
    Job.objects.filter(subject=str(upload.pk), kind="evaluation.preview_outcomes").update(
        state="RUNNING", lease_until=now()
    )
    Job.objects.filter(subject=str(upload.pk), kind="evaluation.preview_outcomes").update(
        state="DEAD", lease_until=None, finished_at=now()
    )
    assert [row["would_be_reason"]["code"] for row in told(client, staff, upload)] == ["failed"]


def test_preview_without_an_open_batch_says_so(client: Client, staff: User) -> None:
    paragraph = make_paragraph(make_product(holder=holder_of(staff)), includes_children=True)
    upload = checked(client, staff, line(paragraph, make_centre().site_number))
    assert previewed(upload) == [{"reason": "no-open-batch"}]
    (row,) = told(client, staff, upload)
    assert (row["would_be"], row["would_be_reason"]["code"]) == (None, "no-open-batch")


def test_preview_of_facts_that_contradict_each_other_says_so(client: Client, staff: User, paragraph: Paragraph) -> None:
    draft = make_application(staff=staff, paragraph=paragraph, external_reference="A-1")
    state_fact(draft, field="declared_allografts", key="2024", value=5, by=staff, at=IN_JULY)
    Statement.objects.filter(application=draft).update(value=-5)
    upload = checked(client, staff, line(paragraph, draft.centre.site_number))
    assert previewed(upload) == [{"reason": "facts-faulty"}]


def test_preview_is_a_job_of_its_own_that_may_run_twice(client: Client, staff: User, paragraph: Paragraph) -> None:
    upload = checked(client, staff, line(paragraph, make_centre().site_number))
    job = Job.objects.get(kind="evaluation.preview_outcomes")
    preview_outcomes_task(str(job.pk))
    job.refresh_from_db()
    assert (job.state, preview_outcomes(upload, on=ON, advance=lambda done, total: None)) == ("DONE", 0)


def test_preview_is_shown_on_the_page_as_advice(client: Client, staff: User, paragraph: Paragraph) -> None:
    upload = checked(client, staff, line(paragraph, make_centre().site_number))
    client.force_login(staff)
    waiting = client.get(f"/uploads/{upload.pk}/").content.decode()
    assert "The outcome is being worked out" in waiting
    previewed(upload)
    page = client.get(f"/uploads/{upload.pk}/").content.decode()
    assert '<span class="advice">advice</span>' in page
    assert "Would-be outcome (advice)" in page


@pytest.mark.parametrize("count", [2, 60])
def test_preview_asks_as_many_queries_for_many_rows_as_for_few(
    client: Client, staff: User, paragraph: Paragraph, django_assert_num_queries: Any, count: int
) -> None:
    sites = [make_centre() for _ in range(count)]
    upload = checked(client, staff, *rows_for(paragraph, sites))
    with django_assert_num_queries(9):
        assert preview_outcomes(upload, on=ON, advance=lambda done, total: None) == count


def rows_for(paragraph: Paragraph, sites: list[Centre]) -> list[str]:
    return [line(paragraph, site.site_number, external_reference=f"A-{place}") for place, site in enumerate(sites)]
