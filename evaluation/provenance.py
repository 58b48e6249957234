"""Where each value behind a verdict comes from: who stated it, who confirmed it, when, on which page."""

from typing import Any

from evaluation.facts import SiteRecord, fact_name, stated_value
from evaluation.models import Input, Supplement
from evaluation.models.inputs import Stated

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


def provenance_of(record: SiteRecord) -> dict[str, list[dict[str, Any]]]:
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
    field, key = fact_name(row)
    return {
        "field": field,
        "key": key,
        "value": stated_value(row),
        "stated_by": row.application.holder.name if row.application else row.stated_by.name,
        "stated_in": row.stated_in,
        "stated_at": row.stated_at.isoformat(),
        "vintage": str(row.vintage) if isinstance(row, Input) and row.vintage else None,
        "confirmed_by": row.confirmed_by.name if row.confirmed_by else None,
        "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
        "set_aside": row.dismissed_at is not None,
        "application": row.application.reference if row.application else None,
        "annex": row.annex.number if row.annex else None,
        "annex_sha256": row.annex.sha256 if row.annex else None,
        "page": row.page,
        "ruling": row.ruling if isinstance(row, Supplement) else None,
        "ruled_by": row.ruled_by.name if isinstance(row, Supplement) and row.ruled_by else None,
    }
