"""The receipt of a filing and the list as an annex: what stands on them, their standards, and who fetches them."""

from datetime import timedelta
from io import BytesIO

import page
import pytest
from django.test import Client
from pdfminer.high_level import extract_text

from accounts.enums import Role
from applications.models import Annex, Application
from evaluation.dossiers.filing import NotFiled, filing_receipt, receipt_pdf
from evaluation.dossiers.list_annex import annex_pdf, list_annex
from evaluation.dossiers.model import Language
from evaluation.dossiers.press import tagged_pdf
from tests.builders import make_application, make_listing, make_staff, make_user
from tests.dossiers.papers import PAPERS, paper_html
from tests.dossiers.write_golden import LANGUAGES, paper_file
from tests.evaluation.builders import SITTING_DAY, make_desk
from tests.evaluation.review import signed_in

PROFILES = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A)


def read(content: bytes) -> str:
    return " ".join(extract_text(BytesIO(content)).split())


def filed() -> Application:
    application = make_application(submitted=True)
    return read_again(application)


def read_again(application: Application) -> Application:
    return Application.objects.with_names().select_related("submitted_by").get(pk=application.pk)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", PAPERS)
def test_paper_is_the_golden_file(paper: str, language: Language) -> None:
    assert paper_html(paper, language) == paper_file(paper, language).read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("paper", PAPERS)
def test_paper_keeps_to_both_standards_and_comes_out_the_same_twice(paper: str, language: Language) -> None:
    content = tagged_pdf(paper_html(paper, language))
    reports = [page.validate_pdf_bytes(content, profile=profile) for profile in PROFILES]
    assert [(report.is_compliant, list(report.failures)) for report in reports] == [(True, []), (True, [])]
    assert tagged_pdf(paper_html(paper, language)) == content


def test_list_over_pages_repeats_its_head_and_numbers_its_pages() -> None:
    pages = extract_text(BytesIO(tagged_pdf(paper_html("list", "nl")))).split("\f")[:-1]
    assert [f"{number} / {len(pages)}" in text for number, text in enumerate(pages, 1)] == [True] * len(pages)
    assert ["Ziekenhuis" in text for text in pages] == [True] * len(pages)


@pytest.mark.django_db
def test_receipt_of_a_filed_application_says_what_was_received_then() -> None:
    application = filed()
    at = application.submitted_at
    assert at is not None
    about = {"application": application, "slot": "OTHER", "file_name": "a.pdf", "size": 1, "pages": 2}
    added = {"added_by": application.submitted_by, "sha256": "a" * 64}
    Annex.objects.create(**about, **added, number=1, title="Came along", added_at=at - timedelta(hours=1))
    Annex.objects.create(**about, **added, number=2, title="Came later", added_at=at + timedelta(days=1))
    receipt = filing_receipt(application)
    assert [row.title for row in receipt.documents] == ["Came along"]
    assert (receipt.reference, receipt.filed_at, receipt.language) == (application.reference, at, application.language)
    assert receipt_pdf(receipt) == receipt_pdf(filing_receipt(read_again(application)))
    assert application.reference in read(receipt_pdf(receipt))


@pytest.mark.django_db
def test_draft_has_no_receipt() -> None:
    with pytest.raises(NotFiled):
        filing_receipt(Application(batch=None))


@pytest.mark.django_db
def test_receipt_goes_to_its_holder_and_to_nobody_elses() -> None:
    application = filed()
    path = f"/applications/{application.pk}/receipt.pdf"
    assert application.submitted_by is not None
    answer = signed_in(application.submitted_by).get(path)
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "application/pdf", "no-store")
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{application.slug}-')
    people = {"another": make_staff(), "desk": make_desk(), "administrator": make_user(Role.ADMINISTRATOR)}
    found = {name: signed_in(user).get(path).status_code for name, user in people.items()}
    assert found == {"another": 404, "desk": 200, "administrator": 404}
    assert Client().get(path).status_code == 302
    shown = signed_in(application.submitted_by).get(f"/applications/{application.pk}/receipt/").content.decode()
    assert path in shown


@pytest.mark.django_db
def test_list_annex_has_every_listing_of_the_day_by_product_paragraph_and_population() -> None:
    listing = make_listing(make_application())
    annex = list_annex(listing.listed_from, language="nl")
    [product] = annex.products
    [group] = product.groups
    assert (product.name, group.paragraph, group.population) == (
        listing.product.name,
        listing.paragraph.number,
        listing.population,
    )
    assert [site.establishment_number for site in group.sites] == [listing.centre.site_number]
    assert annex.lines == 1
    assert list_annex(listing.listed_from - timedelta(days=1), language="nl").lines == 0
    assert listing.centre.hospital.name in read(annex_pdf(annex))


@pytest.mark.django_db
def test_list_annex_goes_to_those_who_read_every_file_also_for_a_day_to_come() -> None:
    path = "/list/annex.pdf"
    people = {"desk": make_desk(), "auditor": make_user(Role.AUDITOR), "holder": make_staff()}
    found = {
        name: signed_in(user).get(f"{path}?on=2031-01-01&language=fr").status_code for name, user in people.items()
    }
    assert found == {"desk": 200, "auditor": 200, "holder": 403}
    desk = signed_in(people["desk"])
    answer = desk.get(f"{path}?on={SITTING_DAY.isoformat()}&language=fr")
    assert answer["Content-Disposition"] == f'attachment; filename="car-t-liste-{SITTING_DAY.isoformat()}.pdf"'
    assert desk.get(f"{path}?on=2026-02-30").status_code == 404
    assert path in desk.get("/list/").content.decode()
    assert path not in Client().get("/list/").content.decode()
