"""What `OPTIONS` answers; the settings name it, so it is read before any view."""

from typing import Any, Final

from rest_framework.metadata import BaseMetadata
from rest_framework.request import Request

DESCRIBED_AT: Final = "/api/v1/schema"


class Abilities(BaseMetadata):
    """Which methods there are, and where they are described."""

    def determine_metadata(self, request: Request, view: Any) -> dict[str, Any]:
        return {"methods": view.allowed_methods, "described_at": DESCRIBED_AT}
