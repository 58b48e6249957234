"""Dossiers at the edge of what the forms let in: every name at its longest, everything open, some sixty pages."""

from dataclasses import replace
from datetime import date

from evaluation.dossiers.figures import Capacity, CentreVolume
from evaluation.dossiers.model import (
    Admissibility,
    Annex,
    Asked,
    Contradiction,
    Criterion,
    DossierContext,
    EvidencePlace,
    InputLine,
    Language,
    PopulationOutcome,
    Statement,
    WarningNote,
)
from tests.dossiers.samples import AT, REASONS, sample

NAME = "Academisch Ziekenhuis en Kinderkliniek van de Drie Rivieren en het Hoogland"


def crowded(language: Language) -> DossierContext:
    """The longest names, both populations, nothing settled: the page on the site is as full as it can be."""
    context = sample("paediatric", language)
    place = replace(context.identification, hospital=NAME * 2, site=f"campus {NAME}", address=f"{NAME}laan 1, " * 2)
    files = (
        Asked(f"2026-07/{n:04d}", NAME, f"Lymfocel {NAME}", "12345678", ("ADULT", "PAED"), own=n == 12)
        for n in range(1, 14)
    )
    figures = (
        replace(table, undecided=9, years=tuple(replace(year, accepted=4, undecided=3) for year in table.years))
        for table in context.figures
    )
    return replace(
        context,
        identification=place,
        asked=tuple(files),
        figures=tuple(figures),
        criteria=tuple(_open(criterion) for criterion in context.criteria),
        outcomes=(PopulationOutcome("ADULT", "ELIGIBLE_TRANSITION"), PopulationOutcome("PAED", "INCOMPLETE")),
        capacity=Capacity(),
        admissibility=Admissibility(),
        warnings=tuple(WarningNote("X", reason) for reason in REASONS.values()),
    )


def _open(criterion: Criterion) -> Criterion:
    judged = criterion.judgement and replace(criterion.judgement, countersigned_by="", stale=True)
    verdict = "TRANSITION_TO_CONFIRM" if criterion.id == "C1a" else "TO_VERIFY"
    return replace(criterion, verdict=verdict, reason=criterion.reason * 3, margin_text="", judgement=judged)


def sixty(language: Language) -> DossierContext:
    """A file of some sixty pages: a long motivation, hundreds of inputs, annexes and centres, long reasons."""
    context = sample("paediatric", language)
    reason = f"{REASONS[language]} " * 20
    return replace(
        context,
        request=replace(context.request, motivation="\n\n".join([reason] * 8)),
        criteria=tuple(_laden(criterion, reason) for criterion in context.criteria),
        contradictions=tuple(_contradiction(number, reason) for number in range(1, 13)),
        capacity=replace(
            context.capacity,
            reason=reason,
            centres=tuple(CentreVolume(f"{NAME}, campus {n}", (n, None, n + 3)) for n in range(1, 41)),
        ),
        evidence=tuple(Annex(n, f"{NAME} {n}", f"{n}.pdf", n, f"{n:02d}" * 32) for n in range(1, 81)),
        warnings=tuple(WarningNote("X", REASONS[language]) for _ in range(6)),
    )


def _laden(criterion: Criterion, reason: str) -> Criterion:
    judged = criterion.judgement and replace(criterion.judgement, reason=reason)
    lines = (_input(number) for number in range(1, 141)) if criterion.id in ("C2", "P2", "C1c") else ()
    return replace(criterion, judgement=judged, inputs=(*criterion.inputs, *lines))


def _input(number: int) -> InputLine:
    return InputLine(
        f"2024 EBMT {number:04d}", f"{number}, {number // 2}", "", NAME, "An Voorbeeld", AT, EvidencePlace(number, 1)
    )


def _contradiction(number: int, reason: str) -> Contradiction:
    told = tuple(Statement(f"2026-07/{n:04d}", f"{NAME} {n}") for n in range(1, 9))
    return Contradiction(f"EBMT {number}", told, date(2026, 8, number).isoformat(), reason, "An Voorbeeld", AT)
