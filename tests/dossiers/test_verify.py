"""What a code from a cover tells, and what it never tells."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.errors import Conflict, Invalid, NotAllowed
from accounts.models import AuditEvent
from applications.models import Application
from evaluation.models import ApplicationAssessment, Dossier, Revocation, VerifyCode
from evaluation.selectors.verifying import as_code
from evaluation.services.closing import record_dossier
from evaluation.services.evaluations import assess_application, evaluate_site
from evaluation.services.verifying import draw_code, revoke_dossier
from evaluation.web.verify import AskedTooOften
from tests.builders import make_user
from tests.evaluation.builders import SEALED_AT, make_closed_batch, make_dossier, make_sealed_batch
from tests.evaluation.review import make_desk, signed_in

pytestmark = pytest.mark.django_db
UNKNOWN = "0" * 32


def sealed() -> tuple[Application, Dossier, VerifyCode]:
    [application] = make_sealed_batch()
    return application, application.dossiers.get(), VerifyCode.objects.get(assessment__application=application)


def judged_again(application: Application, *, at: datetime = SEALED_AT) -> ApplicationAssessment:
    assert application.batch is not None
    desk = make_desk()
    vote_on = at.date()
    site = evaluate_site(application.batch, application.centre, stage="VOTE", by=desk, at=at, vote_on=vote_on)
    return assess_application(application, site, stage="VOTE", by=desk, at=at, vote_on=vote_on)


def said(code: str, language: str = "en") -> tuple[int, str]:
    answer = Client(headers={"Accept-Language": language}).get(f"/verify/{code}")
    return answer.status_code, " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


def test_code_is_drawn_with_the_order_and_kept_whenever_it_is_drawn_again() -> None:
    _application, dossier, code = sealed()
    assert re.fullmatch("[0-9a-f]{32}", code.code)
    assert code.address.endswith(f"/verify/{code.code}")
    assert code.drawn_at == SEALED_AT
    assert draw_code(dossier.assessment, at=SEALED_AT + timedelta(days=3)) == code


def test_codes_of_two_dossiers_differ() -> None:
    make_sealed_batch(2)
    assert len(set(VerifyCode.objects.values_list("code", flat=True))) == 2


def test_verify_page_of_a_genuine_dossier_tells_day_reference_and_sha256_and_nothing_else() -> None:
    application, dossier, code = sealed()
    status, text = said(code.code)
    assert (status, "Genuine" in text, application.reference in text, dossier.sha256 in text) == (200,) + (True,) * 3
    assert "20 August 2026" in text
    closed = (
        application.centre.name,
        application.centre.hospital.name,
        application.holder.name,
        application.product.name,
        str(dossier.pk),
        "ELIGIBLE",
        "meets the criteria",
    )
    assert [word for word in closed if word in text] == []


def test_verify_page_of_a_dossier_that_a_newer_one_replaced_says_superseded() -> None:
    application, _dossier, code = sealed()
    newer = judged_again(application)
    draw_code(newer, at=SEALED_AT)
    assert "Genuine" in said(code.code)[1]
    make_dossier(newer)
    assert "Superseded" in said(code.code)[1]
    assert "Genuine" in said(VerifyCode.objects.get(assessment=newer).code)[1]


def test_verify_page_of_an_older_assessment_whose_dossier_was_made_late_says_superseded() -> None:
    [application] = make_closed_batch()
    older = ApplicationAssessment.objects.get(application=application)
    newer = judged_again(application, at=SEALED_AT + timedelta(days=1))
    for assessment in (newer, older):
        draw_code(assessment, at=SEALED_AT)
        make_dossier(assessment)
    told = [said(VerifyCode.objects.get(assessment=each).code)[1] for each in (older, newer)]
    assert ["Superseded" in told[0], "Genuine" in told[1]] == [True, True]


def test_verify_page_of_a_revoked_dossier_says_so_without_the_reason() -> None:
    _application, dossier, code = sealed()
    desk = make_desk()
    revoke_dossier(dossier, reason="Figures of another site.", by=desk, at=SEALED_AT)
    status, text = said(code.code)
    assert (status, "Revoked" in text, "Figures of another site." in text) == (200, True, False)
    line = AuditEvent.objects.get(verb="revoke_dossier")
    assert (line.by, line.reason, line.subject_id) == (desk, "Figures of another site.", str(dossier.pk))


def test_verify_page_of_a_withdrawn_application_says_revoked() -> None:
    from applications.services.submission import withdraw_application

    application, _dossier, code = sealed()
    staff = application.submitted_by
    assert staff is not None
    withdraw_application(application, by=staff, at=SEALED_AT, reason="No longer asked.")
    assert "Revoked" in said(code.code)[1]


@pytest.mark.parametrize("code", [UNKNOWN, "x", "2026-07", "%27%22%3C"])
def test_verify_page_of_a_code_that_no_dossier_bears_is_calm_and_404(code: str) -> None:
    status, text = said(code)
    assert (status, "No dossier bears this code." in text, "Code on the dossier" in text) == (404, True, True)


def test_code_that_was_drawn_but_has_no_dossier_yet_is_unknown() -> None:
    application, _dossier, _code = sealed()
    waiting = draw_code(judged_again(application), at=SEALED_AT)
    assert said(waiting.code)[0] == 404


def test_verify_page_costs_the_same_queries_whether_the_code_is_known_or_not(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    from evaluation.selectors.verifying import verified

    _application, _dossier, code = sealed()
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture is a callable
        assert verified(code.code) is not None
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture is a callable
        assert verified(UNKNOWN) is None


def test_code_typed_from_paper_leads_to_its_page() -> None:
    _application, _dossier, code = sealed()
    groups = " ".join(code.code[at : at + 4] for at in range(0, 32, 4)).upper()
    assert Client().get("/verify/", {"code": groups})["Location"] == f"/verify/{code.code}"
    assert as_code(f" {code.address}/ ") == code.code
    assert Client().get("/verify/").status_code == 200


def test_verify_page_asked_too_often_says_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AskedTooOften, "rate", "2/min")
    answers = [Client(REMOTE_ADDR="192.0.2.7").get(f"/verify/{UNKNOWN}") for _ in range(3)]
    assert [each.status_code for each in answers] == [404, 404, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60


def test_verify_page_checks_a_file_with_the_sha256_and_names_the_command() -> None:
    _application, dossier, code = sealed()
    page = Client().get(f"/verify/{code.code}").content.decode()
    assert f'data-check-file="{dossier.sha256}" hidden' in page
    assert "/static/verify.js" in page
    assert "sha256sum" in page


def test_revoke_is_for_the_secretariat_with_a_reason_and_once() -> None:
    _application, dossier, _code = sealed()
    desk = make_desk()
    with pytest.raises(NotAllowed):
        revoke_dossier(dossier, reason="x", by=make_user(Role.CHAIR), at=SEALED_AT)
    with pytest.raises(Invalid):
        revoke_dossier(dossier, reason=" ", by=desk, at=SEALED_AT)
    revoke_dossier(dossier, reason="An error.", by=desk, at=SEALED_AT)
    with pytest.raises(Conflict):
        revoke_dossier(dossier, reason="Again.", by=desk, at=SEALED_AT)


def test_revoke_page_takes_the_reason_and_goes_back_to_the_dossiers() -> None:
    _application, dossier, _code = sealed()
    client = signed_in(make_desk())
    path = f"/dossiers/{dossier.pk}/revoke/"
    assert client.get(path).status_code == 200
    assert client.post(path, {"reason": ""}).status_code == 422
    assert client.post(path, {"reason": "An error."})["Location"] == "/batches/2026-07/dossiers/"
    assert Revocation.objects.get().reason == "An error."
    assert "This dossier is revoked already." in client.get(path).content.decode()


def test_record_dossier_after_its_revocation_finds_the_same_row() -> None:
    _application, dossier, _code = sealed()
    revoke_dossier(dossier, reason="An error.", by=make_desk(), at=SEALED_AT)
    again = record_dossier(dossier.assessment, sha256="f" * 64, size=1, pages=1, at=SEALED_AT)
    assert again == dossier
