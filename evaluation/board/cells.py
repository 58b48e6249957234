"""One file against every criterion: live from what is confirmed, or as stored once the batch is closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.errors import Invalid
from applications.models import Application
from evaluation.facts import SiteRecord, gather_facts
from evaluation.law import criteria_on
from evaluation.live import evaluate_live
from evaluation.models import ApplicationAssessment, SiteEvaluation
from evaluation.rules.enums import Verdict
from evaluation.rules.model import CriteriaVersion, Finding
from evaluation.services.evaluations import application_warnings

COUNTED = "needed"
"""A finding whose reason names what is needed is about numbers: its margin is one of acts and stands in the cell."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One criterion of one file. `margin` only where acts are counted; `capacity` only for the assessment of it."""

    criterion: str
    verdict: str
    margin: int | None = None
    capacity: str = ""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """All cells of one file with its advisory outcome; `faults` when its confirmed inputs cannot be judged."""

    cells: tuple[Cell, ...]
    outcome: str
    warnings: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    stored: bool = False

    def cell(self, criterion: str) -> Cell:
        return next(cell for cell in self.cells if cell.criterion == criterion)


def live_reckoning(application: Application, record: SiteRecord, capacity: str | None) -> Reckoning:
    """The file as closing the batch now would find it; nothing is stored. `capacity` None: no answer that counts."""
    criteria = criteria_on(record.batch.reference_on)
    try:
        facts = gather_facts(
            record, populations=application.populations, vote_on=record.batch.vote_on, capacity=capacity
        )
    except Invalid as error:
        faults = tuple(f"{problem.pointer}: {problem.message}" for problem in error.problems)
        cells = tuple(Cell(criterion, Verdict.TO_VERIFY) for criterion in criteria.order)
        return Reckoning(cells, outcome="INCOMPLETE", faults=faults)
    evaluation = evaluate_live(record, facts)
    return Reckoning(
        cells=tuple(cell_of(finding, capacity=capacity or "") for finding in evaluation.findings),
        outcome=evaluation.outcome.value,
        warnings=tuple(application_warnings(application, sorted(evaluation.warnings))),
    )


def stored_reckoning(
    application: Application, assessment: ApplicationAssessment, site: SiteEvaluation | None, capacity: str = ""
) -> Reckoning:
    """The file as it was evaluated and stored; a criterion of children is not applicable where none were asked for."""
    findings = {row["id"]: row for row in _findings(site) + _findings(assessment)}
    criteria = criteria_on(assessment.reference_on)
    return Reckoning(
        cells=tuple(_stored_cell(name, findings.get(name), application, criteria, capacity) for name in criteria.order),
        outcome=assessment.outcome,
        warnings=tuple(assessment.warnings),
        stored=True,
    )


def cell_of(finding: Finding, *, capacity: str = "") -> Cell:
    counted = COUNTED in finding.values and finding.verdict is not Verdict.NA
    noted = capacity if finding.verdict is Verdict.NOTED else ""
    return Cell(finding.id, finding.verdict.value, finding.margin if counted else None, noted)


def concerns(application: Application, criterion: str, criteria: CriteriaVersion) -> bool:
    """Whether the criterion is asked of this file at all."""
    return not criteria.criterion(criterion).populations.isdisjoint(application.populations)


def _stored_cell(
    name: str, row: Mapping[str, Any] | None, application: Application, criteria: CriteriaVersion, capacity: str
) -> Cell:
    if not concerns(application, name, criteria):
        return Cell(name, Verdict.NA)
    if row is None:
        return Cell(name, Verdict.TO_VERIFY)
    margin = row.get("margin") if COUNTED in row.get("values", {}) else None
    return Cell(name, row["verdict"], margin, capacity if row["verdict"] == Verdict.NOTED else "")


def _findings(evaluated: SiteEvaluation | ApplicationAssessment | None) -> list[dict[str, Any]]:
    rows: Iterable[dict[str, Any]] = () if evaluated is None else evaluated.answer.get("findings", ())
    return list(rows)
