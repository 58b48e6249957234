"""How a person resolves, once and with a reason, what does not agree about a site."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.errors import Conflict, Invalid, NotFound, Problem, sentence
from accounts.models import User
from accounts.services.audit import record_event
from applications.models import Batch
from centres.models import Centre
from evaluation.differences import Difference, Source, differences_of_site, register_value
from evaluation.enums import DifferenceKind, InputField, SourceKind
from evaluation.models import Input, Resolution
from evaluation.models.inputs import Stated
from evaluation.records import fact_name, site_records
from evaluation.services.guards import lock_batch, require_person, require_reason, require_secretariat
from evaluation.services.inputs import confirm, confirm_input, correct_input, locked, set_aside


@transaction.atomic
def resolve_difference(
    batch: Batch, centre: Centre, *, sha256: str, chosen: int | None, reason: str, by: User, at: datetime
) -> Resolution:
    """A named person says what holds of the sources seen under this hash, or, of what is only listed, notes it.

    ``chosen`` is the place of the source that holds, None where nothing is to be chosen.
    Raises Conflict when a colleague resolved it meanwhile or a source changed, Invalid without reason or choice.
    """
    require_secretariat(by)
    require_person(by)
    require_reason(reason)
    batch = lock_batch(batch.pk)
    found = _found(batch, centre, sha256)
    source = _chosen(found, chosen)
    _let_hold(found, source, reason=reason, by=by, at=at)
    resolution = Resolution.objects.create(
        batch=batch,
        centre=centre,
        kind=found.kind,
        field=found.field,
        key=found.key,
        sources=[each.as_data() for each in found.sources],
        sources_sha256=found.sha256,
        chosen_value=source.value if source else None,
        reason=reason,
        by=by,
        at=at,
    )
    after = {"kind": found.kind, "chosen": source.as_data() if source else None}
    record_event(resolution, by=by, at=at, verb="resolve_difference", after=after, reason=reason)
    return resolution


def _found(batch: Batch, centre: Centre, sha256: str) -> Difference:
    record = site_records(batch, [centre])[centre.pk]
    found = next((each for each in differences_of_site(record) if each.sha256 == sha256), None)
    if found is not None and found.is_open:
        return found
    done = Resolution.objects.filter(batch=batch, sources_sha256=sha256).select_related("by").last()
    if done is not None:
        raise Conflict("difference-resolved", who=done.by.name)
    raise Conflict("difference-changed")


def _chosen(found: Difference, place: int | None) -> Source | None:
    if not found.blocks:
        return None
    if place is None or not 0 <= place < len(found.sources):
        raise Invalid("choice-missing", problems=[Problem("/chosen", "required", sentence("choice-missing", {}))])
    return found.sources[place]


def _let_hold(found: Difference, source: Source | None, *, reason: str, by: User, at: datetime) -> None:
    """Does what the choice asks of the statements."""
    match found.kind, source:
        case DifferenceKind.NO_CERTIFICATE, Source(field=InputField.CERTIFICATE):
            set_aside([locked(row) for row in found.inputs if fact_name(row)[0] != InputField.CERTIFICATE], at)
        case DifferenceKind.STATEMENTS | DifferenceKind.NO_CERTIFICATE, Source(stated=Stated() as stated):
            set_aside([locked(row) for row in found.inputs if row.pk != stated.pk], at)
            row = locked(stated)
            if not row.is_confirmed:
                confirm(row, by, at)
        case DifferenceKind.REGISTER, Source(kind=SourceKind.REGISTER, value=registered):
            _take_over(found, registered, reason=reason, by=by, at=at)
        case DifferenceKind.REGISTER, Source(stated=Stated() as stated):
            if not any(row.is_confirmed for row in found.inputs):
                confirm_input(stated, by=by, at=at)


def _take_over(found: Difference, registered: dict[str, Any], *, reason: str, by: User, at: datetime) -> None:
    """What the register says replaces what was stated; the statement stays readable."""
    stated = found.inputs[0]
    if not isinstance(stated, Input):
        raise NotFound
    value = register_value(stated.value, registered)
    correct_input(stated, value=value, reason=reason, by=by, at=at)
