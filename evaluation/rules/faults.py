"""How a fault in stated facts is found, pointed at and ranked."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from evaluation.rules.sites import has_check_digits, has_establishment_shape

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class FaultCode(StrEnum):
    """The codes in their order of precedence: of several at one pointer, the first here is told."""

    REQUIRED = "required"
    UNKNOWN_FIELD = "unknown_field"
    TYPE = "type"
    VALUE = "value"
    CHECK_DIGIT = "check_digit"
    DUPLICATE = "duplicate"
    ORDER = "order"
    EXCEEDS = "exceeds"
    WITHOUT_TOTAL = "without_total"
    EMPTY = "empty"
    NOT_CONSECUTIVE = "not_consecutive"
    NOT_OVER = "not_over"
    OUTSIDE_YEARS = "outside_years"
    NO_CRITERIA = "no_criteria"


PRECEDENCE = {code: rank for rank, code in enumerate(FaultCode)}


class UnreadableError(ValueError):
    """A value that is faulty in itself, whatever stands beside it."""

    def __init__(self, code: FaultCode) -> None:
        super().__init__(code)
        self.code = code


def text(value: object) -> str:
    if not isinstance(value, str):
        raise UnreadableError(FaultCode.TYPE)
    if not value.strip():
        raise UnreadableError(FaultCode.VALUE)
    return value


def day(value: object) -> date:
    if not isinstance(value, str):
        raise UnreadableError(FaultCode.TYPE)
    if not DAY.fullmatch(value):
        raise UnreadableError(FaultCode.VALUE)
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise UnreadableError(FaultCode.VALUE) from error


def integer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnreadableError(FaultCode.TYPE)
    return value


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise UnreadableError(FaultCode.TYPE)
    return value


def site(value: object) -> str:
    if not isinstance(value, str):
        raise UnreadableError(FaultCode.TYPE)
    if not has_establishment_shape(value):
        raise UnreadableError(FaultCode.VALUE)
    if not has_check_digits(value):
        raise UnreadableError(FaultCode.CHECK_DIGIT)
    return value


def one_of(allowed: type[E]) -> Callable[[object], E]:
    """A reader of one closed list."""

    def read(value: object) -> E:
        if not isinstance(value, str):
            raise UnreadableError(FaultCode.TYPE)
        try:
            return allowed(value)
        except ValueError as error:
            raise UnreadableError(FaultCode.VALUE) from error

    return read


def below(pointer: str, token: object) -> str:
    """The JSON pointer (RFC 6901) of a member or element."""
    return f"{pointer}/{str(token).replace('~', '~0').replace('/', '~1')}"


@dataclass(slots=True)
class Faults:
    """The faults found so far, one code per pointer."""

    found: dict[str, FaultCode] = field(default_factory=dict)

    def add(self, pointer: str, code: FaultCode) -> None:
        self.found[pointer] = min(code, self.found.get(pointer, code), key=PRECEDENCE.__getitem__)

    def read(self, pointer: str, value: object, reader: Callable[[object], T]) -> T | None:
        """The value, or None with its fault recorded."""
        try:
            return reader(value)
        except UnreadableError as fault:
            self.add(pointer, fault.code)
            return None

    def count(self, pointer: str, value: object) -> int | None:
        """An integer; a negative one is a fault that still takes part in the rules between fields."""
        number = self.read(pointer, value, integer)
        if number is not None and number < 0:
            self.add(pointer, FaultCode.VALUE)
        return number

    def node(self, pointer: str, value: object, required: Iterable[str], optional: Iterable[str] = ()) -> "Node | None":
        """The object at the pointer, its unknown, missing and null required members recorded."""
        if not isinstance(value, dict):
            self.add(pointer, FaultCode.TYPE)
            return None
        known = {*required, *optional}
        for name in value.keys() - known:
            self.add(below(pointer, name), FaultCode.UNKNOWN_FIELD)
        for name in required:
            if value.get(name) is None:
                self.add(below(pointer, name), FaultCode.TYPE if name in value else FaultCode.REQUIRED)
        return Node(self, pointer, value)


@dataclass(frozen=True, slots=True)
class Node:
    """One JSON object under reading; a member that is absent or null reads as None without a further fault."""

    faults: Faults
    pointer: str
    members: dict[str, object]

    def at(self, name: str) -> str:
        return below(self.pointer, name)

    def fault(self, name: str, code: FaultCode) -> None:
        self.faults.add(self.at(name), code)

    def raw(self, name: str) -> object:
        return self.members.get(name)

    def read(self, name: str, reader: Callable[[object], T]) -> T | None:
        value = self.raw(name)
        return None if value is None else self.faults.read(self.at(name), value, reader)

    def count(self, name: str) -> int | None:
        value = self.raw(name)
        return None if value is None else self.faults.count(self.at(name), value)

    def child(self, name: str, required: Iterable[str], optional: Iterable[str] = ()) -> "Node | None":
        value = self.raw(name)
        return None if value is None else self.faults.node(self.at(name), value, required, optional)

    def elements(self, name: str, *, not_empty: bool = False) -> list[tuple[str, object]] | None:
        """The elements with their pointers; None when the member is absent, null or no list."""
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, list):
            self.fault(name, FaultCode.TYPE)
            return None
        if not_empty and not value:
            self.fault(name, FaultCode.EMPTY)
        return [(below(self.at(name), index), element) for index, element in enumerate(value)]

    def nodes(self, name: str, required: Iterable[str], optional: Iterable[str] = ()) -> "list[Node]":
        """The elements that are objects; any other element is a fault."""
        read = (self.faults.node(at, element, required, optional) for at, element in self.elements(name) or [])
        return [node for node in read if node is not None]
