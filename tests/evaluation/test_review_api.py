"""The review over the interface: rounds, the matrix, inputs, figures, admissibility, questions."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role, Scope
from accounts.models import User
from applications.models import Application, Batch, Question
from applications.services.questions import ask_question
from centres.models import Vintage
from evaluation.models import Input, Supplement
from evaluation.services.judgements import record_judgement
from tests.api_client import api_client
from tests.builders import IN_AUGUST, IN_JULY, make_batch, make_staff, make_user
from tests.evaluation.builders import make_sealed_batch, standing
from tests.evaluation.review import make_desk, make_figures, make_file, put_in_review

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture(autouse=True)
def august(settings: Any) -> None:
    settings.CART_TODAY = date(2026, 8, 10)


def client_of(user: User, *scopes: str) -> Client:
    return api_client(user, *(scopes or Scope.values))


def sent(client: Client, path: str, body: object = None, method: str = "post", **headers: str) -> Any:
    call = getattr(client, method)
    return call(f"{API}/{path}", body or {}, content_type="application/json", headers=headers)


def results(client: Client, path: str) -> Any:
    answer = client.get(f"{API}/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


@pytest.fixture
def desk() -> User:
    return make_desk()


@pytest.fixture
def file(desk: User) -> Application:
    application = make_file(desk=desk, supplement=True)
    assert application.batch is not None
    put_in_review(application.batch, desk)
    application.refresh_from_db()
    return application


def site_of(file: Application) -> str:
    return f"batches/2026-07/sites/{file.centre.site_number}"


def test_batch_is_read_by_everyone_with_a_token(file: Application) -> None:
    expected = {
        "code": "2026-07",
        "state": "REVIEW",
        "opens_on": "2026-07-01",
        "reference_on": "2026-07-31",
        "vote_on": None,
        "booked_years": [2022, 2023, 2024],
        "closed_at": None,
        "sealed_at": None,
    }
    for user in (make_staff(), make_user(Role.MEMBER), make_user(Role.AUDITOR)):
        assert client_of(user).get(f"{API}/batches/2026-07").json() == expected
        assert results(client_of(user), "batches?state=REVIEW") == [expected]
    assert client_of(make_staff()).get(f"{API}/batches/2031-01").status_code == 404


def test_what_blocks_is_told_and_close_names_it_all(file: Application, desk: User) -> None:
    client = client_of(desk)
    told = results(client, "batches/2026-07/blocking")
    assert ["vintage-unset", "2026-07", ""] in [[row["code"], row["where"], row["difference"]] for row in told]
    closed = sent(client, "batches/2026-07/close")
    assert (closed.status_code, [row["code"] for row in closed.json()["problems"]]) == (
        422,
        [row["code"] for row in told],
    )


def test_intake_ends_by_a_call_and_only_once(desk: User) -> None:
    make_batch()
    ended, again = (sent(client_of(desk), "batches/2026-07/end-intake") for _ in range(2))
    assert (ended.status_code, ended.json()["state"], again.status_code) == (200, "REVIEW", 409)


def test_board_has_a_row_per_file_with_every_criterion(file: Application, desk: User) -> None:
    (row,) = results(client_of(desk), "batches/2026-07/board")
    cells = {cell["criterion"]: cell for cell in row.pop("cells")}
    assert row == {
        "application": str(file.pk),
        "reference": file.reference,
        "state": "IN_REVIEW",
        "site_number": file.centre.site_number,
        "holder": file.holder.name,
        "product_code": file.product.code,
        "paragraph": file.paragraph.number,
        "populations": ["ADULT"],
        "outcome": "INCOMPLETE",
        "stored": False,
        "warnings": row["warnings"],
        "faults": [],
        "open_questions": 0,
    }
    assert cells["C2"] == {"criterion": "C2", "verdict": "TO_VERIFY", "margin": cells["C2"]["margin"], "capacity": ""}
    (site,) = results(client_of(desk), "batches/2026-07/sites")
    assert (site["site_number"], site["applications"], site["unconfirmed"] > 0) == (file.centre.site_number, 1, True)


@pytest.mark.parametrize("path", ["board", "sites", "blocking", "figures"])
@pytest.mark.parametrize("role", [Role.MEMBER, Role.CHAIR, Role.ADMINISTRATOR, Role.HOLDER])
def test_review_is_shut_to_others(file: Application, path: str, role: Role) -> None:
    user = make_staff() if role == Role.HOLDER else make_user(role)
    assert client_of(user).get(f"{API}/batches/2026-07/{path}").status_code == 403


def test_findings_stand_live_while_in_review(file: Application, desk: User) -> None:
    path = f"{API}/applications/{file.pk}/evaluation"
    live = client_of(desk).get(path).json()
    assert (live["assessment"], live["outcome"], live["findings"][0]["id"]) == (None, "INCOMPLETE", "C1a")
    assert client_of(make_staff(file.holder)).get(path).status_code == 403


def test_findings_are_the_stored_ones_after_the_close() -> None:
    [stored] = make_sealed_batch()
    told = client_of(make_user(Role.AUDITOR)).get(f"{API}/applications/{stored.pk}/evaluation").json()
    assert (told["assessment"], told["outcome"]) == (str(standing(stored).pk), standing(stored).outcome)


def certificate_of(file: Application) -> Input:
    return Input.objects.get(centre=file.centre, field="certificate")


def test_input_shows_its_way_and_is_confirmed(file: Application, desk: User) -> None:
    client, row = client_of(desk), certificate_of(file)
    rows = results(client, f"{site_of(file)}/inputs")
    found = next(each for each in rows if each["id"] == str(row.pk))
    assert found == {
        "id": str(row.pk),
        "criterion": "C1a",
        "field": "certificate",
        "key": "TEST-1",
        "value": row.value,
        "unit": row.unit,
        "standing": "CURRENT",
        "application": file.reference,
        "stated_by": row.stated_by.name,
        "stated_at": "2026-07-14T10:00:00Z" if found["stated_at"].endswith("10:00:00Z") else found["stated_at"],
        "stated_in": "FORM",
        "vintage": None,
        "annex_sha256": row.annex.sha256 if row.annex else "",
        "page": 2,
        "confirmed_by": None,
        "confirmed_at": None,
        "ruling": "",
        "ruled_by": None,
        "ruled_at": None,
        "ruling_reason": "",
    }
    assert found["stated_at"].endswith("Z")
    done, again = (sent(client, f"{site_of(file)}/inputs/{row.pk}/confirm") for _ in range(2))
    assert (done.status_code, done.json()["confirmed_by"], again.status_code) == (200, desk.name, 409)


def test_correction_stands_beside_what_was_stated(file: Application, desk: User) -> None:
    client, row = client_of(desk), certificate_of(file)
    body = {"value": row.value | {"valid_to": "2027-01-31"}, "reason": "As printed on page 2."}
    made = sent(client, f"{site_of(file)}/inputs/{row.pk}/correct", body)
    assert (made.status_code, made.json()["value"]["valid_to"]) == (201, "2027-01-31")
    assert client.get(made["Location"]).json() == made.json()
    assert client.get(f"{API}/{site_of(file)}/inputs/{row.pk}").json()["standing"] == "REPLACED"
    nothing = sent(client, f"{site_of(file)}/inputs/{made.json()['id']}/correct", {"value": 3})
    assert [each["pointer"] for each in nothing.json()["problems"]] == ["/reason"]


def test_supplement_is_ruled_on_and_nothing_else_is(file: Application, desk: User) -> None:
    client, row = client_of(desk), Supplement.objects.get(centre=file.centre)
    body = {"ruling": "ACCEPTED", "reason": "Listed in the register."}
    ruled = sent(client, f"{site_of(file)}/inputs/{row.pk}/rule", body).json()
    assert (ruled["ruling"], ruled["ruled_by"], ruled["ruling_reason"]) == ("ACCEPTED", desk.name, body["reason"])
    assert sent(client, f"{site_of(file)}/inputs/{certificate_of(file).pk}/rule", body).status_code == 404


def test_reading_token_and_auditor_change_no_input(file: Application, desk: User) -> None:
    path = f"{site_of(file)}/inputs/{certificate_of(file).pk}/confirm"
    narrow = client_of(desk, Scope.EVALUATIONS_READ.value)
    assert [sent(each, path).status_code for each in (narrow, client_of(make_user(Role.AUDITOR)))] == [403, 403]


def test_judgements_and_differences_are_read_and_never_written(file: Application, desk: User) -> None:
    assert file.batch is not None
    judged = record_judgement(
        file.batch, file.centre, criterion="C3a", value="MET", reason="Rota.", by=desk, at=IN_AUGUST
    )
    client = client_of(make_user(Role.AUDITOR))
    (row,) = results(client, f"{site_of(file)}/judgements")
    assert (row["id"], row["criterion"], row["value"], row["by"], row["countersigned_by"], row["stale"]) == (
        str(judged.pk),
        "C3a",
        "MET",
        desk.name,
        None,
        False,
    )
    assert results(client, f"{site_of(file)}/bureau-rulings") == []
    assert [type(each["sources"]) for each in results(client, f"{site_of(file)}/differences")] in ([], [list])
    for name in ("judgements", "differences"):
        assert sent(client_of(desk), f"{site_of(file)}/{name}").status_code == 405


def test_delivery_is_previewed_and_chosen_by_who_read_the_present_one(file: Application, desk: User) -> None:
    client = client_of(desk)
    read = client.get(f"{API}/batches/2026-07/figures")
    assert (read.json()["vintage"], read["ETag"]) == (None, '"none"')
    first = make_figures(Batch.objects.get(), desk)
    Batch.objects.update(vintage=None)
    preview = client.get(f"{API}/batches/2026-07/figures/preview/{first.pk}").json()
    assert (preview["vintage"], preview["missing_years"]) == (str(first.pk), [])
    body = {"vintage": str(first.pk)}
    path = "batches/2026-07/figures"
    assert sent(client, path, body, "put").status_code == 428
    assert sent(client, path, body, "put", **{"If-Match": '"other"'}).status_code == 412
    chosen = sent(client, path, body, "put", **{"If-Match": read["ETag"]})
    assert (chosen.status_code, chosen.json()["vintage"]["id"], chosen["ETag"]) == (200, str(first.pk), f'"{first.pk}"')
    assert Vintage.objects.filter(batches__isnull=False).get() == first


def test_admissibility_is_decided_with_its_items(desk: User) -> None:
    file, client = make_file(desk=desk), client_of(desk)
    path = f"applications/{file.pk}/admissibility"
    found = client.get(f"{API}/{path}").json()
    assert (found["result"], [item["id"] for item in found["items"]]) == (
        "ADMISSIBLE",
        ["AD1", "AD2", "AD3", "AD4", "AD5", "AD6", "AD7"],
    )
    read = {"If-Match": client.get(f"{API}/{path}")["ETag"]}
    mandate = {"result": "ADMISSIBLE", "reason": "Mandate on page 1."}
    assert sent(client, f"{path}/AD1", mandate, "put").status_code == 428
    said = sent(client, f"{path}/AD1", mandate, "put", **read)
    assert said.json()["items"][0] == {"id": "AD1", **mandate, "said_by": desk.name}
    assert sent(client, f"{path}/AD4", mandate, "put", **read).status_code == 404
    late = {"result": "INADMISSIBLE", "reason": "Late."}
    told = client.get(f"{API}/{path}", headers={"Accept-Language": "fr"})
    assert (told["ETag"], told["ETag"] == read["If-Match"]) == (said["ETag"], False)
    assert [sent(client, path, late).status_code, sent(client, path, late, **read).status_code] == [428, 412]
    present = {"If-Match": said["ETag"]}
    assert sent(client, path, {"result": "INADMISSIBLE"}, **present).status_code == 422
    decided = sent(client, path, late, **present)
    assert (decided.status_code, decided.json()["result"]) == (200, "INADMISSIBLE")


def test_question_is_asked_by_the_desk_and_answered_once_by_its_holder(file: Application, desk: User) -> None:
    client, holder = client_of(desk), client_of(make_staff(file.holder))
    path = f"applications/{file.pk}/questions"
    wrong = sent(client, path, {"criterion": "X9", "text": "Why?"})
    assert (wrong.status_code, wrong.json()["problems"][0]["pointer"]) == (422, "/criterion")
    asked = sent(client, path, {"criterion": "C2", "text": "Which years?"})
    assert (asked.status_code, holder.get(asked["Location"]).json()) == (201, asked.json())
    assert sent(client, f"{path}/{asked.json()['id']}/answer", {"answer": "2024"}).status_code == 403
    answered, twice = (
        sent(holder, f"{path}/{asked.json()['id']}/answer", {"answer": "2022 to 2024."}) for _ in range(2)
    )
    assert (answered.json()["answer"], twice.status_code) == ("2022 to 2024.", 409)
    assert results(holder, path) == [answered.json()]
    about = {"application": str(file.pk), "reference": file.reference}
    assert results(holder, "questions?batch=2026-07&answered=true") == [answered.json() | about]
    assert results(client, "questions?answered=false") == results(client_of(make_staff()), "questions") == []
    assert client_of(make_staff()).get(f"{API}/{path}").status_code == 404
    assert sent(holder, path, {"criterion": "C2", "text": "Why?"}).status_code == 403


def test_question_sent_twice_with_one_key_is_asked_once(file: Application, desk: User) -> None:
    body, key = {"criterion": "C2", "text": "Which years?"}, {"Idempotency-Key": "q-1"}
    first, again = (sent(client_of(desk), f"applications/{file.pk}/questions", body, **key) for _ in range(2))
    assert (first.json(), again["Idempotency-Replayed"], Question.objects.count()) == (again.json(), "true", 1)


def test_capacity_is_read_beside_what_was_given(desk: User) -> None:
    [application] = make_sealed_batch()
    body = client_of(desk).get(f"{API}/applications/{application.pk}/capacity").json()
    assert (body["forecast"], body["assessment"]["value"], body["stale"]) == (
        list(application.forecast),
        "SHORTAGE",
        False,
    )
    assert client_of(make_user(Role.MEMBER)).get(f"{API}/applications/{application.pk}/capacity").status_code == 403


@pytest.mark.parametrize("path", ["board", "sites", "questions", "all-questions", "inputs"])
def test_queries_do_not_grow_with_the_rows(file: Application, desk: User, path: str) -> None:
    client = client_of(desk)
    address = {
        "questions": f"applications/{file.pk}/questions",
        "all-questions": "questions",
        "inputs": f"{site_of(file)}/inputs",
    }
    counts = []
    for made in (1, 29):
        for _ in range(made):
            ask_question(file, criterion="C2", text="Why?", by=desk, at=IN_AUGUST)
            Input.objects.create(
                **{name: getattr(certificate_of_first(file), name) for name in ("batch", "centre", "application")},
                field="narrative",
                key="C5",
                value={"text": "Trials."},
                stated_by=desk,
                stated_at=IN_JULY,
                stated_in="FORM",
            )
        with CaptureQueriesContext(connection) as queries:
            results(client, address.get(path, f"batches/2026-07/{path}"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def certificate_of_first(file: Application) -> Input:
    return Input.objects.filter(centre=file.centre).order_by("stated_at", "pk")[0]
