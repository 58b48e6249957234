import re
from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser

TOO_LONG = re.compile(rb"[0-9]{1001}")
"""Beyond a few thousand digits Python neither reads a whole number nor writes it out."""


class BoundedJSONParser(JSONParser):
    """JSON nested deeper, or with longer numbers, than any document of the desk is refused as unreadable."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        content = stream.read()
        if TOO_LONG.search(content):
            raise ParseError(_("The JSON holds a number of more than 1000 digits."))
        try:
            return super().parse(BytesIO(content), media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error


BODILESS = (BoundedJSONParser, MultiPartParser, FormParser)
"""For calls that read no body: whatever content type a client sends along with nothing is fine."""
