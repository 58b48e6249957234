"""What a client may know of itself: who it is, for which company it files, what its token is for."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import user_of
from accounts.api.doors import Door
from accounts.api.shapes import Shape
from accounts.enums import Role, Scope
from centres.selectors import holder_of


class OwnClientShape(Shape):
    """The client behind the token that was sent; the token itself is told to nobody."""

    client_id = serializers.CharField(source="application.client_id")
    name = serializers.CharField(source="application.name")
    role = serializers.ChoiceField(source="application.user.role", choices=Role.choices)
    holder = serializers.SerializerMethodField(help_text="The company for which it files; null for a service.")
    scopes = serializers.SerializerMethodField()
    expires_at = serializers.DateTimeField(source="expires", help_text="Of this token.")
    last_used_at = serializers.DateTimeField(
        source="application.last_used_at",
        allow_null=True,
        help_text="When a token of this client was last used before this call, to the minute.",
    )

    @extend_schema_field({"type": ["string", "null"]})
    def get_holder(self, token: Any) -> str | None:
        holder = holder_of(token.application.user)
        return holder.name if holder else None

    @extend_schema_field({"type": "array", "items": {"type": "string", "enum": Scope.values}})
    def get_scopes(self, token: Any) -> list[str]:
        return sorted(token.scope.split())


class OwnClientView(Door):
    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="client_read", responses=OwnClientShape)
    def get(self, request: Request) -> Response:
        """The client itself, as the desk knows it; `POST /oauth/revoke` ends its token."""
        user_of(request)
        return Response(OwnClientShape(request.auth, context={"request": request}).data)
