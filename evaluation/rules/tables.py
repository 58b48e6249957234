"""Typed reading of TOML tables: a missing, unknown or mistyped key is refused with what is allowed there."""

import inspect
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from evaluation.rules.versions import InvalidCriteria

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
LANGUAGES = ("nl", "fr", "en")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a file; `key` is its place in messages."""

    file: str
    key: str
    data: Mapping[str, Any]

    def refuse(self, name: str, allowed: str) -> InvalidCriteria:
        return InvalidCriteria(self.file, f"{self.key}.{name}" if self.key else name, allowed)

    def require_only(self, *names: str) -> None:
        for name in sorted(self.data.keys() - set(names)):
            raise self.refuse(name, f"unknown key; allowed: {', '.join(names)}")

    def get(self, name: str, wanted: type[T]) -> T:
        value = self.data.get(name)
        if type(value) is not wanted:
            raise self.refuse(name, f"a value of type {wanted.__name__} is required")
        if isinstance(value, str) and not value.strip():
            raise self.refuse(name, "a text that is not blank is required")
        return value

    def get_or(self, name: str, wanted: type[T], default: T) -> T:
        return self.get(name, wanted) if name in self.data else default

    def texts(self, name: str) -> dict[str, Any]:
        """One entry for each language the desk works in, no other."""
        table = self.table(name)
        table.require_only(*LANGUAGES)
        return {language: table.get(language, str) for language in LANGUAGES}

    def lists_of_texts(self, name: str) -> dict[str, tuple[str, ...]]:
        table = self.table(name)
        table.require_only(*LANGUAGES)
        return {language: table.strings(language) for language in LANGUAGES}

    def strings(self, name: str) -> tuple[str, ...]:
        values = self.get(name, list)
        if not all(isinstance(value, str) for value in values):
            raise self.refuse(name, "a list of texts is required")
        return tuple(values)

    def table(self, name: str) -> "Table":
        return Table(self.file, f"{self.key}.{name}" if self.key else name, self.get(name, dict))

    def tables(self, name: str) -> list["Table"]:
        return [self._entry(name, index, entry) for index, entry in enumerate(self.get(name, list))]

    def _entry(self, name: str, index: int, entry: object) -> "Table":
        if not isinstance(entry, dict):
            raise self.refuse(name, "a list of tables is required")
        key = f"{name}[{entry.get('id', index)}]"
        return Table(self.file, f"{self.key}.{key}" if self.key else key, entry)


def bound_parameters(table: Table, function: Callable[..., object], *, given: frozenset[str]) -> dict[str, object]:
    """The table's values as the function's keyword parameters, converted to their types.

    `given` are parameters the caller supplies. Raises InvalidCriteria for a name the function does not know, one
    it needs and does not get, and a value of another type.
    """
    needed = {name for name, each in _keywords(function).items() if each.default is inspect.Parameter.empty}
    values = changed_parameters(table, function, given=given)
    for name in sorted(needed - values.keys() - given):
        raise table.refuse(name, "required parameter")
    return values


def changed_parameters(table: Table, function: Callable[..., object], *, given: frozenset[str]) -> dict[str, object]:
    """The same for some of the parameters, where the others keep the values they have."""
    hints = get_type_hints(function)
    names = _keywords(function)
    for name in sorted((table.data.keys() | given) - names.keys()):
        raise table.refuse(name, f"unknown parameter; allowed: {', '.join(names) or 'none'}")
    for name in sorted(table.data.keys() & given):
        raise table.refuse(name, "given twice")
    return {name: _converted(table, name, value, hints[name]) for name, value in table.data.items()}


def _keywords(function: Callable[..., object]) -> dict[str, inspect.Parameter]:
    parameters = inspect.signature(function).parameters
    return {name: each for name, each in parameters.items() if each.kind is inspect.Parameter.KEYWORD_ONLY}


def _converted(table: Table, name: str, value: object, wanted: Any) -> object:
    if get_origin(wanted) in (Union, types.UnionType):
        (wanted,) = (each for each in get_args(wanted) if each is not type(None))
    if get_origin(wanted) is tuple:
        if not isinstance(value, list):
            raise table.refuse(name, "a list is required")
        return tuple(_converted(table, name, each, get_args(wanted)[0]) for each in value)
    if issubclass(wanted, StrEnum):
        return member(table, name, value, wanted)
    if type(value) is not wanted:
        raise table.refuse(name, f"a value of type {wanted.__name__} is required")
    return value


def members(table: Table, name: str, wanted: type[E]) -> frozenset[E]:
    """The values as members of a closed list, at least one."""
    values = table.strings(name)
    if not values:
        raise table.refuse(name, f"at least one of {', '.join(wanted)}")
    return frozenset(member(table, name, each, wanted) for each in values)


def member(table: Table, name: str, value: object, wanted: type[E]) -> E:
    """The value as a member of a closed list."""
    try:
        return wanted(str(value))
    except ValueError as error:
        raise table.refuse(name, f"one of {', '.join(wanted)}") from error
