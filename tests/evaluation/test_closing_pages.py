import re

import pytest
from django.test import Client

from accounts.enums import Role
from applications.models import Application, Batch
from evaluation.models import Input
from evaluation.services.closing import seal_if_complete
from evaluation.services.evaluations import assess_application, evaluate_site
from evaluation.services.inputs import confirm_input
from jobs.models import Job
from jobs.services import claim_job, fail_job
from tests.builders import IN_AUGUST, make_user
from tests.evaluation.builders import make_dossier, make_sealed_batch
from tests.evaluation.builders import standing as standing_assessment
from tests.evaluation.review import make_desk, make_figures, make_file, put_in_review, signed_in

pytestmark = pytest.mark.django_db
CLOSE = "/batches/2026-07/close/"
DOSSIERS = "/batches/2026-07/dossiers/"


def ready_to_close() -> tuple[Application, Client]:
    desk = make_desk()
    application = make_file(desk=desk)
    assert application.batch is not None
    make_figures(put_in_review(application.batch, desk), desk)
    confirm_input(Input.objects.get(field="apheresis_site"), by=desk, at=IN_AUGUST)
    return application, signed_in(desk)


def closed() -> tuple[Application, Client]:
    application, client = ready_to_close()
    assert client.post(CLOSE).status_code == 302
    application.refresh_from_db()
    return application, client


def test_close_page_names_what_blocks_with_the_way_to_put_it_right() -> None:
    desk = make_desk()
    first, other = make_file(desk=desk), make_file(desk=desk)
    make_file(desk=desk, centre=first.centre, apheresis=other.centre.site_number)
    assert first.batch is not None
    put_in_review(first.batch, desk)
    page = signed_in(desk).get(CLOSE)
    site = f"/batches/2026-07/sites/{first.centre.site_number}/"
    other_site = f"/batches/2026-07/sites/{other.centre.site_number}/"
    hrefs = sorted(re.sub("differences/[0-9a-f]{64}", "differences/…", each.href) for each in page.context["repairs"])
    disagreement = f"{site}differences/…/"
    assert hrefs == sorted(["/batches/2026-07/figures/", disagreement, f"{site}#C1c", f"{other_site}#C1c"])
    assert 'class="button"' not in page.content.decode()


def test_close_page_says_what_will_happen_then_closes_and_follows_the_dossiers() -> None:
    application, client = ready_to_close()
    page = client.get(CLOSE).content.decode()
    assert "1 site is evaluated once and the result is kept for good." in page
    assert page.count('class="button"') == 1
    answer = client.post(CLOSE)
    job = Job.objects.get(kind="evaluation.render_dossier")
    assert (answer["Location"], Batch.objects.get().state, job.subject) == (DOSSIERS, "CLOSED", application.reference)


def test_close_a_second_time_changes_nothing_and_says_why() -> None:
    _application, client = closed()
    answer = client.post(CLOSE)
    assert (answer.status_code, Job.objects.filter(kind="evaluation.render_dossier").count()) == (409, 1)
    assert "The batch is closed." in answer.content.decode()


def test_end_intake_before_the_reference_date_has_passed_offers_no_button(settings: object) -> None:
    desk = make_desk()
    make_file(desk=desk)
    settings.CART_TODAY = IN_AUGUST.date().replace(month=7, day=31)  # type: ignore[attr-defined]  # pytest-django's
    page = signed_in(desk).get("/batches/2026-07/end-intake/").content.decode()
    assert ("The intake is still open." in page, ">End the intake<" in page) == (True, False)


def test_end_intake_takes_the_admissible_files_into_review(settings: object) -> None:
    desk = make_desk()
    application = make_file(desk=desk)
    settings.CART_TODAY = IN_AUGUST.date()  # type: ignore[attr-defined]  # pytest-django's
    client = signed_in(desk)
    assert "1 admissible file goes into review." in client.get("/batches/2026-07/end-intake/").content.decode()
    assert client.post("/batches/2026-07/end-intake/")["Location"] == "/batches/2026-07/"
    application.refresh_from_db()
    assert (Batch.objects.get().state, application.state) == ("REVIEW", "IN_REVIEW")


def test_dossiers_page_follows_by_itself_until_all_are_there() -> None:
    application, client = closed()
    page = client.get(DOSSIERS).content.decode()
    assert ('hx-trigger="every 2s"' in page, "0 of 1" in page, "See how far it is" in page) == (True, True, True)
    asked = client.get(DOSSIERS, headers={"HX-Request": "true"})
    assert (asked.status_code, b"<html" in asked.content) == (200, False)
    dossier = make_dossier(standing_assessment(application))
    seal_if_complete(Batch.objects.get().pk, at=IN_AUGUST)
    asked = client.get(DOSSIERS, headers={"HX-Request": "true"})
    said = asked.content.decode()
    assert (asked.status_code, "1 of 1" in said, "Sealed on" in said, f"/dossiers/{dossier.pk}/" in said) == (
        286,
        True,
        True,
        True,
    )
    assert "every 2s" not in client.get(DOSSIERS).content.decode()


def test_dossier_that_could_not_be_made_shows_its_cause_and_is_ordered_again() -> None:
    _application, client = closed()
    job = Job.objects.get(kind="evaluation.render_dossier")
    claimed = claim_job(job.pk)
    assert claimed is not None
    fail_job(claimed, code="disk-full", detail="No space left on device", retry=False)
    page = client.get(DOSSIERS).content.decode()
    assert ("The disk is full (disk-full): No space left on device" in page, "every 2s" in page) == (True, False)
    assert client.post(f"{DOSSIERS}{job.pk}/retry/")["Location"] == DOSSIERS
    job.refresh_from_db()
    assert job.state == "QUEUED"
    auditor = signed_in(make_user(Role.AUDITOR))
    assert "Try again" not in auditor.get(DOSSIERS).content.decode()


def test_retry_of_a_job_of_another_batch_does_not_exist() -> None:
    application = make_sealed_batch()[0]
    assert application.batch is not None
    job = Job.objects.filter(kind="evaluation.render_dossier").get()
    client = signed_in(make_desk())
    assert client.post(f"{DOSSIERS}{job.pk}/retry/").status_code == 302
    assert client.post(f"/batches/2027-01/dossiers/{job.pk}/retry/").status_code == 404


def test_dossiers_page_of_a_batch_judged_again_keeps_the_dossier_that_is_there() -> None:
    application = make_sealed_batch()[0]
    assert application.batch is not None
    desk = make_desk()
    site = evaluate_site(
        application.batch, application.centre, stage="VOTE", by=desk, at=IN_AUGUST, vote_on=IN_AUGUST.date()
    )
    assess_application(application, site, stage="VOTE", by=desk, at=IN_AUGUST, vote_on=IN_AUGUST.date())
    first = application.dossiers.get()
    page = signed_in(desk).get(DOSSIERS).content.decode()
    assert ("1 of 1" in page, f"/dossiers/{first.pk}/" in page, "every 2s" in page) == (True, True, False)
