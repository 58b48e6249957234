"""An application from the code of a pre-check: what a holder may state goes over, and only after a yes."""

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEvent
from accounts.services.audit import record_event
from applications.models import Application, Statement
from applications.services.drafts import state_fact
from centres.models import Paragraph
from evaluation.board.cited import Cited, cited_pre_check
from evaluation.codes import encode
from evaluation.rules.parse import parse_facts
from evaluation.services.handing_over import CITED
from tests.builders import (
    IN_JULY,
    holder_of,
    make_application,
    make_batch,
    make_centre,
    make_paragraph,
    make_product,
    make_staff,
    make_user,
)
from tests.evaluation.review import signed_in
from tests.rules.stated import OTHER, VERSIONS, Json, certificate, stated, supplement, year

ADDRESS = "/pre-check/application/"

pytestmark = pytest.mark.django_db


def code_of(document: Json) -> str:
    return encode(parse_facts(document, VERSIONS))


def entry(site: str, **changes: Any) -> Json:
    """A site of the desk with something of every kind."""
    rows = [year(2022, 28) | {"declared": 29, "supplements": [supplement(2, ruling="ACCEPTED")]}, year(2023, 28)]
    given: Json = {"administration_site": site, "apheresis_site": site, "laboratory_site": OTHER, "allografts": rows}
    given["iec_application"] = {"filed_on": "2026-02-01", "site": site}
    return stated(**(given | changes))


def filled_in(paragraph: Paragraph, code: str) -> dict[str, str]:
    return {
        "code": code,
        "confirm": "1",
        "paragraph": str(paragraph.pk),
        "language": "fr",
        "contact_email": "files@company.example",
    }


def make_scene() -> Any:
    make_batch()
    staff = make_staff()
    paragraph = make_paragraph(make_product(holder=holder_of(staff)), includes_children=True)
    return signed_in(staff), staff, make_centre(), paragraph


def test_confirmation_shows_what_goes_over_and_writes_nothing() -> None:
    client, _staff, centre, _paragraph = make_scene()
    page = client.post(ADDRESS, {"code": code_of(entry(centre.site_number))})
    assert (page.status_code, Application.objects.count(), Statement.objects.count()) == (200, 0, 0)
    assert (len(page.context["left"]), centre.hospital.name in page.content.decode()) == (4, True)


def test_yes_starts_a_draft_with_the_statements_of_the_entry() -> None:
    client, staff, centre, paragraph = make_scene()
    site = centre.site_number
    code = code_of(entry(site))
    answer = client.post(ADDRESS, filled_in(paragraph, code))
    draft = Application.objects.get()
    assert (answer.status_code, draft.created_by, draft.centre, draft.populations) == (
        302,
        staff,
        centre,
        ["ADULT", "PAED"],
    )
    assert (draft.apheresis_site, draft.laboratory_site, draft.language, draft.submitted_at) == (
        site,
        OTHER,
        "fr",
        None,
    )
    assert {(row.field, row.key): row.value for row in draft.statements.all()} == {
        ("certificate", "JACIE-0001"): certificate() | {"extended_to": None, "renewal_filed_on": None},
        ("iec_application", ""): {"filed_on": "2026-02-01", "site": site},
        ("declared_allografts", "2022"): 29,
        ("supplement", "2022 protocol 1"): {
            "year": 2022,
            "basis": "STUDY",
            "reference": "protocol 1",
            "count": 2,
            "paed": 0,
        },
    }
    assert [row.stated_in for row in draft.statements.all()] == ["FORM"] * 4
    assert AuditEvent.objects.get(verb=CITED).after == {"code": code}


