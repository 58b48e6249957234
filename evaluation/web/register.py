"""The register of readings: how the desk reads each unclear sentence, and what another reading would have changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.errors import NotFound
from accounts.models import User
from accounts.policies import is_holder, is_member, reads_all
from evaluation.board.findings import screen_language
from evaluation.register import Entry, entries, entry
from evaluation.rules.explain import criterion_name
from evaluation.rules.model import Admissibility, Criterion
from evaluation.selectors.rescorings import Flips, flips_of

DESK = "desk"


@dataclass(frozen=True, slots=True)
class Option:
    """One way to read it; `flips` None where this option cannot be computed, or was not yet."""

    number: int
    text: str
    is_chosen: bool
    is_computable: bool
    flips: Flips | None


@dataclass(frozen=True, slots=True)
class RestsOn:
    """A criterion or item that uses the reading, with its sentence in the reader's language."""

    id: str
    name: str
    sentence: str
    language: str
    source: str


@require_safe
@login_not_required
def readings(request: HttpRequest) -> HttpResponse:
    """Every reading, with its question and the choice."""
    language, today = screen_language(), clock.today()
    found = [
        {
            "id": each.reading.id,
            "question": each.reading.question[language],
            "chosen": each.reading.chosen[language],
            "rests": [item.id for item in each.resting],
            "rules_the_vote": each.voting is not None,
            "computable": bool(each.computable),
        }
        for each in entries(today)
    ]
    return render(request, "evaluation/readings.html", {"public_page": True, "readings": found})


@require_safe
@login_not_required
def reading(request: HttpRequest, reading: str) -> HttpResponse:
    """One reading: question, options, choice and why, what rests on it, what another option would change."""
    language, today = screen_language(), clock.today()
    found = entry(reading, today)
    if found is None:
        raise NotFound
    user = request.user if isinstance(request.user, User) else None
    flips = flips_of(found.reading.id, user=user, today=today) if found.computable else {}
    context = {
        "public_page": True,
        "entry": found,
        "question": found.reading.question[language],
        "chosen": found.reading.chosen[language],
        "why": found.reading.why[language],
        "decided_by": _("the desk") if found.reading.decided_by == DESK else found.reading.decided_by,
        "options": _options(found, flips, language),
        "rests": [_rests(each, language) for each in found.resting],
        "as_of": max((each.as_of for each in flips.values()), default=None),
        "names_files": user is not None and not is_holder(user) and (is_member(user) or reads_all(user)),
        "neighbours": _neighbours(found.reading.id, today),
    }
    return render(request, "evaluation/reading.html", context)


def _options(found: Entry, flips: Mapping[int, Flips], language: str) -> list[Option]:
    return [
        Option(
            number=number,
            text=text,
            is_chosen=number == found.reading.chosen_option,
            is_computable=number in found.computable,
            flips=flips.get(number),
        )
        for number, text in enumerate(found.reading.options[language], start=1)
    ]


def _rests(item: Criterion | Admissibility, language: str) -> RestsOn:
    place = item.provenance
    text = place.sentence if language == "nl" else place.translations.get(language, place.sentence)
    return RestsOn(
        id=item.id,
        name=criterion_name(item.id, language),
        sentence=text,
        language=language if text != place.sentence else "nl",
        source=place.source,
    )


def _neighbours(reading_id: str, today: date) -> dict[str, str]:
    ids = [each.reading.id for each in entries(today)]
    place = ids.index(reading_id)
    before = ids[place - 1] if place else ""
    after = ids[place + 1] if place + 1 < len(ids) else ""
    return {"before": before, "after": after}
