"""Media types beside JSON that a client may ask for; the views write the files themselves."""

from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer

from applications.bulk import workbooks


class CSVRenderer(BaseRenderer):
    """Lets a client ask for ``text/csv``; the view writes it."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> Any:
        """Only problems come here; they are told as problems, whatever file was asked for."""
        return JSONRenderer().render(data)


class XLSXRenderer(CSVRenderer):
    """Lets a client ask for a workbook; the view writes it."""

    media_type = workbooks.MEDIA_TYPE
    format = "xlsx"
