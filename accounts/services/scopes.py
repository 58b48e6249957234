"""What the tokens of an API client may be for, changed while they live."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.enums import Scope
from accounts.errors import Conflict
from accounts.models import ApiClient, User
from accounts.services.audit import record_event
from accounts.services.clients import require_known_scopes, require_open
from accounts.services.users import require_administrator


@dataclass(frozen=True, slots=True)
class ScopeChange:
    """What other scopes do: how many live tokens lose something, and how many of those have nothing left and end."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    narrowed: int
    ended: int

    @property
    def is_none(self) -> bool:
        return not self.added and not self.removed


def effect_of_scopes(client: ApiClient, *, scopes: Iterable[str]) -> ScopeChange:
    """Say what giving a client these scopes would do now; nothing is written."""
    wanted, held = set(scopes), set(client.scopes)
    removed = _in_order(held - wanted)
    losing = [set(token.scope.split()) for token in _live(client)]
    touched = [each for each in losing if each & set(removed)]
    return ScopeChange(
        added=_in_order(wanted - held),
        removed=removed,
        narrowed=len(touched),
        ended=sum(not each & wanted for each in touched),
    )


@transaction.atomic
def change_scopes(
    client: ApiClient, *, scopes: Iterable[str], expected: Iterable[str], by: User | None, at: datetime
) -> ScopeChange:
    """Give a client other scopes: a token never has more than its client.

    What is taken away leaves every live token at once, and one with nothing left ends. What is added goes only to
    tokens issued afterwards: a token never grows. `expected` is what whoever decided saw, so that two who change the
    same client do not undo each other unseen. Raises NotAllowed, Invalid, Conflict.
    """
    require_administrator(by)
    wanted = _in_order(scopes)
    require_known_scopes(wanted)
    locked = ApiClient.objects.select_for_update(of=("self",)).select_related("user").get(pk=client.pk)
    require_open(locked)
    if set(locked.scopes) != set(expected):
        raise Conflict("client-scopes-changed", client=locked.client_id)
    change = effect_of_scopes(locked, scopes=wanted)
    if change.is_none:
        return change
    _narrow(_live(locked), wanted)
    before, locked.scopes = sorted(locked.scopes), sorted(wanted)
    locked.save(update_fields=["scopes", "updated"])
    after = {"scopes": locked.scopes, "tokens_narrowed": change.narrowed, "tokens_ended": change.ended}
    record_event(locked, by=by, at=at, verb="change scopes", before={"scopes": before}, after=after)
    return change


def _live(client: ApiClient) -> QuerySet[Any]:
    tokens: QuerySet[Any] = client.accesstoken_set.filter(expires__gt=Now()).only("pk", "scope")
    return tokens


def _narrow(tokens: QuerySet[Any], wanted: tuple[str, ...]) -> None:
    for token in tokens.select_for_update():
        had = token.scope.split()
        left = [scope for scope in had if scope in wanted]
        if not left:
            token.delete()
        elif left != had:
            tokens.model.objects.filter(pk=token.pk).update(scope=" ".join(left))


def _in_order(scopes: Iterable[str]) -> tuple[str, ...]:
    """As they stand in the contract; an unknown one last, for somebody to refuse."""
    known = list(Scope.values)
    return tuple(sorted(set(scopes), key=lambda each: (known.index(each) if each in known else len(known), each)))
