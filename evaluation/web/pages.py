"""The criteria as everyone may read them: sentence, source, translation, evidence and our readings."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from accounts import clock
from applications.enums import EvidenceSlot
from evaluation.board.findings import screen_language
from evaluation.law import criteria_on
from evaluation.rules.enums import Population
from evaluation.rules.explain import criterion_name
from evaluation.rules.model import Admissibility, Criterion, Provenance


@dataclass(frozen=True, slots=True)
class CriterionView:
    id: str
    name: str
    provenance: Provenance
    translation: str
    help: str
    evidence: tuple[str | Promise, ...]
    readings: tuple[str, ...]
    only_children: bool


@dataclass(frozen=True, slots=True)
class ReadingView:
    """A line of the list; the register tells the rest."""

    id: str
    question: str


@login_not_required
@require_safe
def criteria(request: HttpRequest) -> HttpResponse:
    """The version in force on the desk's day."""
    language = screen_language()
    version = criteria_on(clock.today())
    context = {
        "public_page": True,
        "version": version,
        "criteria": [_criterion(version.criterion(name), language) for name in version.order],
        "admissibility": [_criterion(item, language) for item in version.admissibility],
        "readings": [ReadingView(each.id, each.question[language]) for each in version.readings],
    }
    return render(request, "evaluation/criteria.html", context)


def _criterion(item: Criterion | Admissibility, language: str) -> CriterionView:
    place = item.provenance
    return CriterionView(
        id=item.id,
        name=criterion_name(item.id, language),
        provenance=place,
        translation=place.translations.get(language, "") if language != "nl" else "",
        help=item.help[language],
        evidence=tuple(EvidenceSlot(slot.value).label for slot in item.evidence),
        readings=item.readings,
        only_children=isinstance(item, Criterion) and item.populations == {Population.PAED},
    )
