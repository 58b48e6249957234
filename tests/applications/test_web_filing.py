"""The way through the filing as a browser walks it, without JavaScript."""

import re
from datetime import datetime
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from applications.models import Annex, Application, Batch
from applications.services.admission import decide_admissibility
from applications.services.drafts import change_application, state_fact
from applications.services.questions import ask_question
from applications.web.forms.registry import FORMS
from centres.enums import NomenclatureCode
from centres.models import AllograftCount, FigureRelease, Vintage
from jobs.models import Job
from tests.builders import (
    BRUSSELS,
    IN_JULY,
    make_annex,
    make_application,
    make_batch,
    make_centre,
    make_certificate_value,
    make_paragraph,
    make_product,
    make_staff,
    make_user,
    pdf_bytes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk_day(settings: Settings) -> None:
    settings.CART_TODAY = IN_JULY.date()


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["language"] = "en"
    return client


def step(draft: Application, name: str) -> str:
    return reverse("evaluation:filing-step", args=[draft.pk, name])


def draft_with_browser() -> tuple[Application, Client]:
    make_batch()
    staff = make_staff()
    return make_application(staff=staff), browser(staff)


def test_start_searches_the_site_and_a_double_click_makes_one_draft() -> None:
    make_batch()
    staff = make_staff()
    client, holder = browser(staff), staff.memberships.get().holder
    paragraph = make_paragraph(make_product(holder=holder))
    wanted, other = make_centre("Campus Oost"), make_centre("Campus West")
    typed = {"paragraph": paragraph.pk, "populations": ["ADULT"], "language": "fr", "contact_email": "a@test.example"}
    found = client.post(reverse("applications:start"), typed | {"words": "oost", "search": "1"}).content.decode()
    assert (str(wanted.pk) in found, str(other.pk) in found) == (True, False)
    answers = [client.post(reverse("applications:start"), typed | {"centre": wanted.pk}) for _ in range(2)]
    draft = Application.objects.get()
    assert [answer["Location"] for answer in answers] == [step(draft, "certificates")] * 2
    assert (draft.centre, draft.language, draft.apheresis_site) == (wanted, "fr", wanted.site_number)


def test_start_keeps_what_was_typed_and_names_every_fault() -> None:
    staff = make_staff()
    make_centre()
    answer = browser(staff).post(reverse("applications:start"), {"contact_email": "nobody", "language": "nl"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="nobody"' in page
    assert page.count("govuk-error-message") >= 4


def test_every_step_is_shown_with_the_law_and_the_pre_check() -> None:
    make_batch()
    staff = make_staff()
    draft = make_application(staff=staff, populations=("ADULT", "PAED"))
    client = browser(staff)
    for name in FORMS:
        page = client.get(step(draft, name))
        assert page.status_code == 200
        text = page.content.decode()
        assert ('class="law"' in text, 'id="pre-check"' in text) == (True, True)


def test_certificates_are_added_changed_and_taken_out() -> None:
    draft, client = draft_with_browser()
    new: dict[str, object] = {
        "c0-body": "JACIE",
        "c0-number": "A-1",
        "c0-valid_from": "2024-01-01",
        "c0-valid_to": "2028-01-01",
    }
    new |= {"c0-scopes": ["ADULT:ALLO", "ADULT:IEC"], "c0-clinical_sites": draft.centre.site_number}
    answer = client.post(step(draft, "certificates"), new | {"version": "1", "again": "1"})
    assert answer["Location"] == step(draft, "certificates")
    value = draft.statements.get().value
    assert value == make_certificate_value(
        number="A-1",
        valid_from="2024-01-01",
        valid_to="2028-01-01",
        facilities=[{"role": "CLINICAL", "site": draft.centre.site_number}],
    )
    client.post(step(draft, "certificates"), new | {"version": "2", "c0-number": "A-2"})
    assert [row.key for row in draft.statements.all()] == ["A-2"]
    client.post(step(draft, "certificates"), new | {"version": "3", "c0-remove": "on"})
    assert draft.statements.count() == 0


def test_supplements_are_stated_with_their_document_and_the_empty_block_stays_empty() -> None:
    draft, client = draft_with_browser()
    annex = make_annex(draft, by=draft.created_by, slot="SUPPLEMENT")
    preset = {"s0-year": "2022", "s0-basis": "STUDY", "s0-paed": "0"}
    client.post(step(draft, "allografts"), {"version": "1", "y2022": "27"} | preset)
    assert [(row.field, row.key, row.value) for row in draft.statements.all()] == [("declared_allografts", "2022", 27)]
    line = {"s0-year": "2024", "s0-basis": "REGISTER", "s0-reference": "EBMT", "s0-count": "2", "s0-paed": "1"}
    cited = {"s0-annex": str(annex.pk), "s0-page": "2"}
    client.post(step(draft, "allografts"), {"version": "2", "y2022": ""} | line | cited)
    row = draft.statements.get()
    assert (row.key, row.annex, row.page) == ("2024 EBMT", annex, 2)
    assert row.value == {"year": 2024, "basis": "REGISTER", "reference": "EBMT", "count": 2, "paed": 1}
    refused = client.post(step(draft, "allografts"), {"version": "3"} | line | cited | {"s0-page": "3"})
    assert (refused.status_code, "one of its pages" in refused.content.decode()) == (422, True)


def test_a_faulty_year_is_named_and_everything_stays_as_typed() -> None:
    draft, client = draft_with_browser()
    answer = client.post(step(draft, "allografts"), {"version": "1", "y2022": "27", "y2023": "", "y2024": "many"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ('href="#id_y2024"' in page, 'value="27"' in page, 'value="many"' in page) == (True, True, True)
    assert draft.statements.count() == 0


def test_a_step_changed_meanwhile_is_not_overwritten() -> None:
    draft, client = draft_with_browser()
    change_application(draft, changes={"motivation": "from a colleague"}, by=draft.created_by, at=IN_JULY)
    answer = client.post(step(draft, "forecast"), {"version": "1", "motivation": "mine"})
    draft.refresh_from_db()
    assert (answer.status_code, draft.motivation) == (409, "from a colleague")
    page = answer.content.decode()
    assert ("Someone changed this application meanwhile" in page, ">mine</textarea>" in page.replace("\n", "")) == (
        True,
        True,
    )


def test_the_pre_check_follows_what_is_typed_and_saves_nothing() -> None:
    draft, client = draft_with_browser()
    url = reverse("evaluation:filing-pre-check", args=[draft.pk, "laboratory"])
    here = client.post(url, {"laboratory_site": draft.centre.site_number}).content.decode()
    elsewhere = client.post(url, {"laboratory_site": make_centre().site_number}).content.decode()
    assert [_verdict(page, "C4") for page in (here, elsewhere)] == ["MET", "NOT_MET"]
    draft.refresh_from_db()
    assert (draft.version, draft.laboratory_site) == (1, draft.centre.site_number)


def test_the_pre_check_reads_the_sound_answers_beside_a_faulty_one() -> None:
    draft, client = draft_with_browser()
    typed = {"c0-body": "JACIE", "c0-number": "A-1", "c0-valid_from": "2024-01-01", "c0-valid_to": "2028-01-01"}
    typed |= {"c0-scopes": "ADULT:ALLO", "iec_filed_on": "2026-02-30"}
    page = client.post(reverse("evaluation:filing-pre-check", args=[draft.pk, "certificates"]), typed).content.decode()
    assert (_verdict(page, "C1b"), _verdict(page, "C1a")) == ("MET", "TO_VERIFY")
    for name in FORMS:
        if name != "paediatrics":
            empty = client.post(reverse("evaluation:filing-pre-check", args=[draft.pk, name]), {})
            assert (empty.status_code, "Pre-check" in empty.content.decode()) == (200, True)


def _verdict(page: str, criterion: str) -> str:
    line = next(row for row in page.split("<li>") if f"<b>{criterion}</b>" in row)
    found = re.search(r'data-verdict="(\w+)"', line)
    assert found is not None
    return found[1]


def test_booked_figures_are_seen_only_once_the_hospital_released_them() -> None:
    draft, client = draft_with_browser()
    desk, batch = make_user("SECRETARIAT"), make_batch()
    vintage = Vintage.objects.create(
        kind="ALLOGRAFTS", delivered_on=IN_JULY.date(), source="test", loaded_by=desk, loaded_at=IN_JULY
    )
    Batch.objects.filter(pk=batch.pk).update(vintage=vintage)
    for code in NomenclatureCode:
        for year in batch.booked_years:
            count = {"vintage": vintage, "centre": draft.centre, "year": year, "acts": 2160}
            AllograftCount.objects.create(**count, nomenclature_code=code)
    pages = [reverse("evaluation:filing-check", args=[draft.pk]), step(draft, "allografts")]
    before = [client.get(url).content.decode() for url in pages]
    release = {"centre": draft.centre, "holder": draft.holder, "valid_from": IN_JULY.date(), "recorded_by": desk}
    FigureRelease.objects.create(**release)
    after = [client.get(url).content.decode() for url in pages]
    assert [_verdict(page, "C2") for page in (*before, *after)] == ["TO_VERIFY", "TO_VERIFY", "MET", "MET"]
    assert ("4320" in before[1], "2022: 4320" in after[1].replace(",", "")) == (False, True)


def test_files_come_with_the_step_and_a_refused_one_keeps_no_other_out() -> None:
    draft, client = draft_with_browser()
    good = SimpleUploadedFile("lab.pdf", pdf_bytes(), content_type="application/pdf")
    bad = SimpleUploadedFile("page.pdf", b"<html></html>", content_type="application/pdf")
    answer = client.post(step(draft, "laboratory"), {"version": "1", "laboratory_site": "", "LABORATORY": [good, bad]})
    assert answer.status_code == 422
    assert "page.pdf: This is not a PDF" in answer.content.decode()
    assert [(annex.file_name, annex.slot) for annex in Annex.objects.all()] == [("lab.pdf", "LABORATORY")]


def test_documents_asked_for_after_submission_are_sent_from_the_page_of_the_file() -> None:
    filed = make_application(submitted=True)
    client, url = browser(filed.created_by), reverse("applications:annexes", args=[filed.pk])
    decide_admissibility(filed, result="TO_COMPLETE", reason="The rota.", by=make_user("SECRETARIAT"), at=IN_JULY)
    assert "The rota." in client.get(reverse("applications:detail", args=[filed.pk])).content.decode()
    refused = client.post(url, {"NEUROLOGY": SimpleUploadedFile("a.pdf", b"no")})
    client.post(url, {"NEUROLOGY": SimpleUploadedFile("b.pdf", pdf_bytes())})
    assert (refused.status_code, "a.pdf: This is not a PDF" in refused.content.decode()) == (422, True)
    assert [annex.file_name for annex in filed.annexes.all()] == ["b.pdf"]


def test_a_document_is_taken_out_after_asking_unless_an_answer_cites_it() -> None:
    draft, client = draft_with_browser()
    free, cited = (make_annex(draft, by=draft.created_by, slot="SUPPLEMENT") for _ in range(2))
    value = {"year": 2024, "basis": "STUDY", "reference": "S1", "count": 1, "paed": 0}
    state_fact(draft, field="supplement", key="2024 S1", value=value, annex=cited, by=draft.created_by, at=IN_JULY)
    for annex in (free, cited):
        url = reverse("applications:annex-remove", args=[draft.pk, annex.pk])
        assert annex.file_name in client.get(url).content.decode()
        assert client.post(url)["Location"] == step(draft, "allografts")
    assert [annex.pk for annex in draft.annexes.present()] == [cited.pk]


def test_submit_twice_leads_to_the_same_receipt_and_leaves_one_job() -> None:
    draft, client = draft_with_browser()
    check = reverse("evaluation:filing-check", args=[draft.pk])
    answers = [client.post(check) for _ in range(2)]
    draft.refresh_from_db()
    receipt = reverse("applications:receipt", args=[draft.pk])
    assert [answer["Location"] for answer in answers] == [receipt, receipt]
    assert draft.reference in client.get(receipt).content.decode()
    assert Job.objects.filter(kind="evaluation.take_in_statements").count() == 1


def test_submit_outside_the_window_says_so_on_the_receipt(settings: Settings) -> None:
    draft, client = draft_with_browser()
    make_batch(2027, 1)
    settings.CART_TODAY = datetime(2026, 11, 16, tzinfo=BRUSSELS).date()
    client.post(reverse("evaluation:filing-check", args=[draft.pk]))
    page = client.get(reverse("applications:receipt", args=[draft.pk])).content.decode()
    assert "You file outside January and July" in page


def test_check_names_what_blocks_and_where_to_repair_it() -> None:
    make_batch()
    staff = make_staff()
    paragraph = make_paragraph(make_product(holder=staff.memberships.get().holder), reimbursed_from=None)
    draft = make_application(staff=staff, paragraph=paragraph)
    answer = browser(staff).post(reverse("evaluation:filing-check", args=[draft.pk]))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'<a href="{step(draft, "product")}">Filings for new CAR-T indications cannot include new centres' in page


def test_a_document_is_handed_out_as_a_file_to_keep() -> None:
    draft, client = draft_with_browser()
    annex = make_annex(draft, by=draft.created_by)
    answer = client.get(reverse("applications:annex", args=[draft.pk, annex.pk]))
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''test%20")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]  # FileResponse


def urls_of(draft: Application, annex_id: UUID, question_id: UUID) -> list[tuple[str, str]]:
    pk = draft.pk
    names = ["detail", "receipt", "withdraw"]
    gets = [("get", reverse(f"applications:{name}", args=[pk])) for name in names]
    gets += [("get", reverse(f"evaluation:{name}", args=[pk])) for name in ("filing", "filing-check")]
    gets += [("get", step(draft, name)) for name in FORMS]
    gets += [("get", reverse(f"applications:{name}", args=[pk, annex_id])) for name in ("annex", "annex-remove")]
    posts = [("post", url) for _verb, url in gets if "/documents/" not in url and "receipt" not in url]
    posts += [
        ("post", reverse("applications:annexes", args=[pk])),
        ("post", reverse("applications:answer", args=[pk, question_id])),
    ]
    posts += [("post", reverse("applications:annex-remove", args=[pk, annex_id]))]
    return gets + [each for each in posts if not each[1].endswith(f"/{pk}/") and not each[1].endswith("/steps/")]


def test_another_holder_learns_nothing_of_a_file() -> None:
    draft, _client = draft_with_browser()
    annex = make_annex(draft, by=draft.created_by)
    stranger = browser(make_staff())
    answers = {
        (verb, url): getattr(stranger, verb)(url).status_code for verb, url in urls_of(draft, annex.pk, draft.pk)
    }
    assert set(answers.values()) == {404}
    assert str(draft.pk) not in stranger.get(reverse("applications:list")).content.decode()
    assert draft.product.name not in stranger.get(reverse("applications:list-csv")).content.decode()


def test_the_secretariat_sees_a_file_from_submission_on_and_changes_nothing() -> None:
    draft, client = draft_with_browser()
    desk = browser(make_user("SECRETARIAT"))
    detail = reverse("applications:detail", args=[draft.pk])
    assert desk.get(detail).status_code == 404
    client.post(reverse("evaluation:filing-check", args=[draft.pk]))
    assert desk.get(detail).status_code == 200
    assert desk.get(reverse("applications:withdraw", args=[draft.pk])).status_code == 403
    assert desk.get(reverse("applications:start")).status_code == 403


def test_the_list_asks_as_many_queries_for_thirty_files_as_for_one() -> None:
    make_batch()
    staff = make_staff()
    client, paragraph = browser(staff), make_paragraph(make_product(holder=staff.memberships.get().holder))
    counts = []
    for how_many in (1, 29):
        for _ in range(how_many):
            make_application(staff=staff, paragraph=paragraph)
        counts.append([_queries(client, reverse(f"applications:{name}")) for name in ("list", "list-csv")])
    assert counts[0] == counts[1]


def test_a_step_asks_as_many_queries_for_thirty_answers_as_for_one() -> None:
    draft, client = draft_with_browser()
    counts = []
    for numbers in (range(1), range(1, 15)):
        for number in numbers:
            value = make_certificate_value(number=f"T-{number}")
            state_fact(draft, field="certificate", key=f"T-{number}", value=value, by=draft.created_by, at=IN_JULY)
        counts.append(_queries(client, reverse("evaluation:filing-check", args=[draft.pk])))
    assert counts[0] == counts[1]


def _queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_csv_keeps_formulas_as_text() -> None:
    make_batch()
    staff = make_staff()
    make_application(staff=staff, external_reference="=1+1")
    rows = browser(staff).get(reverse("applications:list-csv")).content.decode("utf-8-sig").splitlines()
    assert rows[0].split(",")[:3] == ["reference", "external_reference", "state"]
    assert rows[1].split(",")[:3] == ["", "'=1+1", "DRAFT"]


def test_an_answer_is_kept_as_typed_when_it_is_refused() -> None:
    filed = make_application(submitted=True)
    question = ask_question(filed, criterion="C3a", text="Who?", by=make_user("SECRETARIAT"), at=IN_JULY)
    client = browser(filed.created_by)
    url = reverse("applications:answer", args=[filed.pk, question.pk])
    refused = client.post(url, {"answer": "patient 85.07.30-033.28"})
    assert refused.status_code == 422
    assert "patient 85.07.30-033.28</textarea>" in refused.content.decode()
    client.post(url, {"answer": "Two intensivists."})
    question.refresh_from_db()
    assert question.answer == "Two intensivists."


def test_withdraw_asks_first() -> None:
    filed = make_application(submitted=True)
    client = browser(filed.created_by)
    url = reverse("applications:withdraw", args=[filed.pk])
    assert "The Commission will not look at it." in client.get(url).content.decode()
    client.post(url, {"reason": "no longer wanted"})
    filed.refresh_from_db()
    assert filed.state == "WITHDRAWN"
