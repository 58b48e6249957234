from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ApiClient
from centres.models import HolderMembership
from tests.builders import make_holder

pytestmark = pytest.mark.django_db


def added(*arguments: str) -> str:
    out = StringIO()
    call_command("add_client", "acme-erp", "--name", "ERP", *arguments, stdout=out)
    return out.getvalue().strip()


def test_add_client_of_a_holder_files_for_that_company_only() -> None:
    holder = make_holder("Test Pharma")
    make_holder("Other Pharma")

    assert added("--role", "HOLDER", "--holder", "Test Pharma") == "acme-erp: holder Test Pharma"

    user = ApiClient.objects.get(client_id="acme-erp").user
    assert (user.role, user.is_service) == ("HOLDER", True)
    assert list(HolderMembership.objects.values_list("user", "holder")) == [(user.pk, holder.pk)]


def test_add_client_of_the_secretariat_belongs_to_no_company() -> None:
    assert added("--role", "SECRETARIAT") == "acme-erp: secretariat"
    assert HolderMembership.objects.count() == 0


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("--role", "HOLDER"), "A client of the role HOLDER needs --holder, one of the secretariat has none."),
        (
            ("--role", "SECRETARIAT", "--holder", "X"),
            "A client of the role HOLDER needs --holder, one of the secretariat has none.",
        ),
        (("--role", "HOLDER", "--holder", "X"), "There is no holder named X."),
    ],
)
def test_add_client_wrongly_described_adds_nothing(arguments: tuple[str, ...], fault: str) -> None:
    with pytest.raises(CommandError, match=fault):
        added(*arguments)
    assert ApiClient.objects.count() == 0
