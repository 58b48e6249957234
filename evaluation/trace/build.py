"""From an answer of the rules and its provenance to the tree: the same for what is stored and for a site in review."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import translation

from applications.enums import StatedIn
from evaluation.dossiers.values import RULINGS, label, value_in_words
from evaluation.enums import CapacityValue
from evaluation.law import criteria_versions
from evaluation.rules.enums import Verdict
from evaluation.rules.explain import LANGUAGES, criterion_name, verdict_name
from evaluation.trace.law import law_of
from evaluation.trace.model import (
    Trace,
    TracedCheck,
    TracedCriteria,
    TracedFinding,
    TracedInput,
    TracedJudgement,
    TracedLaw,
    TracedReading,
    TracedResolution,
    TracedRuling,
    TracedSource,
)
from evaluation.trace.words import check_in_words, unit_in_words

TRANSITIONAL = "certificate_or_transition"
CAPACITY = "capacity_assessed"


def trace_of_receipt(receipt: Mapping[str, Any], language: str) -> Trace:
    """A receipt by itself, as running it again gave it: its findings with the law of the very version it names."""
    named = receipt["finding"]["criteria"]
    versions = {(each.id, each.sha256): each for each in criteria_versions()}
    law = law_of(versions[named["id"], named["sha256"]])
    return trace(receipt["finding"], {"inputs": {}, "law": law}, language)


def trace(answered: Mapping[str, Any], provenance: Mapping[str, Any], language: str) -> Trace:
    """The tree in nl, fr or en. Raises ValueError for another language."""
    if language not in LANGUAGES:
        raise ValueError(f"no tree in {language}; there are {', '.join(LANGUAGES)}")
    told = provenance if "inputs" in provenance else {"inputs": provenance}
    version = {**answered["criteria"], **(told.get("criteria") or {})}
    with translation.override(language):
        return Trace(
            language=language,
            criteria=TracedCriteria(
                version["id"],
                version["version"],
                version["sha256"],
                _day(version.get("valid_from")),
                _day(version.get("valid_to")),
            ),
            about=told.get("about") or {},
            resolutions=tuple(map(_resolution, told.get("resolutions") or ())),
            outcome=answered.get("outcome", ""),
            by_population=answered.get("by_population", {}),
            findings=tuple(_finding(row, told, language) for row in answered["findings"]),
        )


def _finding(row: Mapping[str, Any], told: Mapping[str, Any], language: str) -> TracedFinding:
    law = (told.get("law") or {}).get(row["id"])
    if law is None:
        law = {"source": row["source"], "readings": []}
    applies = row["verdict"] != Verdict.NA
    return TracedFinding(
        name=criterion_name(row["id"], language),
        law=_law(law, language),
        check=_check(law),
        readings=tuple(_reading(each, language) for each in law["readings"]),
        inputs=tuple(map(traced_input, told["inputs"].get(row["id"], ()))) if applies else (),
        judgement=_concluded(row["id"], law, told) if applies else None,
        ruling=_ruling(told.get("bureau_ruling")) if applies and law.get("check") == TRANSITIONAL else None,
        resolutions=_resolutions(row["id"], told) if applies else (),
        **_line(row, language),
    )


def _part(row: Mapping[str, Any], language: str) -> TracedFinding:
    return TracedFinding(name="", **_line(row, language))


def _line(row: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {
        "id": row["id"],
        "verdict": row["verdict"],
        "verdict_words": verdict_name(Verdict(row["verdict"]), language),
        "language": language,
        "text": row["text"],
        "margin": row["margin"],
        "margin_text": row.get("margin_text") or {},
        "values": row["values"],
        "missing": tuple(row["missing"]),
        "children": tuple(_part(child, language) for child in row.get("children", ())),
    }


def _law(law: Mapping[str, Any], language: str) -> TracedLaw:
    sentence, translations = law.get("sentence", ""), law.get("translations", {})
    text = sentence if language == "nl" else translations.get(language, sentence)
    return TracedLaw(
        source=law["source"],
        sentence=sentence,
        sentence_sha256=law.get("sentence_sha256", ""),
        translations=translations,
        fr_is_working_translation=law.get("fr_is_working_translation", False),
        text=text,
        language="nl" if text == sentence else language,
    )


def _check(law: Mapping[str, Any]) -> TracedCheck | None:
    if "check" not in law:
        return None
    return TracedCheck(law["check"], law["parameters"], check_in_words(law["check"], law["parameters"]))


def _reading(row: Mapping[str, Any], language: str) -> TracedReading:
    return TracedReading(
        row["id"],
        row["question"][language],
        row["chosen"][language],
        row["decided_by"],
        date.fromisoformat(row["decided_on"]),
    )


def traced_input(row: Mapping[str, Any]) -> TracedInput:
    """One row of the provenance in the language that is active."""
    ruling = row.get("ruling")
    return TracedInput(
        field=row["field"],
        key=row["key"],
        label=label(row["field"], row["key"]),
        value=row["value"],
        words=value_in_words(row["field"], row["value"], ruling=ruling),
        unit=unit_in_words(row.get("unit", "")),
        stated_by=row["stated_by"],
        stated_in=row.get("stated_in", ""),
        stated_in_words=str(StatedIn(row["stated_in"]).label) if row.get("stated_in") else "",
        stated_at=_moment(row.get("stated_at")),
        vintage=row.get("vintage") or "",
        application=row.get("application") or "",
        confirmed_by=row["confirmed_by"] or "",
        confirmed_at=_moment(row["confirmed_at"]),
        annex=row["annex"],
        annex_id=UUID(row["annex_id"]) if row.get("annex_id") else None,
        annex_sha256=row.get("annex_sha256") or "",
        page=row["page"],
        set_aside=row["set_aside"],
        ruling=ruling or "",
        ruling_words="" if ruling is None else str(RULINGS[ruling]),
        ruled_by=row.get("ruled_by") or "",
        ruled_at=_moment(row.get("ruled_at")),
        ruling_reason=row.get("ruling_reason") or "",
    )


def _concluded(criterion: str, law: Mapping[str, Any], told: Mapping[str, Any]) -> TracedJudgement | None:
    """Who judged an open norm, or assessed capacity."""
    if law.get("check") == CAPACITY:
        row = told.get("capacity")
        return None if row is None else _judgement(row, str(CapacityValue(row["value"]).label))
    row = (told.get("judgements") or {}).get(criterion)
    return None if row is None else _judgement(row, verdict_name(Verdict(row["value"]), _spoken()))


def _spoken() -> str:
    return translation.get_language() or "en"


def _judgement(row: Mapping[str, Any], words: str) -> TracedJudgement:
    return TracedJudgement(
        value=row["value"],
        words=words,
        reason=row["reason"],
        by=row["by"],
        at=_moment(row["at"]),
        countersigned_by=row["countersigned_by"] or "",
        countersigned_at=_moment(row["countersigned_at"]),
        stale=row["stale"],
    )


def _ruling(row: Mapping[str, Any] | None) -> TracedRuling | None:
    if row is None:
        return None
    return TracedRuling(
        confirms=row["confirms"],
        ruled_on=date.fromisoformat(row["ruled_on"]),
        minutes_reference=row["minutes_reference"],
        minutes_sha256=row["minutes_sha256"] or "",
        recorded_by=row["recorded_by"],
        recorded_at=_moment(row["recorded_at"]),
    )


def _resolutions(criterion: str, told: Mapping[str, Any]) -> tuple[TracedResolution, ...]:
    """Those on a fact that this criterion rests on."""
    rows: Sequence[Mapping[str, Any]] = told["inputs"].get(criterion, ())
    facts = {(row["field"], row["key"]) for row in rows}
    resolved = told.get("resolutions") or ()
    return tuple(_resolution(row) for row in resolved if (row["field"], row["key"]) in facts)


def _resolution(row: Mapping[str, Any]) -> TracedResolution:
    return TracedResolution(
        label=label(row["field"], row["key"]),
        field=row["field"],
        key=row["key"],
        sources=tuple(_source(each, row["field"]) for each in row["sources"]),
        chosen="" if row["chosen_value"] is None else value_in_words(row["field"], row["chosen_value"]),
        reason=row["reason"],
        by=row["by"],
        at=_moment(row["at"]),
    )


def _source(row: Mapping[str, Any], field: str) -> TracedSource:
    who = ", ".join(filter(None, (row.get("who"), row.get("batch"))))
    return TracedSource(who, value_in_words(row.get("field", field), row["value"]))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
