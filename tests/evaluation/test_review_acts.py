from threading import Barrier, Thread

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from accounts.models import AuditEvent, User
from applications.models import Application, Batch, Question
from evaluation.differences import contradictions
from evaluation.models import BureauRuling, CapacityAssessment, Input, Judgement, Resolution, Supplement
from evaluation.records import site_records
from evaluation.services.inputs import confirm_input
from tests.builders import IN_AUGUST, pdf_bytes
from tests.evaluation.review import make_desk, make_figures, make_file, put_in_review, signed_in

REASON = "As the document says on page 2."


def reviewed(desk: User) -> Application:
    application = make_file(desk=desk, supplement=True)
    assert application.batch is not None
    make_figures(put_in_review(application.batch, desk), desk)
    application.refresh_from_db()
    return application


def site_address(application: Application) -> str:
    return f"/batches/2026-07/sites/{application.centre.site_number}/"


def said(response: object) -> list[str]:
    request = response.wsgi_request  # type: ignore[attr-defined]  # the test client adds it
    return [str(message) for message in get_messages(request)]


def confirm(client: Client, application: Application, stated: Input) -> object:
    return client.post(f"{site_address(application)}confirm/", {"kind": "input", "id": str(stated.pk)})


@pytest.mark.django_db
def test_confirm_writes_who_and_goes_back_to_where_one_was() -> None:
    desk = make_desk("L. Example")
    application = reviewed(desk)
    stated = Input.objects.get(field="laboratory_site")
    back = "/batches/2026-07/?file=1&finding=C4"
    data = {"kind": "input", "id": str(stated.pk), "next": back}
    answer = signed_in(desk).post(f"{site_address(application)}confirm/", data)
    stated.refresh_from_db()
    assert (answer.status_code, answer["Location"], said(answer)) == (302, back, ["1 input confirmed."])
    assert (stated.confirmed_by, stated.is_confirmed) == (desk, True)


@pytest.mark.django_db
def test_confirm_never_leads_to_another_address_than_ours() -> None:
    desk = make_desk()
    application = reviewed(desk)
    stated = Input.objects.get(field="laboratory_site")
    data = {"kind": "input", "id": str(stated.pk), "next": "https://elsewhere.example/"}
    answer = signed_in(desk).post(f"{site_address(application)}confirm/", data)
    assert answer["Location"] == site_address(application)


@pytest.mark.django_db
def test_confirm_of_what_another_clerk_confirmed_says_so_and_changes_nothing() -> None:
    first, second = make_desk("First"), make_desk("Second")
    application = reviewed(first)
    stated = Input.objects.get(field="laboratory_site")
    confirm(signed_in(first), application, stated)
    before = AuditEvent.objects.count()
    answer = signed_in(second).post(
        f"{site_address(application)}confirm/", {"kind": "input", "id": str(stated.pk)}, follow=True
    )
    page = answer.content.decode()
    stated.refresh_from_db()
    assert (stated.confirmed_by, AuditEvent.objects.count()) == (first, before)
    assert "Someone was here before you" in page
    assert "Confirmed by First" in page


