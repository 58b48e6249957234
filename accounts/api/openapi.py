"""What the OpenAPI document tells of every operation without being asked; registered when the app is ready."""

from typing import Any, Final, Literal

from drf_spectacular.contrib.django_oauth_toolkit import DjangoOAuthToolkitScheme
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from accounts.api.authentication import READING, HasScope
from accounts.api.deprecation import Deprecated
from accounts.api.lists import ListOf
from accounts.api.shapes import CHOSEN, WRITTEN_OUT, Shape

HEADER: Final[Literal["header"]] = "header"
IF_MATCH = OpenApiParameter("If-Match", str, HEADER, required=True, description="The ETag that was read last.")
IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, HEADER, description="An ETag: 304 when it still holds.")
KEY_SAID: Final = "New for each request, at most 255 characters: a request sent again has one effect and one answer."
KEY = OpenApiParameter("Idempotency-Key", str, HEADER, description=KEY_SAID)
KEY_DUE = OpenApiParameter("Idempotency-Key", str, HEADER, required=True, description=KEY_SAID)
REPLAYED = OpenApiParameter(
    "Idempotency-Replayed", str, HEADER, response=True, enum=["true"], description="There when answered before."
)
ETAG = OpenApiParameter("ETag", str, HEADER, response=True, description="The version of what is answered.")
LOCATION = OpenApiParameter("Location", str, HEADER, response=[201, 202], description="Where it can be read.")


class ClientAuthenticationScheme(DjangoOAuthToolkitScheme):  # type: ignore[no-untyped-call]  # registers itself
    """The OpenAPI document names the scope that each operation asks for."""

    target_class = "accounts.api.authentication.ClientAuthentication"

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        asked = [each for each in auto_schema.view.get_permissions() if isinstance(each, HasScope)]
        return {self.name: [each.scope_for(auto_schema.method) for each in asked]}


class DeskSchema(AutoSchema):
    """Lists have pages, a resource its choice of fields, an unsafe call its key, what goes away its mark."""

    def _is_list_view(self, serializer: Any = None) -> bool:
        if isinstance(self.view, ListOf):
            return self.method == "GET"
        return bool(super()._is_list_view(serializer))

    def is_deprecated(self) -> bool:
        return isinstance(self.view, Deprecated)

    def get_override_parameters(self) -> list[Any]:
        if self.method not in READING:
            return self._key() if getattr(self.view, "repeatable", False) else []
        return self._choice()

    def _key(self) -> list[OpenApiParameter]:
        due = self.method == "POST" and getattr(self.view, "key_is_due", False)
        return [KEY_DUE if due else KEY, REPLAYED]

    def _choice(self) -> list[OpenApiParameter]:
        """`fields` and, where something can be written out, `expand`."""
        shape: Any = self.get_response_serializers()
        shape = shape if isinstance(shape, type) else type(shape)
        shape = getattr(shape, "rows_of", shape)
        if not issubclass(shape, Shape):
            return []
        names = ", ".join(shape._declared_fields)
        chosen = OpenApiParameter(CHOSEN, str, description=f"Only these fields, with commas between: {names}.")
        if not shape.expandable:
            return [chosen]
        keys = ", ".join(shape.expandable)
        return [chosen, OpenApiParameter(WRITTEN_OUT, str, description=f"Write out what is a key: {keys}.")]
