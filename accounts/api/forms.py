"""What a client sends: a member that nobody asked for is a fault, never passed over."""

from collections.abc import Collection, Mapping
from typing import Any, Generic, TypeVar

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from accounts.errors import Problem, sentence

Kind = TypeVar("Kind")
UNKNOWN = "unknown_field"


def unknown_members(data: object, known: Collection[str]) -> list[Problem]:
    """A fault for every member of what was sent that is not among these."""
    told = sentence("name-unknown", {"allowed": ", ".join(known) or "-"})
    names = [str(name) for name in data if name not in known] if isinstance(data, Mapping) else []
    return [Problem("/" + name.replace("~", "~0").replace("/", "~1"), UNKNOWN, told) for name in names]


class Form(serializers.Serializer[Kind], Generic[Kind]):
    """A body: every member that is not known is named, beside all other faults."""

    def to_internal_value(self, data: Any) -> Any:
        faults = unknown_members(data, self.fields)
        unknown = {each.pointer[1:]: [ErrorDetail(str(each.message), UNKNOWN)] for each in faults}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**by_member(error.detail), **unknown}) from error
        if unknown:
            raise serializers.ValidationError(unknown)
        return value


def by_member(detail: Any) -> dict[str, Any]:
    return dict(detail) if isinstance(detail, Mapping) else {"non_field_errors": detail}
