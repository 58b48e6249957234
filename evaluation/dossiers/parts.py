"""From a stored evaluation and its criteria to the parts of a dossier. Pure: no database, no clock."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from evaluation.dossiers.figures import FigureTable, YearFigures
from evaluation.dossiers.model import (
    Contradiction,
    Count,
    Criterion,
    EvidencePlace,
    InputLine,
    Judgement,
    LawSentence,
    PopulationOutcome,
    Reading,
    Ruling,
    Statement,
    Step,
    WarningNote,
)
from evaluation.dossiers.words import FILING_WARNINGS
from evaluation.rules import model as rules
from evaluation.rules.enums import Population, Recipients
from evaluation.rules.explain import explain_warning
from evaluation.trace.model import Trace, TracedFinding, TracedInput, TracedJudgement, TracedRuling

BOOKED = {"ALL": "billed", "PAED": "billed_paed"}
SUPPLEMENTED = {"ALL": "count", "PAED": "paed"}
CAPACITY = "C7"
"""Its assessment has a section of its own."""


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


def criteria_parts(tree: Trace, *, reference: str) -> tuple[Criterion, ...]:
    """Every criterion in the order of the law's version, with what its verdict rests on."""
    return tuple(_criterion(finding, reference) for finding in tree.findings)


def _criterion(finding: TracedFinding, reference: str) -> Criterion:
    return Criterion(
        id=finding.id,
        name=finding.name,
        verdict=finding.verdict,
        reason=finding.reason,
        margin=finding.margin,
        margin_unit=_margin_unit(finding),
        margin_text=finding.margin_sentence,
        steps=tuple(step for child in finding.children for step in _steps(child)),
        law=law_sentence(finding),
        readings=tuple(
            Reading(each.id, each.question, each.chosen, each.decided_by, each.decided_on) for each in finding.readings
        ),
        inputs=tuple(input_line(row, reference) for row in finding.inputs if not row.set_aside),
        judgement=None if finding.judgement is None or finding.id == CAPACITY else judgement_part(finding.judgement),
        ruling=None if finding.ruling is None else _ruling(finding.ruling),
    )


def _steps(finding: TracedFinding) -> tuple[Step, ...]:
    """The parts a verdict is made of, each before the parts of its own."""
    own = Step(finding.verdict, " ".join(filter(None, (finding.reason, finding.margin_sentence))))
    return (own, *(step for child in finding.children for step in _steps(child)))


def law_sentence(finding: TracedFinding) -> LawSentence:
    """The published Dutch sentence; in French its working translation, marked as one."""
    law = finding.law
    if law is None or law.is_house_rule:
        return LawSentence("", law.source if law else "", house_rule=True)
    return LawSentence(
        law.text,
        law.source,
        working_translation=law.is_translation and law.fr_is_working_translation,
        sha256=law.sentence_sha256,
    )


def judgement_part(row: TracedJudgement) -> Judgement | None:
    """What a person concluded, as it stood."""
    if row.at is None:
        return None
    return Judgement(row.value, row.reason, row.by, row.at, row.countersigned_by, row.countersigned_at, stale=row.stale)


def _ruling(row: TracedRuling) -> Ruling:
    return Ruling(row.confirms, row.ruled_on, row.minutes_reference, row.recorded_by)


def input_line(row: TracedInput, reference: str) -> InputLine:
    """One stored input with its provenance in the dossier of `reference`."""
    return InputLine(
        label=row.label,
        value=row.words,
        unit=row.unit,
        stated_by=row.vintage or row.stated_by,
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
        evidence=_place(row, reference),
        own_words=row.is_own_words,
    )


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


def _margin_unit(finding: TracedFinding) -> Literal["ACTS", "DAYS"]:
    return "ACTS" if "needed" in finding.values else "DAYS"


def _place(row: TracedInput, reference: str) -> EvidencePlace | None:
    """Applications for one site share its inputs, so the annex may be another application's."""
    if row.annex is None:
        return None
    return EvidencePlace(row.annex, row.page, "" if row.application == reference else row.application)


def contradictions(tree: Trace) -> tuple[Contradiction, ...]:
    """What sources of the site did not agree on, and how that was resolved by then."""
    return tuple(
        Contradiction(
            subject=row.label,
            statements=tuple(dict.fromkeys(Statement(source.who, source.words) for source in row.sources)),
            resolution=row.chosen,
            reason=row.reason,
            by=row.by,
            at=row.at,
        )
        for row in tree.resolutions
        if row.at is not None
    )