def test_secretariat_sees_what_changed_since_the_pre_check() -> None:
    client, staff, centre, paragraph = make_scene()
    site = centre.site_number
    client.post(ADDRESS, filled_in(paragraph, code_of(entry(site))))
    draft = Application.objects.get()
    assert cited_pre_check(draft) == Cited(f"/pre-check/?entry={code_of(entry(site))}", ())
    state_fact(draft, field="declared_allografts", key="2022", value=27, by=staff, at=IN_JULY)
    later = certificate(valid_to="2029-04-30") | {"extended_to": None, "renewal_filed_on": None}
    state_fact(draft, field="certificate", key="JACIE-0001", value=later, by=staff, at=IN_JULY)
    cited = cited_pre_check(draft)
    assert cited is not None
    assert [(change.before, change.after) for change in cited.changes] == [
        ("Valid up to and including: 2028-04-30", "Valid up to and including: 2029-04-30"),
        ("29", "27"),
    ]


def test_admissibility_page_cites_the_pre_check() -> None:
    client, _staff, centre, paragraph = make_scene()
    code = code_of(entry(centre.site_number))
    client.post(ADDRESS, filled_in(paragraph, code))
    submitted = make_application(submitted=True)
    with transaction.atomic():
        record_event(submitted, by=None, at=IN_JULY, verb=CITED, after={"code": code})
    assert submitted.batch is not None
    desk = signed_in(make_user(Role.SECRETARIAT))
    page = desk.get(reverse("evaluation:admissibility", args=[submitted.batch.code, submitted.number]))
    assert (page.status_code, "Started from a pre-check" in page.content.decode()) == (200, True)


def test_second_click_gives_the_same_draft() -> None:
    client, _staff, centre, paragraph = make_scene()
    fields = filled_in(paragraph, code_of(entry(centre.site_number)))
    answers = [client.post(ADDRESS, fields)["Location"] for _click in range(2)]
    assert (answers[0] == answers[1], Application.objects.count()) == (True, 1)


def test_entry_without_any_certificate_says_so_in_the_draft() -> None:
    client, _staff, centre, paragraph = make_scene()
    client.post(
        ADDRESS, filled_in(paragraph, code_of(entry(centre.site_number, certificates=[], iec_application=None)))
    )
    assert Statement.objects.get(field="no_certificates").value is True


def test_site_that_the_desk_does_not_know_is_told_and_nothing_is_written() -> None:
    client, _staff, _centre, paragraph = make_scene()
    page = client.post(ADDRESS, filled_in(paragraph, code_of(entry(OTHER))))
    assert (page.status_code, "8.000.000.170" in page.content.decode(), Application.objects.count()) == (422, True, 0)


@pytest.mark.parametrize("code", ["", "PC1.x.y", "x" * 70_000])
def test_code_that_cannot_be_read_is_told(code: str) -> None:
    client, *_rest = make_scene()
    page = client.post(ADDRESS, {"code": code})
    assert (page.status_code, "This code is damaged" in page.content.decode()) == (422, True)


def test_statement_that_the_file_does_not_take_is_named_and_nothing_is_written() -> None:
    client, _staff, centre, paragraph = make_scene()
    code = code_of(entry(centre.site_number, certificates=[certificate(number="N" * 200)]))
    page = client.post(ADDRESS, filled_in(paragraph, code))
    assert (page.status_code, bool(page.context["form"].non_field_errors()), Application.objects.count()) == (
        422,
        True,
        0,
    )


def test_product_of_another_company_is_refused() -> None:
    client, _staff, centre, _paragraph = make_scene()
    page = client.post(ADDRESS, filled_in(make_paragraph(), code_of(entry(centre.site_number))))
    assert (page.status_code, list(page.context["form"].errors), Application.objects.count()) == (422, ["paragraph"], 0)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.HOLDER])
def test_only_a_holder_starts_an_application(role: Role) -> None:
    client = signed_in(make_user(role))
    assert [client.get(ADDRESS).status_code, client.post(ADDRESS, {"code": ""}).status_code] == [403, 403]


def test_holder_reaches_it_from_the_start_and_from_an_answer() -> None:
    client, *_rest = make_scene()
    pages = [client.get("/applications/new/"), client.get("/pre-check/?example"), client.get(ADDRESS)]
    assert [(page.status_code, ADDRESS in page.content.decode()) for page in pages[:2]] == [(200, True)] * 2
    assert pages[2].status_code == 200
