"""Rows of statements on the site of a draft: one answer each, as the form would take it."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.errors import Problem
from applications.bulk.checked import FORM_CODES, CheckedRow, Origin, Said, compared
from applications.bulk.faults import RowFault
from applications.bulk.rows import StatementRow
from applications.enums import CONTRARY, ApplicationState, StatementField
from applications.evidence import NARRATIVES
from applications.models import Annex, Application
from applications.validators import application_problems, statement_problems
from centres.validators import bare_number

Rows = Mapping[int, StatementRow]
SITES = (StatementField.APHERESIS_SITE, StatementField.LABORATORY_SITE)
PER_YEAR = (StatementField.DECLARED_ALLOGRAFTS, StatementField.SUPPLEMENT)
PARTS: Mapping[str, tuple[str, ...]] = {
    StatementField.SUPPLEMENT: ("basis", "reference", "count", "paed"),
    StatementField.IEC_APPLICATION: ("filed_on", "site"),
}
MEMBERS: Mapping[str, frozenset[str]] = defaultdict(
    frozenset,
    {
        StatementField.SUPPLEMENT: frozenset({"year", *PARTS[StatementField.SUPPLEMENT]}),
        StatementField.IEC_APPLICATION: frozenset(PARTS[StatementField.IEC_APPLICATION]),
        StatementField.CERTIFICATE: frozenset(
            {"body", "number", "valid_from", "valid_to", "extended_to", "renewal_filed_on", "scopes", "facilities"}
        ),
    },
)
CRITERIA = frozenset(criterion for criteria in NARRATIVES.values() for criterion in criteria)

NOT_KEPT = re.compile(r"\\u(?:0000|d[89a-f][0-9a-f]{2})", re.IGNORECASE)
"""What JSON can spell and no database keeps: NUL, and halves of a character."""


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two members with one name the later would silently win."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("duplicate")
    return members


def _refuse(number: str) -> None:
    """No answer holds a number that is not whole; a database keeps not even all of those that JSON spells."""
    raise ValueError(number)


DECODER = json.JSONDecoder(object_pairs_hook=_once_each, parse_float=_refuse, parse_constant=_refuse)


@dataclass(frozen=True, slots=True)
class Told:
    """What a row states: the key tells answers of one field apart, as ``Statement.key`` does."""

    key: str
    value: Any


def check(rows: Rows, origin: Origin) -> dict[int, CheckedRow]:
    """Unknown drafts, sites and documents, values that the form would refuse, and two answers to one question."""
    drafts = named_drafts(rows, origin)
    seen: dict[tuple[str, str, str], StatementRow] = {}
    answered = {(row.external_reference, row.field) for row in rows.values()}
    checked = {}
    for number, row in rows.items():
        draft, told = drafts.get(row.external_reference), told_by(row)
        faults = _draft_faults(row, draft) + _value_faults(row, told)
        if told is not None and seen.setdefault((row.external_reference, row.field, told.key), row) is not row:
            faults.append(RowFault("value", "duplicate", row.value[:200]))
        if row.field in CONTRARY and (row.external_reference, CONTRARY[row.field]) in answered:
            faults.append(RowFault("field", "contrary", row.field))
        checked[number] = compared(faults, *_standing_and_wanted(row, draft, told))
    return checked


def named_drafts(rows: Rows, origin: Origin) -> dict[str, Application]:
    references = {row.external_reference for row in rows.values()}
    found = Application.objects.filter(holder=origin.holder, external_reference__in=references)
    found = found.select_related("centre").prefetch_related("statements", "annexes")
    return {row.external_reference: row for row in found}


def annex_of(row: StatementRow, draft: Application) -> Annex | None:
    present = (annex for annex in draft.annexes.all() if annex.removed_at is None)
    return next((annex for annex in present if annex.sha256 == row.annex_sha256), None)


def told_by(row: StatementRow) -> Told | None:
    """The answer in the shape of the form; None when the cell cannot be read as one."""
    match row.field:
        case StatementField.DECLARED_ALLOGRAFTS:
            return Told(str(row.year), _whole(row.value))
        case StatementField.NARRATIVE:
            criterion, _bar, text = row.value.partition("|")
            return Told(criterion.strip(), {"text": text.strip()})
        case StatementField.NO_CERTIFICATES:
            return Told("", True if row.value.lower() == "true" else None)
        case field if field in SITES or field == StatementField.INTENSIVE_CARE_SITE:
            return Told("", bare_number(row.value))
    parts = _parts(row)
    if parts is None:
        return None
    if row.field == StatementField.SUPPLEMENT:
        if parts.get("year", row.year) != row.year:
            return None
        return Told(f"{row.year} {parts.get('reference')}", {**parts, "year": row.year})
    return Told(str(parts.get("number", "")) if row.field == StatementField.CERTIFICATE else "", parts)


def _parts(row: StatementRow) -> dict[str, Any] | None:
    """A JSON object, or its values in order separated by bars."""
    if row.value.startswith("{"):
        try:
            read: dict[str, Any] = DECODER.decode(row.value)
        except (ValueError, RecursionError):
            return None
        return read if set(read) <= MEMBERS[row.field] and not NOT_KEPT.search(row.value) else None
    names, cells = PARTS.get(row.field, ()), [cell.strip() for cell in row.value.split("|")]
    if len(cells) != len(names):
        return None
    counts = {"count", "paed"}
    return {name: _whole(cell) if name in counts else cell for name, cell in zip(names, cells, strict=True)}


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def _draft_faults(row: StatementRow, draft: Application | None) -> list[RowFault]:
    if draft is None:
        return [RowFault("external_reference", "unknown_reference", row.external_reference)]
    faults = []
    if draft.state != ApplicationState.DRAFT:
        faults.append(RowFault("external_reference", "already_submitted", row.external_reference))
    if draft.centre.site_number != row.site_number:
        faults.append(RowFault("site_number", "other_site", row.site_number))
    annex = annex_of(row, draft)
    if row.annex_sha256 is not None and annex is None:
        faults.append(RowFault("annex_sha256", "unknown_annex", row.annex_sha256))
    elif row.page is not None and not (annex is not None and 1 <= row.page <= annex.pages):
        faults.append(RowFault("page", "annex_page", str(row.page)))
    return faults


def _value_faults(row: StatementRow, told: Told | None) -> list[RowFault]:
    faults = []
    if (row.year is None) != (row.field not in PER_YEAR):
        faults.append(RowFault("year", "required" if row.year is None else "value", str(row.year or "")))
    if told is None:
        return [*faults, RowFault("value", "value", row.value[:200])]
    codes = {FORM_CODES.get(problem.code, "value") for problem in _problems(row, told)}
    if row.field == StatementField.NARRATIVE and told.key not in CRITERIA:
        codes.add("value")
    return faults + [RowFault("value", code, row.value[:200]) for code in sorted(codes)]


def _problems(row: StatementRow, told: Told) -> tuple[Problem, ...]:
    if row.field in SITES:
        return application_problems({row.field: told.value})
    return statement_problems(row.field, told.value)


def _standing_and_wanted(row: StatementRow, draft: Application | None, told: Told | None) -> tuple[Said | None, Said]:
    """What the draft answers today, None when nothing, and what it would answer."""
    if told is None or draft is None:
        return None, {}
    if row.field in SITES:
        standing = getattr(draft, row.field)
        return {"value": standing} if standing else None, {"value": told.value}
    same = next((one for one in draft.statements.all() if (one.field, one.key) == (row.field, told.key)), None)
    if same is None:
        return None, {}
    cited = next((annex.sha256 for annex in draft.annexes.all() if annex.pk == same.annex_id), None)
    annex = annex_of(row, draft)
    return (
        {"value": _answer(told, same.value), "annex_sha256": cited, "page": same.page},
        {"value": _answer(told, told.value), "annex_sha256": annex.sha256 if annex else None, "page": row.page},
    )


def _answer(told: Told, value: Any) -> object:
    """A text on a criterion stands in its cell behind the criterion."""
    return f"{told.key}|{value['text']}" if isinstance(value, dict) and set(value) == {"text"} else value
