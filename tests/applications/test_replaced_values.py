"""A row that changes something says what stands there today, over the API and on the page."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from applications.models import Upload
from applications.services.drafts import save_answers
from applications.services.statements import Fact
from tests.accounts.builders import make_token
from tests.applications.test_register_uploads import ALLOGRAFTS, CENTRES, CERTIFICATES, DELIVERY, REALISED, Sender
from tests.applications.test_statement_uploads import HEADER, row
from tests.applications.test_uploads import line
from tests.builders import (
    IN_JULY,
    holder_of,
    make_annex,
    make_application,
    make_centre,
    make_paragraph,
    make_product,
    make_staff,
    make_user,
    site_number,
)

pytestmark = pytest.mark.django_db
APPLICATIONS = (
    "external_reference,product_code,paragraph,site_number,populations,language,apheresis_site,laboratory_site,"
    "contact_email,forecast_year_1,forecast_year_2,forecast_year_3,motivation"
)
LISTINGS = "site_number,product_code,paragraph,population,listed_from,listed_to,decision_reference"


@pytest.fixture
def desk() -> User:
    return make_user(Role.SECRETARIAT)


def replaced(sender: Sender, upload: Upload) -> list[Any]:
    """As clients read it, row by row."""
    headers = {"Authorization": f"Bearer {make_token(sender.user, 'uploads:write')}"}
    answer = sender.client.get(f"/api/v1/uploads/{upload.pk}/rows", headers=headers)
    return [each["replaces"] for each in answer.json()["results"]]


def test_changed_centre_says_what_the_register_says(client: Client, desk: User) -> None:
    sender, first, second = Sender(client, desk), site_number(95_001), site_number(95_002)
    sender.commit("centres", CENTRES, f"{first},North,Street 1,1000,Testville,General,905")
    after = [f"{first},North Tower,,1000,Testville,Other,906", f"{second},South,,2000,Otherville,Other,906"]
    told = {"site_name": "North", "street": "Street 1", "hospital_number": "905", "hospital_name": "General"}
    assert replaced(sender, sender.check("centres", CENTRES, *after)) == [told, None]
    assert replaced(sender, sender.commit("centres", CENTRES, *after)) == [told, None]
    assert replaced(sender, sender.check("centres", CENTRES, *after)) == [None, None]


def test_changed_certificate_says_its_days_scopes_and_units(client: Client, desk: User) -> None:
    sender, one, two = Sender(client, desk), make_centre().site_number, make_centre().site_number
    sites = "|".join(sorted((one, two)))
    before = f"JACIE,R-1,Programme,{sites},2024-05-01,2028-04-30,,,PAED:ALLO|ADULT:ALLO,{two}|{one},{one},"
    sender.commit("certificates", CERTIFICATES, before)
    after = f"JACIE,R-1,Programme,{one},2024-05-01,2028-04-30,2028-10-31,,ADULT:ALLO,{one},{one},{two}"
    assert replaced(sender, sender.check("certificates", CERTIFICATES, after)) == [
        {
            "programme_sites": sites,
            "extended_to": "",
            "scopes": "ADULT:ALLO|PAED:ALLO",
            "clinical_sites": sites,
            "processing_sites": "",
        }
    ]


def test_changed_figures_say_the_earlier_ones_and_unknown_is_not_zero(client: Client, desk: User) -> None:
    sender, site, product = Sender(client, desk), make_centre().site_number, make_product()
    later = DELIVERY | {"delivered_on": "2026-06-12"}
    sender.commit("allografts", ALLOGRAFTS, f"{site},,2024,470654,7,", f"{site},,2024,470665,9,0", **DELIVERY)
    rows = [f"{site},,2024,470654,7,2", f"{site},,2024,470665,8,0"]
    assert replaced(sender, sender.check("allografts", ALLOGRAFTS, *rows, **later)) == [
        {"acts_paediatric": ""},
        {"acts": "9"},
    ]
    sender.commit("realised-treatments", REALISED, f"{site},2024,{product.code},0", **DELIVERY)
    changed = sender.check("realised-treatments", REALISED, f"{site},2024,{product.code},3", **later)
    assert replaced(sender, changed) == [{"treatments": "0"}]


def test_listing_that_ends_says_that_it_had_no_end(client: Client, desk: User) -> None:
    sender, paragraph, site = Sender(client, desk), make_paragraph(make_product()), make_centre().site_number
    listed = f"{site},{paragraph.product.code},{paragraph.number},ADULT,2025-01-01"
    sender.commit("listings", LISTINGS, f"{listed},,MB 1")
    assert replaced(sender, sender.check("listings", LISTINGS, f"{listed},2026-01-31,MB 1")) == [{"listed_to": ""}]


def test_changed_draft_says_what_it_holds(client: Client) -> None:
    staff = make_staff()
    sender, paragraph = Sender(client, staff), make_paragraph(make_product(holder=holder_of(staff)))
    first, second = make_centre().site_number, make_centre().site_number
    sender.commit("applications", APPLICATIONS, line(paragraph, first, motivation="Why", forecast_year_1="4"))
    after = line(paragraph, second, motivation="Why", forecast_year_1="0", apheresis_site=first, laboratory_site=first)
    assert replaced(sender, sender.check("applications", APPLICATIONS, after)) == [
        {"site_number": first, "forecast_year_1": "4"}
    ]


def test_changed_answer_says_value_document_and_page(client: Client) -> None:
    staff = make_staff()
    sender, draft = Sender(client, staff), make_application(staff=staff, external_reference="A-1")
    annex = make_annex(draft, by=staff)
    filed = {"filed_on": "2026-03-01", "site": "8000000071"}
    stated = [
        Fact("narrative", {"text": "Two studies."}, key="C5"),
        Fact("declared_allografts", 29, key="2024", annex=annex, page=2),
        Fact("iec_application", filed),
    ]
    save_answers(draft, stated=stated, by=staff, at=IN_JULY)
    upload = sender.check(
        "site-statements",
        HEADER,
        row(draft, "narrative", "C5|Three studies."),
        row(draft, "declared_allografts", "30", year="2024", annex=annex.sha256, page="1"),
        row(draft, "iec_application", "2026-04-01|8000000071"),
        row(draft, "declared_allografts", "31", year="2023"),
    )
    assert replaced(sender, upload) == [
        {"value": "C5|Two studies."},
        {"value": "29", "page": "2"},
        {"value": json.dumps(filed)},
        None,
    ]


@pytest.fixture
def changing(client: Client, desk: User) -> Upload:
    """Sixty new sites, one that is renamed and loses its street."""
    sender, there = Sender(client, desk), site_number(95_100)
    sender.commit("centres", CENTRES, f"{there},North,Street 1,1000,Testville,General,905")
    new = [f"{site_number(95_101 + place)},Site,,1000,Testville,General,905" for place in range(60)]
    client.force_login(desk)
    return sender.check("centres", CENTRES, *new, f"{there},South,,1000,Testville,General,905")


def test_page_shows_the_rows_that_change_with_what_they_replace(client: Client, changing: Upload) -> None:
    page = client.get(f"/uploads/{changing.pk}/?state=CHANGED").content.decode()
    assert "<strong>South</strong>" in page
    assert "was North" in page
    assert "was Street 1" in page
    assert page.count("<tr>") == 2


def test_page_leads_to_every_row(client: Client, changing: Upload) -> None:
    first, second = (client.get(f"/uploads/{changing.pk}/?page={number}").content.decode() for number in (1, 2))
    assert (first.count("<tr>"), second.count("<tr>")) == (51, 12)
    assert "was North" not in first
    assert "was North" in second


@pytest.mark.parametrize("asked", ["?state=UNCHANGED", "?state=BLUE&page=none", "?page=99"])
def test_page_of_nothing_leads_back(client: Client, changing: Upload, asked: str) -> None:
    answer = client.get(f"/uploads/{changing.pk}/{asked}")
    assert (answer.status_code, 'href="?state=CHANGED"' in answer.content.decode()) == (200, True)
