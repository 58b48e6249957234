"""A file from its first call to its submission and withdrawal, over the API alone."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from applications.models import Application
from centres.models import Paragraph
from tests.api_client import api_client
from tests.builders import (
    holder_of,
    make_application,
    make_centre,
    make_certificate_value,
    make_paragraph,
    make_product,
    make_staff,
    pdf_bytes,
)

pytestmark = pytest.mark.django_db
URL = "/api/v1/applications"
JSON = "application/json"


@pytest.fixture
def staff() -> User:
    return make_staff()


@pytest.fixture
def client(staff: User) -> Client:
    return client_of(staff)


def client_of(user: User) -> Client:
    return api_client(user, "applications:write", "applications:read")


@pytest.fixture
def paragraph(staff: User) -> Paragraph:
    return make_paragraph(make_product(holder=holder_of(staff)), includes_children=True)


def body(under: Paragraph, **changes: Any) -> dict[str, Any]:
    site = make_centre().site_number
    return {
        "product_code": under.product.code,
        "paragraph": under.number,
        "site_number": site,
        "populations": ["PAED", "ADULT"],
        "language": "fr",
        "contact_email": "filing@test.example",
        "external_reference": "A-1",
        "apheresis_site": site,
        "laboratory_site": site,
        "forecast": [4, None, 8],
        "motivation": "More patients than the listed sites can treat.",
    } | changes


def started(client: Client, given: dict[str, Any]) -> Any:
    return client.post(URL, given, content_type=JSON)


def test_draft_is_started_as_given_and_found_again(client: Client, staff: User, paragraph: Paragraph) -> None:
    given = body(paragraph)
    answer = started(client, given)
    assert (answer.status_code, answer["ETag"]) == (201, '"1"')
    expected = given | {
        "id": str(Application.objects.get().pk),
        "reference": None,
        "state": "DRAFT",
        "batch": None,
        "populations": ["ADULT", "PAED"],
        "submitted_at": None,
        "version": 1,
    }
    assert answer.json() == expected
    assert client.get(answer["Location"]).json() == expected
    assert Application.objects.get().holder == holder_of(staff)


def test_faults_of_a_draft_are_told_at_once(client: Client, paragraph: Paragraph) -> None:
    wrong = body(paragraph, populations=["OLD"], language="de", contact_email="nobody", forecast=[1, 2])
    answer = started(client, wrong)
    assert answer.status_code == 422
    assert sorted(row["pointer"] for row in answer.json()["problems"]) == [
        "/contact_email",
        "/forecast",
        "/language",
        "/populations/0",
    ]
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"product_code": "0000000"}, "/product_code", "unknown_product"),
        ({"paragraph": "99999999"}, "/paragraph", "unknown_paragraph"),
        ({"site_number": "2999999902"}, "/site_number", "unknown_site"),
        ({"apheresis_site": "8000000072"}, "/apheresis_site", "site_number_check_digit"),
    ],
)
def test_what_is_not_in_the_registers_is_named(
    client: Client, paragraph: Paragraph, changes: dict[str, str], pointer: str, code: str
) -> None:
    problems = started(client, body(paragraph, **changes)).json()["problems"]
    assert [(row["pointer"], row["code"].replace("-", "_")) for row in problems] == [(pointer, code)]


def test_product_of_another_company_cannot_be_asked_for(client: Client) -> None:
    other = make_paragraph(make_product(holder=holder_of(make_staff())), includes_children=True)
    (fault,) = started(client, body(other)).json()["problems"]
    assert (fault["pointer"], fault["code"]) == ("/product_code", "product_of_another")


def test_change_needs_the_version_that_was_read(client: Client, paragraph: Paragraph) -> None:
    path = started(client, body(paragraph))["Location"]

    def change(**headers: str) -> Any:
        return client.patch(path, {"language": "nl"}, content_type=JSON, headers=headers)

    assert (change().status_code, change(if_match='"9"').status_code) == (428, 412)
    answer = change(if_match='"1"')
    assert (answer.status_code, answer["ETag"], answer.json()["language"]) == (200, '"2"', "nl")


def test_statements_cite_documents_and_are_taken_back(client: Client, paragraph: Paragraph) -> None:
    path = started(client, body(paragraph))["Location"]
    file = SimpleUploadedFile("jacie.pdf", pdf_bytes(2), content_type="application/pdf")
    annex = client.post(f"{path}/annexes", {"slot": "JACIE_CERTIFICATE", "title": "JACIE", "file": file}).json()
    certificate = make_certificate_value()
    told = {"field": "certificate", "key": "TEST-1", "value": certificate, "annex_sha256": annex["sha256"], "page": 2}
    read = {"If-Match": client.get(path)["ETag"]}
    answer = client.put(f"{path}/statements", told, content_type=JSON, headers=read)
    assert answer.status_code == 200, answer.content
    listed = client.get(f"{path}/statements")
    (row,) = listed.json()["results"]
    assert {name: row[name] for name in told} == told
    assert answer["ETag"] == listed["ETag"] == client.get(path)["ETag"] != read["If-Match"]
    for headers, status in (({}, 428), (read, 412)):
        assert client.put(f"{path}/statements", told, content_type=JSON, headers=headers).status_code == status
        assert client.delete(f"{path}/statements/{row['id']}", headers=headers).status_code == status
    assert client.delete(f"{path}/annexes/{annex['id']}").status_code == 409
    assert client.delete(f"{path}/statements/{row['id']}", headers={"If-Match": listed["ETag"]}).status_code == 204
    assert client.delete(f"{path}/annexes/{annex['id']}").status_code == 204
    assert client.get(f"{path}/annexes").json() == {"results": []}


def test_statement_with_faults_is_refused_with_their_places(client: Client, paragraph: Paragraph) -> None:
    path = started(client, body(paragraph))["Location"]
    wrong = make_certificate_value(valid_to="2020-01-01", number=" ")
    told = {"field": "certificate", "key": "x", "value": wrong}
    answer = client.put(f"{path}/statements", told, content_type=JSON, headers={"If-Match": client.get(path)["ETag"]})
    assert answer.status_code == 422
    pointers = sorted(row["pointer"] for row in answer.json()["problems"])
    assert pointers == ["/statements/certificate/x/number", "/statements/certificate/x/valid_to"]


def test_missing_items_say_what_blocks(client: Client, paragraph: Paragraph, settings: Any) -> None:
    settings.CART_TODAY = date(2026, 7, 15)
    make_application(submitted=True)
    path = started(client, body(paragraph, apheresis_site=""))["Location"]
    results = client.get(f"{path}/missing").json()["results"]
    blocking = {row["code"] for row in results if row["blocking"]}
    assert blocking == {"apheresis-site-missing"}
    assert all(row["message"] and row["step"] for row in results)


def test_submitted_file_is_withdrawn_and_a_draft_put_away(client: Client, staff: User, paragraph: Paragraph) -> None:
    submitted = make_application(staff=staff, submitted=True)
    answer = client.post(f"{URL}/{submitted.pk}/withdraw", {"reason": "Filed twice."}, content_type=JSON)
    assert (answer.status_code, answer.json()["state"]) == (200, "WITHDRAWN")
    path = started(client, body(paragraph))["Location"]
    assert client.delete(path).status_code == 428
    assert client.delete(path, headers={"if-match": '"1"'}).status_code == 204
    assert client.get(path).json()["state"] == "WITHDRAWN"


def test_another_holder_finds_nothing(client: Client, paragraph: Paragraph) -> None:
    path = started(client, body(paragraph))["Location"]
    other = client_of(make_staff())
    assert {
        other.get(path).status_code,
        other.patch(path, {}, content_type=JSON, headers={"if-match": '"1"'}).status_code,
        other.get(f"{path}/statements").status_code,
        other.get(f"{path}/missing").status_code,
        other.post(f"{path}/withdraw", {}, content_type=JSON).status_code,
    } == {404}
