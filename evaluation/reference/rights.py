"""Who may do what: the policies asked for each role, the tables of moves, and what each role sees."""

import inspect
from collections.abc import Callable, Iterable
from types import ModuleType

from django.apps import apps

import accounts.policies
import applications.policies
import evaluation.policies
from accounts.enums import PERMISSIONS, Role
from accounts.models import User
from applications.bulk.kinds import KINDS
from applications.transitions import APPLICATION_TRANSITIONS, BATCH_TRANSITIONS
from evaluation.reference.markdown import code, page, table

POLICIES = (accounts.policies, applications.policies, evaluation.policies)
ROLES = tuple(Role)


def roles_page() -> str:
    header = ("", *(str(role.label) for role in ROLES))
    return page(
        "Roles and rights",
        "A person has one role. A holder's right holds for the files of the companies it works for; a file of another"
        " company does not exist for it.",
        f"## Moves\n\n{table(header, _moves())}",
        f"## Acts\n\n{table(header, _acts())}",
        f"## Uploads\n\n{table(header, _uploads())}",
        f"## Background work\n\n{table(header, _permissions())}",
        f"## Who sees what\n\n{table(('record', 'rule'), _visible())}",
    )


def _row(what: str, may: Callable[[Role], bool]) -> tuple[str, ...]:
    return (what, *("✓" if may(role) else "" for role in ROLES))


def _moves() -> Iterable[tuple[str, ...]]:
    for record, moves in (("batch", BATCH_TRANSITIONS), ("application", APPLICATION_TRANSITIONS)):
        for verb in dict.fromkeys(move.verb for move in moves):
            who = {role for move in moves if move.verb == verb for role in move.who}
            yield _row(f"{record}: {code(verb)}", who.__contains__)


def _acts() -> Iterable[tuple[str, ...]]:
    for policy in (each for module in POLICIES for each in _policies(module)):
        allowed = {role for role in ROLES if policy(User(role=role))}
        yield _row(_said(policy), allowed.__contains__)


def _policies(module: ModuleType) -> list[Callable[[User], bool]]:
    """Those that depend on the person alone, in the order of the file."""
    found = [
        function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if name.startswith(("may_", "reads_")) and function.__module__ == module.__name__
        if len(inspect.signature(function).parameters) == 1
    ]
    return sorted(found, key=lambda function: function.__code__.co_firstlineno)


def _said(policy: Callable[[User], bool]) -> str:
    return code(policy.__name__.removeprefix("may_").replace("_", " "))


def _uploads() -> Iterable[tuple[str, ...]]:
    return (_row(code(name), kind.role.__eq__) for name, kind in sorted(KINDS.items()))


def _permissions() -> Iterable[tuple[str, ...]]:
    return (_row(code(name), roles.__contains__) for name, roles in PERMISSIONS.items())


def _visible() -> Iterable[tuple[str, str]]:
    for model in apps.get_models():
        seen = getattr(model._default_manager.none(), "visible_to", None)
        if seen is not None:
            yield model.__name__, (inspect.getdoc(seen) or "").split("\n\n")[0]
