"""What a resource looks like to clients: its fields, fewer of them on request, linked things written out on request."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request

from accounts.errors import Invalid, Problem, sentence

CHOSEN = "fields"
WRITTEN_OUT = "expand"


class Shape(serializers.Serializer[Any]):
    """A resource to read. `?fields=id,state` keeps those fields; `?expand=batch` writes out what else is a key.

    `expandable` names the serializer that stands in for a field, which reads the attribute of `expand_source` or of
    the same name. An unknown name in either is refused with what is allowed.
    """

    expandable: ClassVar[Mapping[str, type["Shape"]]] = {}
    expand_source: ClassVar[Mapping[str, str]] = {}

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for field in fields.values():
            if isinstance(field, serializers.DateTimeField):
                field.timezone = UTC
        if self._is_nested:
            return fields
        for name in self._asked(WRITTEN_OUT, self.expandable):
            source = self.expand_source.get(name)
            fields[name] = self.expandable[name](source=source) if source else self.expandable[name]()
        chosen = self._asked(CHOSEN, fields)
        return {name: fields[name] for name in fields if name in chosen} if chosen else fields

    @property
    def _is_nested(self) -> bool:
        """Written out inside another resource, alone or as one of several, it is always whole."""
        above: Any = self.parent
        while isinstance(above, serializers.ListSerializer):
            above = above.parent
        return isinstance(above, Shape)

    def _asked(self, parameter: str, allowed: Mapping[str, Any]) -> list[str]:
        request = self.context.get("request")
        if request is None:
            return []
        if fault := unknown_choice(request, parameter, allowed):
            raise Invalid("filter-invalid", problems=[fault])
        return names_in(request, parameter)

    @classmethod
    def unknown_choices(cls, request: Request) -> list[Problem]:
        """What `fields` and `expand` name that this resource does not have."""
        told = (
            unknown_choice(request, WRITTEN_OUT, cls.expandable),
            unknown_choice(request, CHOSEN, cls._declared_fields),
        )
        return [fault for fault in told if fault]


def names_in(request: Request, parameter: str) -> list[str]:
    return [name.strip() for name in request.query_params.get(parameter, "").split(",") if name.strip()]


def unknown_choice(request: Request, parameter: str, allowed: Mapping[str, Any]) -> Problem | None:
    if all(name in allowed for name in names_in(request, parameter)):
        return None
    return Problem(f"/{parameter}", "value", sentence("name-unknown", {"allowed": ", ".join(allowed) or "-"}))


@cache
def listed(shape: type[Shape]) -> type[serializers.Serializer[Any]]:
    """A whole list that has no pages: `{"results": [...]}`."""
    name = f"{shape.__name__.removesuffix('Shape')}List"
    members = {"results": shape(many=True), "rows_of": shape, "__doc__": "The whole list."}
    return type(name, (serializers.Serializer,), members)


def whole(shape: type[Shape], rows: Iterable[Any], request: Request, **known: Any) -> dict[str, Any]:
    """The body of a whole list, its rows as the caller chose them."""
    return {"results": shape(rows, many=True, context={"request": request, **known}).data}


def moment(at: datetime | None) -> str | None:
    """A moment as RFC 3339 in UTC, ending in Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
