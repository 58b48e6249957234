"""The parts around a step of the filing: the list of steps, the sentences of the law, links to what is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Application
from applications.selectors import MissingItem
from applications.web.forms.registry import LABELS, steps_of
from evaluation.board.findings import screen_language
from evaluation.board.precheck import PreCheck
from evaluation.law import criteria_on
from evaluation.rules.explain import criterion_name
from evaluation.rules.model import Admissibility, Criterion

CRITERIA: Final[Mapping[str, tuple[str, ...]]] = {
    "product": ("AD3",),
    "centre": ("C1c",),
    "certificates": ("C1b", "C1a", "P1"),
    "allografts": ("C2", "P2"),
    "intensive-care": ("C3a", "C3b"),
    "paediatrics": ("P3",),
    "laboratory": ("C4",),
    "research": ("C5",),
    "register": ("C6",),
    "qualification": ("AD5",),
    "forecast": ("C7",),
}
WORST_FIRST: Final = ("NOT_MET", "TO_VERIFY", "TRANSITION_TO_CONFIRM", "TRANSITION", "MET")
DECIDED_BY_ANSWERS: Final = ("certificates", "allografts", "laboratory")


@dataclass(frozen=True, slots=True)
class LawView:
    """One sentence beside a question, with its place, our readings of it and what helps to answer."""

    criterion: str
    name: str
    sentence: str
    language: str
    cite: str
    href: str
    help: str


def laws_of(step: str, on: date, populations: Sequence[str]) -> tuple[LawView, ...]:
    """The sentences of the criteria version of the day that the step's questions come from."""
    version = criteria_on(on)
    language = screen_language()
    views = []
    for name in CRITERIA.get(step, ()):
        item = version.admissibility_item(name) if name.startswith("AD") else version.criterion(name)
        if not name.startswith("P") or "PAED" in populations:
            views.append(_law(item, language))
    return tuple(views)


def _law(item: Criterion | Admissibility, language: str) -> LawView:
    place = item.provenance
    sentence = place.sentence if language == "nl" else place.translations.get(language, place.sentence)
    cite = place.source if language == "nl" else _("%(source)s, working translation") % {"source": place.source}
    href = f"{reverse('evaluation:criteria')}#{item.id}"
    own_language = language if sentence != place.sentence else "nl"
    return LawView(item.id, criterion_name(item.id, language), sentence, own_language, cite, href, item.help[language])


def step_links(
    application: Application, current: str, items: Iterable[MissingItem], found: PreCheck
) -> list[dict[str, Any]]:
    """The steps with their state: done when nothing is missing in them, with a verdict where answers decide it."""
    open_steps = {item.step for item in items} | {"check"}
    links = []
    for step in steps_of(application):
        done = step not in open_steps
        verdict = _verdict(step, found) if done and step in DECIDED_BY_ANSWERS else ""
        links.append(
            {
                "label": LABELS[step],
                "href": step_href(application, step),
                "done": done,
                "current": step == current,
                "verdict": "" if step == current else verdict,
            }
        )
    return links


def _verdict(step: str, found: PreCheck) -> str:
    """The worst verdict among the criteria of the step."""
    verdicts = {line.verdict for line in found.lines if line.id in CRITERIA[step]}
    return next((verdict for verdict in WORST_FIRST if verdict in verdicts), "")


def step_href(application: Application, step: str) -> str:
    if step == "check":
        return reverse("evaluation:filing-check", args=[application.pk])
    return reverse("evaluation:filing-step", args=[application.pk, step])


def problem_links(application: Application, items: Iterable[MissingItem]) -> list[dict[str, str]]:
    """Each missing thing with the way to the step that repairs it."""
    return [{"message": item.message, "href": step_href(application, item.step)} for item in items]
