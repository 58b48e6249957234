"""What every view of the interface keeps to: an address says nothing that would be passed over in silence."""

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.shapes import CHOSEN, WRITTEN_OUT
from accounts.errors import Invalid, Problem, sentence

AS_FILE: Final = ("format",)
"""What may stand in the address of a file: by which of its names it is asked for."""


def address_faults(request: Request, known: Iterable[str]) -> list[Problem]:
    """A fault for every parameter of the address that means nothing here, or stands there twice."""
    allowed = tuple(known)
    unknown, twice = sentence("filter-unknown", {"allowed": ", ".join(allowed) or "-"}), sentence("given-twice", {})
    return [
        Problem(f"/{name}", *(("duplicate", twice) if name in allowed else ("unknown_field", unknown)))
        for name, values in request.query_params.lists()
        if name not in allowed or len(values) > 1
    ]


def refuse_unknown(request: Request, *known: str) -> None:
    """Raises Invalid with every parameter of the address that means nothing here, or stands there twice."""
    if faults := address_faults(request, known):
        raise Invalid("filter-invalid", problems=faults)


class Door(APIView):
    """A view whose reading calls ask `asks` in the address, or None where its filters see to that; others nothing."""

    asks: ClassVar[tuple[str, ...] | None] = (CHOSEN, WRITTEN_OUT)

    def initial(self, request: Request, *args: Any, **names: Any) -> None:
        super().initial(request, *args, **names)
        known = self.asks if request.method in ("GET", "HEAD") else ()
        if known is not None:
            refuse_unknown(request, *known)
