"""How answers are written."""

import json
from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import JSONRenderer


class AnyTextJSONRenderer(JSONRenderer):
    """JSON in UTF-8; what an answer repeats of a client and UTF-8 cannot write (half a surrogate pair) is escaped."""

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        try:
            written: bytes = super().render(data, accepted_media_type, renderer_context)
        except UnicodeEncodeError:
            return json.dumps(data, cls=self.encoder_class, separators=(",", ":")).encode("ascii")
        return written
