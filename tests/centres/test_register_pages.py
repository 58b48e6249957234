from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import User
from centres.models import Centre, Certificate
from tests.builders import make_application, make_centre, make_holder, make_listing, make_user

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def make_certificate(centre: Centre, number: str) -> Certificate:
    certificate = Certificate.objects.create(number=number, valid_from=date(2024, 1, 1), valid_to=date(2025, 12, 31))
    certificate.centres.add(centre)
    certificate.scopes.create(population="ADULT", activity="ALLO")
    certificate.facilities.create(role="CLINICAL", site_number=centre.site_number)
    return certificate


def test_centre_page_shows_certificates_and_listings() -> None:
    application = make_application()
    make_certificate(application.centre, "TEST-9")
    listing = make_listing(application)
    client = signed_in(make_user(Role.SECRETARIAT))
    page = client.get(f"/centres/{application.centre.site_number}/").content.decode()
    wanted = ["JACIE TEST-9", "01/01/2024", "expired", "Clinical unit".lower(), listing.decision_reference]
    assert [word for word in wanted if word not in page] == []


def test_centre_that_is_not_there_says_not_found() -> None:
    assert signed_in(make_user(Role.AUDITOR)).get("/centres/8000000071/").status_code == 404


def test_centres_are_found_by_name_place_and_number() -> None:
    first, _second = make_centre("Campus Unique"), make_centre()
    client = signed_in(make_user(Role.AUDITOR))
    number = first.site_number
    printed = f"{number[0]}.{number[1:4]}.{number[4:7]}.{number[7:]}"
    for query in ("Unique", number, printed, first.hospital.name):
        assert list(client.get("/centres/", {"q": query}).context["page"].object_list) == [first]


@pytest.mark.parametrize("role", [Role.HOLDER, Role.MEMBER, Role.CHAIR, Role.ADMINISTRATOR])
def test_centres_are_closed_to_those_who_do_not_read_all(role: Role) -> None:
    client = signed_in(make_user(role, holder=make_holder() if role == Role.HOLDER else None))
    paths = ["/centres/", f"/centres/{make_centre().site_number}/"]
    assert [client.get(path).status_code for path in paths] == [403, 403]


def test_centres_ask_the_database_as_often_for_30_as_for_one() -> None:
    client = signed_in(make_user(Role.SECRETARIAT))
    centre = make_centre()
    make_certificate(centre, "TEST-0")
    addresses = ("/centres/", f"/centres/{centre.site_number}/")
    with CaptureQueriesContext(connection) as one:
        [client.get(address) for address in addresses]
    for place in range(1, 31):
        make_centre()
        make_certificate(centre, f"TEST-{place}")
    with CaptureQueriesContext(connection) as thirty:
        [client.get(address) for address in addresses]
    assert len(thirty) == len(one)
