"""The answer of a pre-check as the page tells it: per criterion the verdict, how far off, what is missing, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centres.enums import Population
from evaluation.board.findings import screen_language
from evaluation.rules.enums import Verdict, WarningCode
from evaluation.rules.explain import criterion_name, explain_warning

WANTED: Mapping[str, str | Promise] = {
    "apheresis_site": gettext_lazy("the site of apheresis"),
    "bureau_confirms_transition": gettext_lazy("the ruling of the Bureau"),
    "capacity": gettext_lazy("an assessment of the capacity"),
    "certificates": gettext_lazy("which certificates there are, or that there are none"),
    "certificates/extended_to": gettext_lazy("an extension letter or a new certificate"),
    "certificates/facilities": gettext_lazy("the list of units of the certificate, with their sites"),
    "iec_application": gettext_lazy("proof of a running JACIE application"),
    "judgements": gettext_lazy("the judgement of a person"),
    "laboratory_site": gettext_lazy("the site of the stem-cell laboratory"),
}
WANTED_OF_A_YEAR: Mapping[str, str | Promise] = {
    "billed": gettext_lazy("the booked figure of %(year)s"),
    "billed_paed": gettext_lazy("the booked figure of %(year)s for children"),
    "supplements": gettext_lazy("a ruling on what was done outside the insurance in %(year)s"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion of the answer; `outlook` says when it could be met, or that this cannot be computed."""

    id: str
    name: str
    verdict: str
    sentence: str
    margin: str
    missing: tuple[str, ...]
    outlook: str
    source: str
    readings: tuple[str, ...]

    @property
    def settled(self) -> bool:
        """Nothing is left to do for it, so how much room there is may be said quietly."""
        return self.verdict in (Verdict.MET, Verdict.NOTED)


@dataclass(frozen=True, slots=True)
class AnswerView:
    """The whole answer in the reader's language."""

    outcome: str
    by_population: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    skipped: bool
    warnings: tuple[str, ...]
    earliest: str
    tally: Mapping[str, int]
    criteria: Mapping[str, str]


def answer_view(answer: Mapping[str, Any]) -> AnswerView:
    """The answer of the interface, as sentences of this page."""
    language = screen_language()
    outlooks = {each["id"]: each for each in (answer.get("earliest_batch") or {}).get("criteria", ())}
    lines = tuple(_line(each, outlooks.get(each["id"]), language) for each in answer["findings"])
    whom = answer["by_population"].items() if len(answer["by_population"]) > 1 else ()
    return AnswerView(
        outcome=answer["outcome"],
        by_population=tuple((str(Population(name).label), outcome) for name, outcome in whom),
        lines=tuple(line for line in lines if line.verdict != "NA"),
        skipped=any(line.verdict == "NA" for line in lines),
        warnings=tuple(explain_warning(WarningCode(code), language) for code in answer["warnings"]),
        earliest=_earliest(answer.get("earliest_batch")),
        tally=answer["tally"],
        criteria=answer["criteria"],
    )


def _line(finding: Mapping[str, Any], outlook: Mapping[str, Any] | None, language: str) -> Line:
    margin = finding.get("margin_text") or {}
    return Line(
        id=finding["id"],
        name=criterion_name(finding["id"], language),
        verdict=finding["verdict"],
        sentence=finding["text"][language],
        margin=margin.get(language, ""),
        missing=tuple(dict.fromkeys(wanted(name) for name in finding.get("missing", ()))),
        outlook=outlook["text"][language] if outlook else "",
        source=finding["source"],
        readings=tuple(finding["readings"]),
    )


def wanted(name: str) -> str:
    """A missing fact in words; its name in the contract where there are none."""
    first, _sep, rest = name.partition("/")
    if name in WANTED or first == "judgements":
        return str(WANTED.get(name, WANTED.get(first, name)))
    year, _sep, figure = rest.partition("/")
    sentence = WANTED_OF_A_YEAR.get(figure.partition("/")[0])
    return name if sentence is None else str(sentence) % {"year": year}


def _earliest(found: Mapping[str, Any] | None) -> str:
    """When all of it could be met together; nothing where all is met already."""
    if not found or not found["criteria"]:
        return ""
    if found["batch"] is None:
        return _("In which batch all criteria could be met cannot be computed.")
    return _("All criteria could be met in batch %(batch)s at the earliest.") % {"batch": found["batch"]}
