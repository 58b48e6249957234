"""Finds a statement by its kind and id within one site and batch: an id of elsewhere does not exist here."""

from typing import Any
from uuid import UUID

from accounts.errors import NotFound
from applications.models import Batch
from centres.models import Centre
from evaluation.models import IecApplication, Input, Supplement
from evaluation.models.inputs import Stated

KINDS: dict[str, Any] = {"input": Input, "supplement": Supplement, "iec-application": IecApplication}


def find_stated(kind: str, pk: UUID | str, batch: Batch, centre: Centre) -> Stated:
    """Raises NotFound. An empty `kind` looks among all of them."""
    people = ("stated_by", "confirmed_by", "application__batch", "annex__application__batch")
    for name, model in KINDS.items():
        if kind not in ("", name):
            continue
        found: Stated | None = model.objects.filter(pk=pk, batch=batch, centre=centre).select_related(*people).first()
        if found is not None:
            return found
    raise NotFound
