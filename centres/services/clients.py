from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from accounts.enums import Role, Scope
from accounts.models import ApiClient, User
from accounts.services.clients import create_client
from centres.models import Holder
from centres.services.registers import give_membership


@transaction.atomic
def register_client(
    *,
    client_id: str,
    name: str,
    holder: Holder | None,
    scopes: Iterable[str] = Scope.values,
    valid_from: date,
    by: User | None,
    at: datetime,
) -> ApiClient:
    """Register a machine that files for one company or, without one, serves the secretariat.

    Raises NotAllowed, Invalid, Conflict.
    """
    role = Role.SECRETARIAT if holder is None else Role.HOLDER
    client = create_client(client_id=client_id, name=name, role=role, scopes=scopes, by=by, at=at)
    if holder is not None:
        give_membership(holder, user=client.user, valid_from=valid_from, by=by, at=at)
    return client
