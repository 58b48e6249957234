"""How a person confirms, corrects, rules on or reconciles what was stated."""

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
from evaluation.facts import canonical, fact_name, gather_facts, parsed, site_records, stated_value
from evaluation.models import Input, Resolution, Supplement
from evaluation.models.inputs import Stated
from evaluation.services.guards import lock_batch, require_reason, require_secretariat


@transaction.atomic
def confirm_input(stated: Stated, *, by: User, at: datetime) -> Stated:
    """A person saw the document and confirms the value; equal statements of others on the same fact fall in with it.

    Raises Conflict when it is confirmed, replaced or contradicted already, NotAllowed for all but the secretariat.
    """
    require_secretariat(by)
    lock_batch(stated.batch_id)
    stated = _locked(stated)
    _require_current(stated)
    if stated.is_confirmed:
        raise Conflict("already-confirmed")
    others = [row for row in _on_the_same_fact(stated) if row.pk != stated.pk]
    if any(canonical(stated_value(row)) != canonical(stated_value(stated)) for row in others):
        raise Conflict("contradicted")
    _set_aside(others, at)
    _confirm(stated, by, at)
    record_event(stated, by=by, at=at, verb="confirm_input", after={"value": stated_value(stated)})
    return stated


def _confirm(stated: Stated, by: User, at: datetime) -> None:
    stated.confirmed_by, stated.confirmed_at = by, max(at, stated.stated_at)
    stated.save(update_fields=["confirmed_by", "confirmed_at"])


def _set_aside(rows: list[Stated], at: datetime) -> None:
    for row in rows:
        row.dismissed_at = at
        row.save(update_fields=["dismissed_at"])


def _locked(stated: Stated) -> Any:
    return type(stated)._default_manager.select_for_update().get(pk=stated.pk)


def _require_current(stated: Stated) -> None:
    if not stated.is_current:
        raise Conflict("input-replaced")


def _on_the_same_fact(stated: Stated) -> list[Any]:
    about: dict[str, Any] = {"batch": stated.batch_id, "centre": stated.centre_id}
    match stated:
        case Input():
            about |= {"field": stated.field, "key": stated.key}
        case Supplement():
            about |= {"year": stated.year, "reference": stated.reference}
    rows = type(stated)._default_manager.filter(**about, superseded_by=None, dismissed_at=None)
    return list(rows.select_for_update())


@transaction.atomic
def correct_input(stated: Input, *, value: Any, reason: str, by: User, at: datetime) -> Input:
    """The secretariat writes what the document says where the statement says otherwise; the statement stays readable.

    Raises Invalid when the value is none the contract admits or the reason is missing.
    """
    require_secretariat(by)
    require_reason(reason)
    batch = lock_batch(stated.batch_id)
    stated = _locked(stated)
    _require_current(stated)
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
    _confirm(corrected, by, at)
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
    for row in _on_the_same_fact(stated):
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
    supplement = _locked(supplement)
    _require_current(supplement)
    others = [row for row in _on_the_same_fact(supplement) if row.pk != supplement.pk]
    if any(stated_value(row) != stated_value(supplement) for row in others):
        raise Conflict("contradicted")
    before = {"ruling": supplement.ruling}
    _set_aside(others, at)
    if not supplement.is_confirmed:
        _confirm(supplement, by, at)
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


@transaction.atomic
def resolve_contradiction(chosen: Stated, *, reason: str, by: User, at: datetime) -> Resolution:
    """A person chooses which of several statements on one fact holds, once, with a reason; the others are set aside."""
    require_secretariat(by)
    require_reason(reason)
    lock_batch(chosen.batch_id)
    chosen = _locked(chosen)
    _require_current(chosen)
    rows = _on_the_same_fact(chosen)
    values = [stated_value(row) for row in rows]
    if len({canonical(value) for value in values}) < 2:
        raise Conflict("no-contradiction")
    _set_aside([row for row in rows if row.pk != chosen.pk], at)
    if not chosen.is_confirmed:
        _confirm(chosen, by, at)
    name, key = fact_name(chosen)
    resolution = Resolution.objects.create(
        batch_id=chosen.batch_id,
        centre_id=chosen.centre_id,
        field=name,
        key=key,
        stated_values=values,
        chosen_value=stated_value(chosen),
        reason=reason,
        by=by,
        at=at,
    )
    record_event(
        resolution, by=by, at=at, verb="resolve_contradiction", after={"chosen": stated_value(chosen)}, reason=reason
    )
    return resolution
