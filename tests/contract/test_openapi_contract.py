"""Every operation of the OpenAPI document, called as it says it may be: what comes back is what it says comes back.

`make contract` asks more of it: every role, and CONTRACT_EXAMPLES calls of each operation.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.api.shapes import CHOSEN, WRITTEN_OUT
from accounts.enums import Role, Scope
from tests.access.world import World, file_at_vote
from tests.accounts.builders import make_token
from tests.builders import make_user
from tests.evaluation.review import make_desk

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    # The WSGI client of schemathesis reads an answer without closing it, as a server would.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "2"))
WANTED = (Role.HOLDER, Role.SECRETARIAT, Role.MEMBER) if EXAMPLES == 2 else tuple(Role)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The calls are part of the test's transaction, as those of Django's own test client are."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def caller_of(role: Role, world: World) -> str:
    people = {Role.HOLDER: world.holder, Role.MEMBER: world.member, Role.SECRETARIAT: make_desk()}
    return make_token(people.get(role) or make_user(role), *Scope.values)


@pytest.mark.parametrize("role", WANTED)
def test_every_operation_keeps_its_word(role: Role) -> None:
    world = file_at_vote()
    token = caller_of(role, world)
    document = schemathesis.openapi.from_wsgi("/api/v1/schema", get_wsgi_application())
    broken = {}
    for found in document.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        try:
            ask(operation, token, world.values)
        except BaseException as fault:
            broken[operation.label] = str(fault)
    assert broken == {}


def checks_of(case: Any) -> list[Any]:
    """Who chooses fields, or has keys written out, gets by intention another shape than the whole resource."""
    chosen = any((case.query or {}).get(name) for name in (CHOSEN, WRITTEN_OUT))
    return [each for each in CHECKS if not (chosen and each is response_schema_conformance)]


def ask(operation: Any, token: str, values: dict[str, str]) -> None:
    """Calls as generated, and the same calls about what is really there; nothing of it stays."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def called(case: Any) -> None:
        about = {"ballot_id": "ballot", "dossier_id": "dossier", "ruling_id": "ruling"}
        for real in (False, True):
            if real and case.path_parameters:
                there = {name: values.get(about.get(name, name), old) for name, old in case.path_parameters.items()}
                case.path_parameters = there
            with transaction.atomic():
                case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=checks_of(case))
                transaction.set_rollback(True)

    called()