@pytest.mark.django_db(transaction=True)
def test_confirm_by_two_clerks_at_once_has_one_effect() -> None:
    clerks = [make_desk("First"), make_desk("Second")]
    application = reviewed(clerks[0])
    stated = Input.objects.get(field="laboratory_site")
    clients = [signed_in(clerk) for clerk in clerks]
    start = Barrier(2)
    statuses: list[int] = []

    def press(client: Client) -> None:
        start.wait()
        try:
            answer = confirm(client, application, stated)
            statuses.append(answer.status_code)  # type: ignore[attr-defined]  # a response of the test client
        finally:
            connection.close()

    threads = [Thread(target=press, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = AuditEvent.objects.filter(verb="confirm_input", subject_id=str(stated.pk))
    assert (statuses, lines.count()) == ([302, 302], 1)


@pytest.mark.django_db
def test_confirm_document_confirms_what_was_chosen_after_showing_it() -> None:
    desk = make_desk()
    application = reviewed(desk)
    stated = Input.objects.get(field="certificate")
    address = f"{site_address(application)}documents/{stated.annex_id}/"
    client = signed_in(desk)
    assert "Confirm the inputs chosen" in client.get(address).content.decode()
    stated.refresh_from_db()
    assert not stated.is_confirmed
    answer = client.post(address, {"id": [str(stated.pk)]})
    stated.refresh_from_db()
    assert (answer.status_code, stated.confirmed_by, said(answer)) == (302, desk, ["1 input confirmed."])


@pytest.mark.django_db
def test_correct_supersedes_the_statement_with_a_reason() -> None:
    desk = make_desk()
    application = reviewed(desk)
    stated = Input.objects.get(field="laboratory_site")
    number = application.centre.site_number
    printed = f"{number[0]}.{number[1:4]}.{number[4:7]}.{number[7:]}"
    data = {"site": printed, "reason": REASON}
    answer = signed_in(desk).post(f"{site_address(application)}inputs/{stated.pk}/", data)
    stated.refresh_from_db()
    corrected = stated.superseded_by
    assert isinstance(corrected, Input)
    assert answer["Location"] == f"{site_address(application)}#C4"
    assert (corrected.value, corrected.confirmed_by, corrected.stated_in) == (number, desk, "REGISTER")


@pytest.mark.django_db
def test_correct_certificate_keeps_everything_that_was_not_changed() -> None:
    desk = make_desk()
    application = reviewed(desk)
    stated = Input.objects.get(field="certificate")
    address = f"{site_address(application)}inputs/{stated.pk}/"
    client = signed_in(desk)
    form = client.get(address).context["form"]
    given = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    answer = client.post(address, given | {"extended_to": "2029-01-31", "reason": REASON})
    stated.refresh_from_db()
    corrected = stated.superseded_by
    assert isinstance(corrected, Input)
    assert (answer.status_code, corrected.value) == (302, stated.value | {"extended_to": "2029-01-31"})


@pytest.mark.django_db
def test_correct_certificate_takes_its_units_by_establishment_number() -> None:
    desk = make_desk()
    application = reviewed(desk)
    stated = Input.objects.get(field="certificate")
    address = f"{site_address(application)}inputs/{stated.pk}/"
    client = signed_in(desk)
    form = client.get(address).context["form"]
    given = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    units = {"clinical_sites": "", "collection_sites": "8.000.000.071, 8000000170", "processing_sites": ""}
    client.post(address, given | units | {"reason": REASON})
    stated.refresh_from_db()
    assert isinstance(stated.superseded_by, Input)
    assert stated.superseded_by.value["facilities"] == [
        {"role": "COLLECTION", "site": "8000000071"},
        {"role": "COLLECTION", "site": "8000000170"},
    ]


@pytest.mark.django_db
def test_correct_of_what_was_replaced_meanwhile_keeps_the_words_and_says_so() -> None:
    desk = make_desk()
    application = reviewed(desk)
    stated = Input.objects.get(field="laboratory_site")
    address = f"{site_address(application)}inputs/{stated.pk}/"
    data = {"site": application.centre.site_number, "reason": REASON}
    signed_in(make_desk()).post(address, data)
    answer = signed_in(desk).post(address, data)
    page = answer.content.decode()
    assert (answer.status_code, "Someone changed this meanwhile" in page, REASON in page) == (409, True, True)


@pytest.mark.django_db
def test_correct_refuses_a_number_that_is_none() -> None:
    desk = make_desk()
    application = reviewed(desk)
    stated = Input.objects.get(field="laboratory_site")
    data = {"site": "8000000072", "reason": REASON}
    answer = signed_in(desk).post(f"{site_address(application)}inputs/{stated.pk}/", data)
    stated.refresh_from_db()
    assert (answer.status_code, stated.superseded_by) == (422, None)


@pytest.mark.django_db
def test_rule_accepts_a_line_outside_the_insurance() -> None:
    desk = make_desk()
    application = reviewed(desk)
    line = Supplement.objects.get()
    data = {"ruling": "ACCEPTED", "reason": REASON}
    answer = signed_in(desk).post(f"{site_address(application)}supplements/{line.pk}/", data)
    line.refresh_from_db()
    assert answer["Location"] == f"{site_address(application)}#C2"
    assert (line.ruling, line.ruled_by, line.confirmed_by, line.ruling_reason) == ("ACCEPTED", desk, desk, REASON)


@pytest.mark.django_db
def test_resolve_chooses_one_statement_and_a_second_clerk_finds_nothing_left() -> None:
    desk = make_desk()
    first, other = make_file(desk=desk), make_file(desk=desk)
    make_file(desk=desk, centre=first.centre, apheresis=other.centre.site_number)
    assert first.batch is not None
    put_in_review(first.batch, desk)
    record = site_records(first.batch, [first.centre])[first.centre_id]
    (found,) = contradictions(record)
    chosen = [source.value for source in found.sources].index(first.centre.site_number)
    address = f"{site_address(first)}differences/{found.sha256}/"
    client = signed_in(desk)
    data = {"chosen": str(chosen), "reason": REASON}
    assert client.post(address, data).status_code == 302
    resolution = Resolution.objects.get()
    assert (resolution.chosen_value, resolution.by, resolution.reason) == (first.centre.site_number, desk, REASON)
    again = client.post(address, data)
    assert (again.status_code, Resolution.objects.count()) == (409, 1)
    assert f"{desk.name} has resolved this already" in again.content.decode()
    assert "There is no contradiction here any more." in client.get(address).content.decode()


@pytest.mark.django_db
def test_judge_and_countersign_take_two_persons() -> None:
    first, second = make_desk("First"), make_desk("Second")
    application = reviewed(first)
    mine, theirs = signed_in(first), signed_in(second)
    data = {"value": "MET", "reason": REASON}
    assert mine.post(f"{site_address(application)}judgements/C3a/", data).status_code == 302
    judgement = Judgement.objects.get()
    countersign = f"{site_address(application)}judgements/{judgement.pk}/countersign/"
    assert countersign not in mine.get(site_address(application)).content.decode()
    assert countersign in theirs.get(site_address(application)).content.decode()
    mine.post(countersign)
    judgement.refresh_from_db()
    assert judgement.countersigned_by is None
    answer = theirs.post(countersign)
    assert said(answer) == ["Countersigned."]
    assert Judgement.objects.get().countersigned_by == second
    panel = mine.get(f"/batches/2026-07/files/{application.number}/findings/C3a/").content.decode()
    assert 'data-verdict="MET"' in panel


@pytest.mark.django_db
def test_judge_does_not_replace_a_judgement_that_was_not_seen() -> None:
    first, second = make_desk("First"), make_desk("Second")
    application = reviewed(first)
    address = f"{site_address(application)}judgements/C3a/"
    mine, theirs = signed_in(first), signed_in(second)
    seen = mine.get(address).context["form"]["seen"].value()
    theirs.post(address, {"value": "NOT_MET", "reason": "No rota."})
    answer = mine.post(address, {"value": "MET", "reason": REASON, "seen": seen})
    page = answer.content.decode()
    assert (answer.status_code, Judgement.objects.get().value, "No rota." in page, REASON in page) == (
        409,
        "NOT_MET",
        True,
        True,
    )
    again = answer.context["form"]["seen"].value()
    assert mine.post(address, {"value": "MET", "reason": REASON, "seen": again}).status_code == 302
    assert Judgement.objects.get(superseded_at=None).value == "MET"


@pytest.mark.django_db
def test_judge_without_a_reason_is_asked_for_one() -> None:
    desk = make_desk()
    application = reviewed(desk)
    answer = signed_in(desk).post(f"{site_address(application)}judgements/C5/", {"value": "MET"})
    assert (answer.status_code, Judgement.objects.count()) == (422, 0)
    assert 'href="#id_reason"' in answer.content.decode()


@pytest.mark.django_db
def test_bureau_ruling_is_recorded_with_its_minutes() -> None:
    desk = make_desk()
    application = reviewed(desk)
    minutes = SimpleUploadedFile("B-2026-14.pdf", pdf_bytes(2, mark="minutes"), content_type="application/pdf")
    data = {"confirms": "yes", "ruled_on": "2026-08-02", "minutes_reference": "B-2026-14", "minutes": minutes}
    answer = signed_in(desk).post(f"{site_address(application)}bureau/", data)
    ruling = BureauRuling.objects.get()
    assert answer["Location"] == f"{site_address(application)}#C1a"
    assert (ruling.confirms_transition, ruling.minutes_reference, ruling.recorded_by) == (True, "B-2026-14", desk)
    assert (ruling.minutes_file_name, ruling.minutes_pages) == ("B-2026-14.pdf", 2)


@pytest.mark.django_db
def test_question_is_asked_about_one_criterion_of_one_file() -> None:
    desk = make_desk()
    application = reviewed(desk)
    address = f"/batches/2026-07/files/{application.number}/questions/C3b/"
    answer = signed_in(desk).post(address, {"text": "Who is on call at the weekend?"})
    asked = Question.objects.get()
    assert (answer.status_code, asked.application, asked.criterion) == (302, application, "C3b")
    assert "Who is on call at the weekend?" in signed_in(desk).get(site_address(application)).content.decode()


@pytest.mark.django_db
def test_capacity_is_proposed_by_one_and_countersigned_by_another() -> None:
    first, second = make_desk(), make_desk()
    application = reviewed(first)
    address = f"/batches/2026-07/files/{application.number}/capacity/"
    assert signed_in(first).post(address, {"value": "SHORTAGE", "reason": REASON}).status_code == 302
    standing = CapacityAssessment.objects.get()
    stale = signed_in(second).post(f"{address}countersign/", {"assessment": "another"})
    assert said(stale) == ["Someone changed this meanwhile; this is how it stands now."]
    signed_in(second).post(f"{address}countersign/", {"assessment": str(standing.pk)})
    standing.refresh_from_db()
    assert (standing.value, standing.by, standing.countersigned_by) == ("SHORTAGE", first, second)


@pytest.mark.django_db
def test_acts_on_a_closed_batch_are_refused_and_offered_no_more() -> None:
    desk = make_desk()
    application = reviewed(desk)
    stated = Input.objects.get(field="apheresis_site")
    confirm_input(stated, by=desk, at=IN_AUGUST)
    client = signed_in(desk)
    assert client.post("/batches/2026-07/close/").status_code == 302
    assert Batch.objects.get().state == "CLOSED"
    data = {"value": "MET", "reason": REASON}
    assert client.post(f"{site_address(application)}judgements/C3a/", data).status_code == 409
    page = client.get(site_address(application)).content.decode()
    assert (">Confirm<" in page, "Judge…" in page) == (False, False)
