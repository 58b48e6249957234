"""What a stored evaluation carries so that it can be shown again as it stood, whatever changes afterwards.

Plain data beside the receipt and no part of it: who stated and confirmed each value and where, who judged, what the
Bureau ruled, how contradictions were resolved, and the sentences of the law that were applied.
"""

from collections.abc import Mapping
from typing import Any

from applications.models import Application
from evaluation.facts import SiteRecord, fact_name, is_stale, stated_value
from evaluation.models import BureauRuling, CapacityAssessment, Input, Judgement, Resolution, Supplement
from evaluation.models.inputs import Stated
from evaluation.rules.model import CriteriaVersion
from evaluation.trace.law import law_of

CRITERIA_OF_FIELD: dict[str, tuple[str, ...]] = {
    "certificate": ("C1a", "C1b", "C1c", "P1"),
    "no_certificates": ("C1a", "C1b", "C1c", "P1"),
    "iec_application": ("C1a", "C1c"),
    "apheresis_site": ("C1c", "P1"),
    "billed": ("C2",),
    "billed_paed": ("P2",),
    "declared_allografts": ("C2",),
    "supplement": ("C2", "P2"),
    "laboratory_site": ("C4",),
    "intensive_care_site": ("C3a", "P3"),
}


def provenance_of(
    record: SiteRecord,
    criteria: CriteriaVersion,
    *,
    application: Application | None = None,
    capacity: Mapping[str, Any] | None = None,
    by: str = "",
) -> dict[str, Any]:
    """All of it as it stands now; `capacity` is a row of `judged_row`, `by` the name of who has it evaluated."""
    ruling = record.bureau_ruling
    return {
        "about": _about(record, application, by),
        "criteria": _version(criteria),
        "law": law_of(criteria),
        "inputs": _inputs(record),
        "judgements": {
            name: judged_row(row, is_stale=is_stale(record, row)) for name, row in record.judgements.items()
        },
        "bureau_ruling": None if ruling is None else _ruling(ruling),
        "capacity": capacity,
        "resolutions": [_resolution(row) for row in record.resolutions],
    }


def _about(record: SiteRecord, application: Application | None, by: str) -> dict[str, Any]:
    centre = record.centre
    about: dict[str, Any] = {
        "batch": record.batch.code,
        "booked_years": list(record.batch.booked_years),
        "vintage": str(record.batch.vintage) if record.batch.vintage else None,
        "site_number": centre.site_number,
        "site": centre.name,
        "hospital": centre.hospital.name,
        "evaluated_by": by,
    }
    if application is None:
        return about
    return about | {
        "application": application.reference,
        "holder": application.holder.name,
        "product": application.product.name,
        "paragraph": application.paragraph.number,
    }


def _version(criteria: CriteriaVersion) -> dict[str, Any]:
    return {
        "id": criteria.id,
        "version": criteria.version,
        "sha256": criteria.sha256,
        "valid_from": criteria.valid_from.isoformat(),
        "valid_to": criteria.valid_to.isoformat() if criteria.valid_to else None,
    }


def _inputs(record: SiteRecord) -> dict[str, list[dict[str, Any]]]:
    """The rows behind each criterion, as plain data that stays readable when accounts change."""
    rows: list[Stated] = [*record.inputs, *record.supplements, *record.iec_applications]
    told: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row.superseded_by_id is not None:
            continue
        line = provenance_row(row)
        criteria = (row.key,) if line["field"] == "narrative" and isinstance(row, Input) else None
        for criterion in criteria or CRITERIA_OF_FIELD[line["field"]]:
            told.setdefault(criterion, []).append(line)
    return told


def provenance_row(row: Stated) -> dict[str, Any]:
    """One statement: its value, who stated it, in what, who confirmed it and when, from which page of which file."""
    field, key = fact_name(row)
    ruled = row if isinstance(row, Supplement) else None
    return {
        "field": field,
        "key": key,
        "value": stated_value(row),
        "unit": row.unit if isinstance(row, Input) else "acts" if ruled else "",
        "stated_by": row.application.holder.name if row.application else row.stated_by.name,
        "stated_in": row.stated_in,
        "stated_at": row.stated_at.isoformat(),
        "vintage": str(row.vintage) if isinstance(row, Input) and row.vintage else None,
        "confirmed_by": row.confirmed_by.name if row.confirmed_by else None,
        "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
        "set_aside": row.dismissed_at is not None,
        "application": row.application.reference if row.application else None,
        "annex": row.annex.number if row.annex else None,
        "annex_id": str(row.annex.pk) if row.annex else None,
        "annex_sha256": row.annex.sha256 if row.annex else None,
        "page": row.page,
        "ruling": ruled.ruling if ruled else None,
        "ruled_by": ruled.ruled_by.name if ruled and ruled.ruled_by else None,
        "ruled_at": ruled.ruled_at.isoformat() if ruled and ruled.ruled_at else None,
        "ruling_reason": ruled.ruling_reason if ruled else None,
    }


def judged_row(row: Judgement | CapacityAssessment, *, is_stale: bool) -> dict[str, Any]:
    """What a person concluded and who signed beside; `stale` when what it rested on has changed since."""
    return {
        "value": row.value,
        "reason": row.reason,
        "by": row.by.name,
        "at": row.at.isoformat(),
        "countersigned_by": row.countersigned_by.name if row.countersigned_by else None,
        "countersigned_at": row.countersigned_at.isoformat() if row.countersigned_at else None,
        "stale": is_stale,
    }


def _ruling(ruling: BureauRuling) -> dict[str, Any]:
    return {
        "confirms": ruling.confirms_transition,
        "ruled_on": ruling.ruled_on.isoformat(),
        "minutes_reference": ruling.minutes_reference,
        "minutes_sha256": ruling.minutes_sha256,
        "recorded_by": ruling.recorded_by.name,
        "recorded_at": ruling.recorded_at.isoformat(),
    }


def _resolution(row: Resolution) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "field": row.field,
        "key": row.key,
        "sources": row.sources,
        "chosen_value": row.chosen_value,
        "reason": row.reason,
        "by": row.by.name,
        "at": row.at.isoformat(),
    }
