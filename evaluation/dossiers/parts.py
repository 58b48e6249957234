"""From a stored evaluation and its criteria to the parts of a dossier. Pure: no database, no clock."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from evaluation.dossiers.model import (
    Count,
    Criterion,
    EvidencePlace,
    FigureTable,
    InputLine,
    Judgement,
    LawSentence,
    PopulationOutcome,
    Reading,
    Statement,
    WarningNote,
    YearFigures,
)
from evaluation.dossiers.values import label, value_in_words
from evaluation.dossiers.words import FILING_WARNINGS
from evaluation.rules import model as rules
from evaluation.rules.enums import Population, Recipients
from evaluation.rules.explain import criterion_name, explain_warning

BOOKED = {"ALL": "billed", "PAED": "billed_paed"}
SUPPLEMENTED = {"ALL": "count", "PAED": "paed"}
OWN_WORDS = "narrative"


def outcomes(answer: Mapping[str, Any]) -> tuple[PopulationOutcome, ...]:
    """The advisory outcome of each population asked for; stored JSON keeps no order of its own."""
    by_population = answer["by_population"]
    return tuple(PopulationOutcome(each.value, by_population[each]) for each in Population if each in by_population)


def tally(answer: Mapping[str, Any]) -> tuple[Count, ...]:
    """How often each verdict was reached, in the order of the verdicts."""
    return tuple(Count(verdict.value, answer["tally"][verdict.value]) for verdict in rules.Verdict)


def warnings(codes: Sequence[str], language: str) -> tuple[WarningNote, ...]:
    """What the rules and the filing found worth seeing, as sentences."""
    return tuple(
        WarningNote(
            code,
            str(FILING_WARNINGS[code])
            if code in FILING_WARNINGS
            else explain_warning(rules.WarningCode(code), language),
        )
        for code in codes
    )


def criteria_parts(
    criteria: rules.CriteriaVersion,
    answer: Mapping[str, Any],
    language: str,
    *,
    reference: str,
    provenance: Mapping[str, Sequence[Mapping[str, Any]]],
    judgements: Mapping[str, Judgement],
) -> tuple[Criterion, ...]:
    """Every criterion in the order of the law's version, with what its verdict rests on."""
    return tuple(
        Criterion(
            id=finding["id"],
            name=criterion_name(finding["id"], language),
            verdict=finding["verdict"],
            reason=finding["text"][language],
            law=law_sentence(criteria.criterion(finding["id"]).provenance, language),
            margin=finding["margin"],
            margin_unit=_margin_unit(criteria.criterion(finding["id"])),
            readings=tuple(reading_part(criteria.reading(each), language) for each in finding["readings"]),
            inputs=() if _rests_on_nothing(finding) else _inputs(provenance.get(finding["id"], ()), reference),
            judgement=None if _rests_on_nothing(finding) else judgements.get(finding["id"]),
        )
        for finding in answer["findings"]
    )


def _rests_on_nothing(finding: Mapping[str, Any]) -> bool:
    return bool(finding["verdict"] == rules.Verdict.NA)


def _inputs(rows: Sequence[Mapping[str, Any]], reference: str) -> tuple[InputLine, ...]:
    return tuple(input_line(row, reference) for row in rows if not row["set_aside"])


def law_sentence(provenance: rules.Provenance, language: str) -> LawSentence:
    """The published Dutch sentence; in French its working translation, marked as one."""
    if provenance.is_house_rule:
        return LawSentence("", provenance.source, house_rule=True)
    if language == "nl":
        return LawSentence(provenance.sentence, provenance.source)
    return LawSentence(
        provenance.translations[language],
        provenance.source,
        working_translation=provenance.fr_is_working_translation,
    )


def reading_part(reading: rules.Reading, language: str) -> Reading:
    """A reading in one language."""
    return Reading(
        reading.id, reading.question[language], reading.chosen[language], reading.decided_by, reading.decided_on
    )


def input_line(row: Mapping[str, Any], reference: str) -> InputLine:
    """One stored input with its provenance (a line of `evaluation.provenance`) in the dossier of `reference`."""
    return InputLine(
        label=label(row["field"], row["key"]),
        value=value_in_words(row["field"], row["value"], ruling=_ruling(row)),
        stated_by=row["vintage"] or row["stated_by"],
        confirmed_by=row["confirmed_by"] or "",
        confirmed_at=datetime.fromisoformat(row["confirmed_at"]) if row["confirmed_at"] else None,
        evidence=_place(row, reference),
        own_words=row["field"] == OWN_WORDS,
    )


def statements(provenance: Mapping[str, Sequence[Mapping[str, Any]]], field: str, key: str) -> tuple[Statement, ...]:
    """What each application stated of one fact, also what was set aside."""
    rows = [row for lines in provenance.values() for row in lines if (row["field"], row["key"]) == (field, key)]
    told = [Statement(row["application"] or row["stated_by"], value_in_words(field, row["value"])) for row in rows]
    return tuple(dict.fromkeys(told))


def figure_tables(criteria: rules.CriteriaVersion, facts: Mapping[str, Any]) -> tuple[FigureTable, ...]:
    """The booked years of all ages and, where children are asked for, of children."""
    asked = {Population(population) for population in facts["populations"]}
    return tuple(
        _figure_table(criterion, facts)
        for criterion in criteria.criteria
        if "needed" in criterion.parameters and criterion.populations & asked
    )


def _figure_table(criterion: rules.Criterion, facts: Mapping[str, Any]) -> FigureTable:
    group = "PAED" if criterion.parameters["recipients"] is Recipients.CHILDREN else "ALL"
    rows = {row["year"]: row for row in facts["allografts"]}
    codes = sorted({code for row in rows.values() for code in row[BOOKED[group]] or {}})
    years = tuple(_year(year, rows.get(year), codes, group=group) for year in facts["booked_years"])
    counted = [year.counted for year in years]
    return FigureTable(
        group=group,
        criterion=criterion.id,
        codes=tuple(codes),
        years=years,
        needed_per_year=int(str(criterion.parameters["per_year"])),
        needed=int(str(criterion.parameters["needed"])),
        counted=None if None in counted else sum(number for number in counted if number is not None),
        undecided=sum(year.undecided for year in years),
    )


def _year(year: int, row: Mapping[str, Any] | None, codes: Sequence[str], *, group: str) -> YearFigures:
    row = row or {"supplements": [], "declared": None}
    booked = row.get(BOOKED[group])
    accepted = _supplements(row, "ACCEPTED", group)
    return YearFigures(
        year=year,
        billed=tuple(booked[code] if booked else None for code in codes),
        accepted=accepted,
        undecided=_supplements(row, None, group),
        counted=None if booked is None else sum(booked.values()) + accepted,
        declared=row["declared"] if group == "ALL" else None,
    )


def _supplements(row: Mapping[str, Any], ruling: str | None, group: str) -> int:
    return sum(each[SUPPLEMENTED[group]] for each in row["supplements"] if each["ruling"] == ruling)


def _margin_unit(criterion: rules.Criterion) -> Literal["ACTS", "DAYS"]:
    return "ACTS" if "needed" in criterion.parameters else "DAYS"


def _place(row: Mapping[str, Any], reference: str) -> EvidencePlace | None:
    """Applications for one site share its inputs, so the annex may be another application's."""
    if row["annex"] is None:
        return None
    other = row["application"] if row["application"] != reference else None
    return EvidencePlace(row["annex"], row["page"], other or "")


def _ruling(row: Mapping[str, Any]) -> str | None:
    return row["ruling"] or "" if row["field"] == "supplement" else None
