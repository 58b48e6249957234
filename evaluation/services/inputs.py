"""How a person confirms, corrects or rules on what was stated."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.errors import Conflict, Invalid, Problem
from accounts.models import User
from accounts.services.audit import record_event
from applications.enums import StatedIn
from applications.models import Batch
from centres.enums import Population
from evaluation.enums import InputField, SupplementRuling
from evaluation.facts import canonical, gather_facts, parsed, site_records, stated_value
from evaluation.models import Input, Supplement
from evaluation.models.inputs import CURRENT, Stated
from evaluation.records import LEFT_BEHIND
from evaluation.services.guards import lock_batch, require_reason, require_secretariat


@transaction.atomic
def confirm_input(stated: Stated, *, by: User, at: datetime) -> Stated:
    """A person saw the document and confirms the value; equal statements of others on the same fact fall in with it.

    Raises Conflict when it is confirmed, replaced or contradicted already, NotAllowed for all but the secretariat.
    """
    require_secretariat(by)
    lock_batch(stated.batch_id)
    stated = locked(stated)
    require_current(stated)
    if stated.is_confirmed:
        raise Conflict("already-confirmed")
    _require_no_denial(stated)
    others = [row for row in on_the_same_fact(stated) if row.pk != stated.pk]
    if any(canonical(stated_value(row)) != canonical(stated_value(stated)) for row in others):
        raise Conflict("contradicted")
    set_aside(others, at)
    confirm(stated, by, at)
    record_event(stated, by=by, at=at, verb="confirm_input", after={"value": stated_value(stated)})
    return stated


def _require_no_denial(stated: Stated) -> None:
    """That a site has certificates and that it has none cannot both be confirmed."""
    denied = {
        InputField.CERTIFICATE: InputField.NO_CERTIFICATES,
        InputField.NO_CERTIFICATES: InputField.CERTIFICATE,
    }
    if not isinstance(stated, Input) or stated.field not in denied:
        return
    about = {"batch": stated.batch_id, "centre": stated.centre_id, "field": denied[InputField(stated.field)]}
    if Input.objects.filter(CURRENT, **about).exclude(LEFT_BEHIND).exists():
        raise Conflict("contradicted")


def confirm(stated: Stated, by: User, at: datetime) -> None:
    stated.confirmed_by, stated.confirmed_at = by, max(at, stated.stated_at)
    stated.save(update_fields=["confirmed_by", "confirmed_at"])


def set_aside(rows: list[Stated], at: datetime) -> None:
    for row in rows:
        row.dismissed_at = at
        row.save(update_fields=["dismissed_at"])


def locked(stated: Stated) -> Any:
    return type(stated)._default_manager.select_for_update().get(pk=stated.pk)


def require_current(stated: Stated) -> None:
    if not stated.is_current:
        raise Conflict("input-replaced")


def on_the_same_fact(stated: Stated) -> list[Any]:
    about: dict[str, Any] = {"batch": stated.batch_id, "centre": stated.centre_id}
    match stated:
        case Input():
            about |= {"field": stated.field, "key": stated.key}
        case Supplement():
            about |= {"year": stated.year, "reference": stated.reference}
    rows = type(stated)._default_manager.filter(CURRENT, **about).exclude(LEFT_BEHIND)
    return list(rows.select_for_update(of=("self",)))


@transaction.atomic
def correct_input(stated: Input, *, value: Any, reason: str, by: User, at: datetime) -> Input:
    """The secretariat writes what the document says where the statement says otherwise; the statement stays readable.

    Raises Invalid when the value is none the contract admits or the reason is missing.
    """
    require_secretariat(by)
    require_reason(reason)
    batch = lock_batch(stated.batch_id)
    stated = locked(stated)
    require_current(stated)
    require_admitted(batch, stated, value)
    before = _misfits(batch, stated)
    corrected = Input(
        batch=batch,
        centre_id=stated.centre_id,
        application_id=stated.application_id,
        field=stated.field,
        key=stated.key,
        value=value,
        unit=stated.unit,
        stated_by=by,
        stated_at=at,
        stated_in=StatedIn.REGISTER,
        annex_id=stated.annex_id,
        page=stated.page,
    )
    corrected.save(force_insert=True)
    _supersede(stated, corrected)
    confirm(corrected, by, at)
    _require_fit(batch, corrected, before)
    record_event(
        corrected,
        by=by,
        at=at,
        verb="correct_input",
        before={"value": stated.value},
        after={"value": value},
        reason=reason,
    )
    return corrected


def _supersede(stated: Input, corrected: Input) -> None:
    for row in on_the_same_fact(stated):
        if row.pk != corrected.pk:
            row.superseded_by = corrected
            row.save(update_fields=["superseded_by"])


def _misfits(batch: Batch, stated: Input) -> tuple[Problem, ...]:
    """Why what is confirmed of a site cannot be facts together, such as more children than acts."""
    try:
        gather_facts(site_records(batch, [stated.centre])[stated.centre_id], populations=list(Population))
    except Invalid as faulty:
        return faulty.problems
    return ()


def _require_fit(batch: Batch, corrected: Input, before: tuple[Problem, ...]) -> None:
    """A correction makes no new misfit; those that were there are put right one by one."""
    known = {problem.pointer for problem in before}
    if made := [problem for problem in _misfits(batch, corrected) if problem.pointer not in known]:
        raise Invalid("facts-invalid", problems=made)


def require_admitted(batch: Batch, stated: Input, value: Any) -> None:
    """The value must be one that the facts of the contract admit in its place."""
    document: dict[str, Any] = {
        "reference_on": batch.reference_on.isoformat(),
        "populations": ["ADULT"],
        "booked_years": list(batch.booked_years),
        "apheresis_site": stated.centre.site_number,
        "administration_site": stated.centre.site_number,
    }
    match stated.field:
        case InputField.CERTIFICATE:
            document["certificates"] = [value]
        case InputField.APHERESIS_SITE | InputField.INTENSIVE_CARE_SITE:
            document["apheresis_site"] = value
        case InputField.LABORATORY_SITE:
            document["laboratory_site"] = value
        case InputField.DECLARED:
            document["allografts"] = [{"year": int(stated.key), "declared": value}]
        case InputField.BILLED:
            document["allografts"] = [{"year": int(stated.key), "billed": value}]
        case InputField.BILLED_PAED:
            document["allografts"] = [{"year": int(stated.key), "billed": value, "billed_paed": value}]
    parsed(document)


@transaction.atomic
def rule_supplement(
    supplement: Supplement, *, ruling: SupplementRuling, reason: str, by: User, at: datetime
) -> Supplement:
    """A line outside the insurance counts only when a person accepts it beside its document, with a reason.

    Ruling confirms the line; a later ruling replaces the earlier one and both stay in the audit trail.
    """
    require_secretariat(by)
    require_reason(reason)
    lock_batch(supplement.batch_id)
    supplement = locked(supplement)
    require_current(supplement)
    others = [row for row in on_the_same_fact(supplement) if row.pk != supplement.pk]
    if any(stated_value(row) != stated_value(supplement) for row in others):
        raise Conflict("contradicted")
    before = {"ruling": supplement.ruling}
    set_aside(others, at)
    if not supplement.is_confirmed:
        confirm(supplement, by, at)
    supplement.ruling, supplement.ruling_reason = SupplementRuling(ruling), reason
    supplement.ruled_by, supplement.ruled_at = by, at
    supplement.save(update_fields=["ruling", "ruling_reason", "ruled_by", "ruled_at"])
    record_event(
        supplement,
        by=by,
        at=at,
        verb="rule_supplement",
        before=before,
        after={"ruling": supplement.ruling},
        reason=reason,
    )
    return supplement
