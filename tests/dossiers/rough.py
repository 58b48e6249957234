"""A dossier as an enemy of typography would file it: names without end or space, foreign letters, marks of HTML."""

from dataclasses import replace
from typing import Final

from evaluation.dossiers.figures import Capacity, CentreVolume
from evaluation.dossiers.model import (
    Annex,
    Asked,
    Contradiction,
    Criterion,
    DossierContext,
    EvidencePlace,
    InputLine,
    Language,
    Statement,
    WarningNote,
)
from tests.dossiers.samples import AT, sample

SIGNS: Final = "<script>alert(1)</script>&amp;{{ 7 }}"
LETTERS: Final = "Αθήνα Київ 漢字 \N{GRINNING FACE}\N{ZERO WIDTH JOINER} مستشفى "
WITHOUT_SPACE: Final = "Zuidoosterziekenhuiscampus" * 8
SITE: Final = WITHOUT_SPACE[:200]
HOSPITAL: Final = (LETTERS + SIGNS + WITHOUT_SPACE)[:200]
TEXT: Final = ("x" + WITHOUT_SPACE * 30)[:6000]
ANNEXES: Final = 40


def rough(language: Language) -> DossierContext:
    """Everything a person may type at its longest and at its worst; what the rules say stays as it is."""
    context = sample("paediatric", language)
    place = replace(
        context.identification,
        holder=HOSPITAL,
        product=WITHOUT_SPACE[:120],
        active_substance=SITE,
        hospital=HOSPITAL,
        site=SITE,
        address=SITE,
    )
    return replace(
        context,
        identification=place,
        request=replace(context.request, motivation=TEXT),
        criteria=tuple(_rough(criterion) for criterion in context.criteria),
        contradictions=(_contradiction(),),
        capacity=Capacity(
            **{field: getattr(context.capacity, field) for field in ("assessment", "at", "years", "cut_off_on")},
            reason=TEXT[:3000],
            by=HOSPITAL,
            countersigned_by=SITE,
            countersigned_at=AT,
            source=SITE,
            centres=tuple(CentreVolume(f"{name}, {SITE}", (1, None, 10**4)) for name in (SITE, HOSPITAL, LETTERS * 5)),
        ),
        admissibility=replace(
            context.admissibility,
            by=HOSPITAL,
            items=tuple(replace(item, reason=SITE) for item in context.admissibility.items),
        ),
        evidence=tuple(Annex(n, f"{SIGNS}{SITE}", f"{SITE}.pdf", 400, f"{n:02d}" * 32) for n in range(ANNEXES + 1)),
        warnings=(WarningNote("X", SIGNS + TEXT[:500]),),
        asked=tuple(
            Asked(f"2026-07/{n:04d}", HOSPITAL, SITE, "12345678", ("ADULT", "PAED"), own=n == 1) for n in range(1, 9)
        ),
    )


def _rough(criterion: Criterion) -> Criterion:
    typed = InputLine(SITE, TEXT, "", HOSPITAL, SITE, AT, EvidencePlace(40, 400, "2026-07/0009"), own_words=True)
    judged = criterion.judgement and replace(
        criterion.judgement, reason=TEXT[:2000], by=HOSPITAL, countersigned_by=SITE
    )
    inputs = (*criterion.inputs, typed) if criterion.id in ("C3a", "C5") else criterion.inputs
    return replace(criterion, judgement=judged, inputs=inputs)


def _contradiction() -> Contradiction:
    told = tuple(Statement(name, TEXT[:1000]) for name in (SITE, HOSPITAL, "2026-07/0007"))
    return Contradiction(SITE, told, SITE, TEXT[:2000], HOSPITAL, AT)
