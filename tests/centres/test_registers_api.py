"""The registers over the API: who reads what, as it is stored, in a number of queries that does not grow."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.clock import BRUSSELS
from accounts.enums import Role, Scope
from accounts.models import User
from centres.models import AllograftCount, Certificate, CertificateFacility, CertificateScope, Vintage
from tests.accounts.builders import make_token
from tests.builders import make_application, make_centre, make_listing, make_staff, make_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 7, 1, 9, tzinfo=BRUSSELS)
REGISTERS = ("allografts", "centres", "certificates", "products", "realised-treatments", "vintages")


def client_of(user: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {make_token(user, *Scope.values)}"})


def results(client: Client, path: str) -> Any:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


@pytest.fixture
def desk() -> Client:
    return client_of(make_user(Role.SECRETARIAT))


def test_centre_is_read_by_its_number_with_its_hospital(desk: Client) -> None:
    centre = make_centre("Campus A")
    expected = {
        "site_number": centre.site_number,
        "site_name": "Campus A",
        "street": centre.street,
        "postal_code": centre.postal_code,
        "municipality": centre.municipality,
        "hospital_number": centre.hospital.number,
    }
    assert desk.get(f"/api/v1/centres/{centre.site_number}").json() == expected
    assert results(desk, f"centres?hospital_number={centre.hospital.number}") == [expected]
    hospital = {"number": centre.hospital.number, "name": centre.hospital.name}
    written_out = desk.get(f"/api/v1/centres/{centre.site_number}?expand=hospital_number&fields=hospital_number")
    assert written_out.json() == {"hospital_number": hospital}
    assert desk.get("/api/v1/centres/2999999902").status_code == 404


def certificate(number: str = "JACIE-1") -> Certificate:
    made = Certificate.objects.create(number=number, valid_from=date(2024, 5, 1), valid_to=date(2028, 4, 30))
    site = make_centre()
    made.centres.add(site)
    CertificateScope.objects.create(certificate=made, population="ADULT", activity="ALLO")
    CertificateFacility.objects.create(certificate=made, role="CLINICAL", site_number=site.site_number)
    return made


def test_certificate_says_what_it_covers(desk: Client) -> None:
    site = certificate().centres.get().site_number
    assert results(desk, f"certificates?site_number={site}&valid_on=2028-04-30") == [
        {
            "body": "JACIE",
            "number": "JACIE-1",
            "programme_name": "",
            "programme_sites": [site],
            "valid_from": "2024-05-01",
            "valid_to": "2028-04-30",
            "extended_to": None,
            "renewal_filed_on": None,
            "scopes": [{"population": "ADULT", "activity": "ALLO"}],
            "facilities": [{"role": "CLINICAL", "site": site}],
        }
    ]
    assert results(desk, "certificates?valid_on=2028-05-01") == []


def test_figures_are_read_delivery_by_delivery(desk: Client) -> None:
    loader, centre = make_user(Role.SECRETARIAT), make_centre()
    about = {"kind": "ALLOGRAFTS", "source": "RIZIV", "loaded_by": loader, "loaded_at": AT}
    for day, acts in ((1, 20), (2, 21)):
        vintage = Vintage.objects.create(delivered_on=date(2026, 6, day), **about)
        AllograftCount.objects.create(
            vintage=vintage, centre=centre, year=2024, nomenclature_code="470665", acts=acts, acts_paediatric=None
        )
    assert results(desk, f"allografts?vintage={vintage.pk}") == [
        {
            "vintage": str(vintage.pk),
            "site_number": centre.site_number,
            "hospital_number": None,
            "year": 2024,
            "nomenclature_code": "470665",
            "acts": 21,
            "acts_paediatric": None,
        }
    ]
    assert [row["delivered_on"] for row in results(desk, "vintages?kind=ALLOGRAFTS&fields=delivered_on")]


@pytest.mark.parametrize("name", [each for each in REGISTERS if each != "products"])
@pytest.mark.parametrize("role", [Role.MEMBER, Role.CHAIR, Role.ADMINISTRATOR])
def test_register_is_shut_to_others(name: str, role: Role) -> None:
    assert client_of(make_user(role)).get(f"/api/v1/{name}").status_code == 403
    assert client_of(make_staff()).get(f"/api/v1/{name}").status_code == 403
    assert Client().get(f"/api/v1/{name}").status_code == 401


def test_everyone_reads_the_list_as_it_stood(settings: Any) -> None:
    settings.CART_TODAY = date(2026, 7, 15)
    listing = make_listing(make_application(), listed_from=date(2025, 6, 1))
    listing.listed_to = date(2026, 6, 30)
    listing.save()
    (row,) = results(Client(), "listings?on=2026-06-30")
    assert (row["site_number"], row["listed_from"], row["listed_to"]) == (
        listing.centre.site_number,
        "2025-06-01",
        "2026-06-30",
    )
    assert results(Client(), "listings?on=2026-07-01") == []


def test_chosen_field_that_holds_several_keeps_them_whole(desk: Client) -> None:
    paragraph = make_application().paragraph
    (row,) = results(desk, f"products?code={paragraph.product.code}&fields=code,paragraphs")
    assert (sorted(row), [each["number"] for each in row["paragraphs"]]) == (["code", "paragraphs"], [paragraph.number])


def test_moments_are_told_in_utc(desk: Client) -> None:
    about = {"kind": "ALLOGRAFTS", "source": "RIZIV", "loaded_by": make_user(Role.SECRETARIAT), "loaded_at": AT}
    Vintage.objects.create(delivered_on=date(2026, 6, 1), **about)
    assert results(desk, "vintages?fields=loaded_at") == [{"loaded_at": "2026-07-01T07:00:00Z"}]


@pytest.mark.parametrize("path", ["centres", "certificates", "certificates?limit=200"])
def test_queries_do_not_grow_with_the_rows(desk: Client, path: str) -> None:
    counts = []
    for made in (range(1), range(1, 30)):
        for number in made:
            certificate(f"JACIE-{number}")
        with CaptureQueriesContext(connection) as queries:
            results(desk, path)
        counts.append(len(queries))
    assert counts[0] == counts[1]
