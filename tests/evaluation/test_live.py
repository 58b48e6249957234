"""How a site stands before its batch closes."""

from datetime import date

import pytest

from accounts.models import User
from applications.models import Application, Batch
from applications.services.submission import withdraw_application
from evaluation.facts import gather_facts, site_records
from evaluation.live import evaluate_live
from evaluation.models import Input
from evaluation.rules.model import Evaluation
from evaluation.services.inputs import confirm_input
from evaluation.services.rulings import Minutes, record_bureau_ruling
from tests.builders import IN_AUGUST, make_centre, pdf_bytes
from tests.evaluation.builders import make_sealed_batch
from tests.evaluation.review import make_desk, make_figures, make_file, put_in_review

pytestmark = pytest.mark.django_db


def live(application: Application) -> Evaluation:
    batch = Batch.objects.get(applications=application)
    record = site_records(batch, [application.centre])[application.centre_id]
    return evaluate_live(record, gather_facts(record, populations=application.populations))


def confirm_all(application: Application, desk: User) -> None:
    rows = Input.objects.filter(centre=application.centre, confirmed_at=None, dismissed_at=None)
    for row in rows.exclude(field__in=("narrative", "apheresis_site")):
        confirm_input(row, by=desk, at=IN_AUGUST)


def test_unconfirmed_site_of_apheresis_leaves_the_site_open_until_confirmed() -> None:
    desk = make_desk()
    application = make_file(desk=desk)
    assert application.batch is not None
    make_figures(put_in_review(application.batch, desk), desk)
    confirm_all(application, desk)
    before = live(application).finding("C1c")
    assert (before.verdict, before.reason.key, before.missing) == (
        "TO_VERIFY",
        "apheresis_site_open",
        ("apheresis_site",),
    )

    confirm_input(Input.objects.get(field="apheresis_site"), by=desk, at=IN_AUGUST)
    assert live(application).finding("C1c").verdict == "MET"


def test_unconfirmed_site_of_apheresis_never_fails_a_site() -> None:
    desk = make_desk()
    application = make_file(desk=desk)
    Input.objects.filter(field="apheresis_site").update(value=make_centre().site_number)
    confirm_all(application, desk)
    assert live(application).finding("C1c").verdict == "TO_VERIFY"
    assert live(application).outcome == "INCOMPLETE"


def test_what_a_withdrawn_file_stated_and_nobody_confirmed_is_stated_no_more() -> None:
    desk = make_desk()
    application = make_file(desk=desk)
    staff = application.submitted_by
    assert staff is not None
    withdraw_application(application, by=staff, at=IN_AUGUST, reason="Filed for another site.")
    batch = Batch.objects.get(applications=application)
    assert site_records(batch, [application.centre])[application.centre_id].inputs == ()


def test_bureau_rules_on_the_transition_also_after_the_close() -> None:
    desk = make_desk()
    application = make_sealed_batch()[0]
    assert application.batch is not None
    ruling = record_bureau_ruling(
        application.batch,
        application.centre,
        confirms=True,
        ruled_on=date(2026, 9, 1),
        minutes_reference="Bureau 2026/09",
        minutes=Minutes("bureau.pdf", pdf_bytes(1)),
        by=desk,
        at=IN_AUGUST,
    )
    assert (ruling.confirms_transition, ruling.minutes_reference) == (True, "Bureau 2026/09")
