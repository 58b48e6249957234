"""The standing of a dossier by the code on its cover, for everyone who holds it."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.shapes import Shape
from accounts.errors import NotFound
from evaluation.api.criteria import Published
from evaluation.enums import DossierStanding
from evaluation.selectors.verifying import as_code, verified


class VerifiedShape(Shape):
    """How the dossier stands, and the sha256 to hold a file against; nothing else of it."""

    standing = serializers.ChoiceField(choices=DossierStanding.choices)
    rendered_on = serializers.DateField()
    reference = serializers.CharField()
    sha256 = serializers.CharField()


class VerifyView(Published):
    throttle_scope = "verify"

    @extend_schema(operation_id="verify", responses=VerifiedShape, auth=[])
    def get(self, request: Request, code: str) -> Response:
        """Genuine, superseded or revoked; 404 for a code that no dossier bears."""
        found = verified(as_code(code[:400]))
        if found is None:
            raise NotFound
        body = VerifiedShape(found, context={"request": request}).data
        return Response(body, headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})
