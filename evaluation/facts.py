"""From confirmed inputs to the facts that the rules judge."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from accounts.errors import Invalid
from accounts.errors import Problem as DeskProblem
from evaluation.differences import certificates_are_disputed
from evaluation.enums import InputField
from evaluation.law import criteria_on, criteria_versions
from evaluation.models import Input, Judgement, Supplement
from evaluation.records import SiteRecord, canonical, fact_name, site_records, stated_value
from evaluation.rules.facts import Facts
from evaluation.rules.parse import InvalidFacts, parse_facts

__all__ = [
    "SiteRecord",
    "canonical",
    "evidence_slots",
    "fact_name",
    "gather_facts",
    "inputs_sha256",
    "is_stale",
    "judged_value",
    "parsed",
    "site_records",
    "stated_apheresis_site",
    "stated_value",
]


def gather_facts(
    record: SiteRecord,
    *,
    populations: Iterable[str],
    stage: str = "REVIEW",
    vote_on: date | None = None,
    capacity: str | None = None,
) -> Facts:
    """What is confirmed counts, all else is unknown. Raises Invalid when confirmed inputs contradict the contract."""
    batch = record.batch
    document = {
        "reference_on": batch.reference_on.isoformat(),
        "vote_on": vote_on.isoformat() if vote_on else None,
        "stage": stage,
        "populations": [name for name in ("ADULT", "PAED") if name in set(populations)],
        "booked_years": list(batch.booked_years),
        "apheresis_site": stated_apheresis_site(record),
        "administration_site": record.centre.site_number,
        "certificates": _certificates(record),
        "iec_application": _iec_application(record),
        "bureau_confirms_transition": record.bureau_ruling.confirms_transition if record.bureau_ruling else None,
        "allografts": [row for year in batch.booked_years if (row := _year(record, year)) is not None],
        "laboratory_site": record.confirmed(InputField.LABORATORY_SITE),
        "judgements": {name: judged_value(record, name) for name in ("C3a", "C3b", "C5", "C6", "P3")},
        "capacity": capacity,
    }
    return parsed(document)


def parsed(document: Mapping[str, Any]) -> Facts:
    try:
        return parse_facts(document, criteria_versions())
    except InvalidFacts as faults:
        raise Invalid(
            "facts-invalid",
            problems=[DeskProblem(row.pointer, row.code, row.message) for row in faults.problems],
        ) from faults


def stated_apheresis_site(record: SiteRecord) -> str:
    """The confirmed site; while nobody confirmed one, the stated one, which is enough to look but not to close."""
    confirmed = record.confirmed(InputField.APHERESIS_SITE)
    stated = record.current(InputField.APHERESIS_SITE)
    return str(confirmed or (stated[0].value if stated else record.centre.site_number))


def _certificates(record: SiteRecord) -> list[Any] | None:
    """Unknown while one stated certificate is unconfirmed or disputed: a missing one must never read as none."""
    rows = [row for row in record.inputs if row.is_current and row.field == InputField.CERTIFICATE]
    if certificates_are_disputed(record):
        return None
    if not rows:
        return [] if record.confirmed(InputField.NO_CERTIFICATES) is True else None
    values = {row.key: record.confirmed(InputField.CERTIFICATE, row.key) for row in rows}
    return None if None in values.values() else [values[key] for key in sorted(values)]


def _iec_application(record: SiteRecord) -> dict[str, str] | None:
    rows = [row for row in record.iec_applications if row.is_current]
    confirmed = [row for row in rows if row.is_confirmed]
    if not confirmed or len({(row.filed_on, row.site_number) for row in rows}) > 1:
        return None
    return {"filed_on": confirmed[0].filed_on.isoformat(), "site": confirmed[0].site_number}


def _year(record: SiteRecord, year: int) -> dict[str, Any] | None:
    billed = record.confirmed(InputField.BILLED, str(year))
    declared = record.confirmed(InputField.DECLARED, str(year))
    supplements = _supplements([row for row in record.supplements if row.is_current and row.year == year])
    if billed is None and declared is None and not supplements:
        return None
    return {
        "year": year,
        "billed": billed,
        "billed_paed": record.confirmed(InputField.BILLED_PAED, str(year)) if billed is not None else None,
        "declared": declared,
        "supplements": supplements,
    }


def _supplements(rows: Iterable[Supplement]) -> list[dict[str, Any]]:
    """One line per reference, however many files state it."""
    by_reference: dict[str, list[Supplement]] = defaultdict(list)
    for row in rows:
        by_reference[row.reference].append(row)
    return [_supplement(same) for same in by_reference.values()]


def _supplement(same: list[Supplement]) -> dict[str, Any]:
    """A line that is unconfirmed or contradicted is undecided: the most it may yet count is never silently dropped."""
    row = next((each for each in same if each.is_confirmed), same[0])
    agreed = len({canonical(stated_value(each)) for each in same}) == 1
    return {
        "basis": row.basis,
        "reference": row.reference,
        "count": max(each.count for each in same),
        "paed": max(each.paed for each in same),
        "ruling": row.ruling if agreed and row.is_confirmed and row.ruling else None,
    }


def judged_value(record: SiteRecord, criterion: str) -> str | None:
    """A judgement counts when a second person countersigned it and nothing it rested on has changed since."""
    judgement = record.judgements.get(criterion)
    if judgement is None:
        return None
    return judgement.value if judgement.is_countersigned and not is_stale(record, judgement) else "TO_VERIFY"


def is_stale(record: SiteRecord, judgement: Judgement) -> bool:
    return judgement.inputs_sha256 != inputs_sha256(record, judgement.criterion)


JUDGED_FIELDS: Mapping[str, tuple[str, ...]] = {
    "C3a": (InputField.INTENSIVE_CARE_SITE,),
    "P3": (InputField.INTENSIVE_CARE_SITE,),
}


def inputs_sha256(record: SiteRecord, criterion: str) -> str:
    """The hash of all that a judgement of this criterion rests on: statements with their pages, files in its slots."""
    stated = sorted({canonical(_as_read(row)) for row in _read_for(record, criterion)})
    slots = evidence_slots(criterion, record.batch.reference_on)
    files = sorted({annex.sha256 for annex in record.annexes if annex.slot in slots})
    return hashlib.sha256(canonical({"stated": stated, "files": files}).encode()).hexdigest()


def _read_for(record: SiteRecord, criterion: str) -> list[Input]:
    """What stands, and what was set aside only because another file says the same."""
    fields = JUDGED_FIELDS.get(criterion, ())
    rows = [
        row
        for row in record.inputs
        if row.superseded_by_id is None
        and (row.field in fields or (row.field == InputField.NARRATIVE and row.key == criterion))
    ]
    standing = {canonical([row.field, row.value]) for row in rows if row.is_current}
    return [row for row in rows if canonical([row.field, row.value]) in standing]


def _as_read(row: Input) -> list[Any]:
    return [row.field, row.key, row.value, row.annex.sha256 if row.annex else None, row.page]


def evidence_slots(criterion: str, on: date) -> frozenset[str]:
    return frozenset(str(slot) for slot in criteria_on(on).criterion(criterion).evidence)
