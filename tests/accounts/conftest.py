from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from accounts.enums import Role
from accounts.models import ApiClient, User
from accounts.services.clients import create_client
from accounts.services.users import create_user

AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


@pytest.fixture
def person(db: None) -> Callable[[Role], User]:
    def make(role: Role, name: str = "") -> User:
        name = name or role.value.lower()
        return create_user(
            email=f"{name}@desk.example", name=name, role=role, language="en", password=PASSWORD, by=None, at=AT
        )

    return make


@pytest.fixture
def administrator(person: Callable[[Role], User]) -> User:
    return person(Role.ADMINISTRATOR)


@pytest.fixture
def api_client(db: None) -> ApiClient:
    return create_client(client_id="demo-holder1", name="Demo holder 1", role=Role.HOLDER, by=None, at=AT)
