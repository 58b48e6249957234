"""Many drafts at once, by the rules of ``drafts``: the same faults, the same states, a constant number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.errors import Invalid, NotAllowed, Problem
from accounts.models import User
from accounts.policies import is_holder
from applications.models import Application
from applications.policies import require_draft, works_for
from applications.services.drafts import CHANGEABLE, paragraph_faults, tidied
from applications.services.locks import touch
from applications.validators import application_problems
from centres.models import Holder

AT_ONCE: Final = 1_000
WRITTEN: Final = [*CHANGEABLE, "version", "changed_at"]


@dataclass(frozen=True, slots=True)
class WrittenDrafts:
    """How many drafts were started and how many changed; the rest stood there as wanted."""

    started: int
    changed: int


@transaction.atomic
def write_drafts(wanted: Mapping[str, Mapping[str, Any]], *, holder: Holder, by: User, at: datetime) -> WrittenDrafts:
    """By external reference what each draft of the holder asks: started where there is none, changed where it differs.

    The caller writes the one audit line of the set. Raises NotAllowed when the person does not file for the holder,
    Conflict when a reference was submitted, Invalid with all faults at once.
    """
    if not is_holder(by) or not works_for(by, holder):
        raise NotAllowed
    standing = _locked(holder, wanted)
    started: list[Application] = []
    changed: list[Application] = []
    faults: list[Problem] = []
    for reference, given in wanted.items():
        values = tidied({**given, "external_reference": reference})
        draft = standing.get(reference)
        if draft is None:
            draft = Application(holder=holder, created_by=by, created_at=at, changed_at=at, **values)
            started.append(draft)
        elif _differs(draft, values):
            touch(draft, at=at)
            changed.append(draft)
        faults += [*application_problems(values), *paragraph_faults(draft)]
    if faults:
        raise Invalid(problems=faults)
    Application.objects.bulk_create(started, batch_size=AT_ONCE)
    _write_over(changed)
    return WrittenDrafts(len(started), len(changed))


def _locked(holder: Holder, references: Mapping[str, Any]) -> dict[str, Application]:
    found = Application.objects.select_for_update(of=("self",)).filter(
        holder=holder, external_reference__in=list(references)
    )
    standing = {
        row.external_reference: row for row in found.select_related("product", "paragraph", "centre").order_by("pk")
    }
    for row in standing.values():
        require_draft(row)
    return standing


def _differs(draft: Application, values: Mapping[str, Any]) -> bool:
    """Takes over what differs."""
    other = {name: value for name, value in values.items() if getattr(draft, name) != value}
    for name, value in other.items():
        setattr(draft, name, value)
    return bool(other)


def _write_over(changed: list[Application]) -> None:
    """One statement per thousand: each row is there under its key, so each is an update."""
    Application.objects.bulk_create(
        changed, batch_size=AT_ONCE, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN
    )
