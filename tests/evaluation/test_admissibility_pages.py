import pytest
from django.test import Client

from accounts.enums import Role
from applications.models import Application
from evaluation.admissibility import admissibility_findings
from tests.builders import make_application, make_batch, make_user

pytestmark = pytest.mark.django_db


def filed() -> Application:
    return make_application(submitted=True)


def address(application: Application, item: str) -> str:
    batch = application.batch or make_batch()
    return f"/batches/{batch.code}/files/{application.number}/admissibility/{item}/"


def signed_in(role: Role) -> Client:
    client = Client()
    client.force_login(make_user(role, name="L. Example"))
    return client


def found(application: Application, item: str) -> tuple[str, str, str]:
    batch = application.batch or make_batch()
    row = next(row for row in admissibility_findings(application, batch=batch) if row.id == item)
    return row.result, row.reason, row.said_by


def test_item_that_no_rule_can_tell_is_stated_by_a_named_person() -> None:
    application = filed()
    given = {"result": "ADMISSIBLE", "reason": "The extract of the authorisation names the company."}
    assert signed_in(Role.SECRETARIAT).post(address(application, "AD1"), given).status_code == 302
    assert found(application, "AD1") == ("ADMISSIBLE", given["reason"], "L. Example")
    assert found(application, "AD5")[0] == "TO_CONFIRM"


def test_item_without_reason_is_refused_and_nothing_kept() -> None:
    application = filed()
    answer = signed_in(Role.SECRETARIAT).post(address(application, "AD1"), {"result": "ADMISSIBLE", "reason": " "})
    assert (answer.status_code, found(application, "AD1")[0]) == (422, "TO_CONFIRM")


def test_item_that_the_rules_tell_is_stated_by_nobody() -> None:
    assert signed_in(Role.SECRETARIAT).get(address(filed(), "AD2")).status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.MEMBER, Role.CHAIR, Role.ADMINISTRATOR])
def test_item_is_the_secretariats_alone(role: Role) -> None:
    given = {"result": "ADMISSIBLE", "reason": "As documented."}
    assert signed_in(role).post(address(filed(), "AD1"), given).status_code in (403, 404)
