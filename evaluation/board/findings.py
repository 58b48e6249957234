"""Why a criterion has its verdict: the reason, the law, the numbers, the inputs and who judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.charts import Bar, BarChart, ReferenceLine, Series
from accounts.errors import Invalid
from accounts.templatetags.desk import number, short_date
from applications.models import Application, Batch, Question
from centres.models import Centre
from evaluation.board.lines import Line, lines_of
from evaluation.differences import Difference, contradictions
from evaluation.enums import JudgedCriterion
from evaluation.facts import SiteRecord, gather_facts, is_stale
from evaluation.law import criteria_on
from evaluation.live import evaluate_live
from evaluation.models import ApplicationAssessment, BureauRuling, CapacityAssessment, Judgement, SiteEvaluation
from evaluation.rules.answer import answer
from evaluation.rules.counts import booked_years
from evaluation.rules.enums import Recipients, Verdict
from evaluation.rules.explain import LANGUAGES, criterion_name
from evaluation.rules.facts import Facts
from evaluation.rules.model import Criterion

TRANSITION = "C1a"
CAPACITY = "C7"


@dataclass(frozen=True, slots=True)
class Law:
    """A sentence in the reader's language; the Dutch one is the published text, the others translate it."""

    text: str
    language: str
    cite: str
    readings: tuple[str, ...]
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A step of the reasoning: one year counted, one certificate looked at."""

    verdict: str
    reason: str
    margin_sentence: str
    children: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class FindingView:
    """One criterion of one site, or of one file when it is given; `judged` when only a person can conclude."""

    criterion: str
    name: str
    verdict: str
    margin: int | None
    sentence: str
    margin_sentence: str
    parts: tuple[Part, ...]
    law: Law
    chart: BarChart | None
    window: str
    lines: tuple[Line, ...]
    contradictions: tuple[Difference, ...]
    questions: tuple[Question, ...]
    judged: bool
    judgement: Judgement | None
    is_stale: bool
    bureau_ruling: BureauRuling | None
    awaits_bureau: bool
    capacity: CapacityAssessment | None
    stored: bool

    @property
    def first_act(self) -> UUID | None:
        """The input to settle first; where a person judges, that comes before."""
        return None if self.judged else next((line.stated.pk for line in self.lines if line.awaits_act), None)


@dataclass(frozen=True, slots=True)
class Judged:
    """The findings of one site or file by criterion, in the contract's shape, and the facts where there are any."""

    findings: Mapping[str, Mapping[str, Any]]
    facts: Facts | None
    stored: bool
    faults: tuple[str, ...] = ()


def screen_language() -> str:
    """The language of sentences on screen; German readers of public pages get English."""
    language = (get_language() or "")[:2]
    return language if language in LANGUAGES else "en"


def judged_now(record: SiteRecord, populations: Sequence[str], capacity: str | None = None) -> Judged:
    """The site or file as closing the batch now would find it."""
    try:
        facts = gather_facts(record, populations=populations, vote_on=record.batch.vote_on, capacity=capacity)
    except Invalid as error:
        return Judged({}, None, stored=False, faults=tuple(str(each.message) for each in error.problems))
    found = answer(evaluate_live(record, facts))
    return Judged({row["id"]: row for row in found["findings"]}, facts, stored=False)


def judged_as_stored(
    live: Judged, site: SiteEvaluation | None, assessment: ApplicationAssessment | None = None
) -> Judged:
    """The verdicts and sentences of what was stored, over the facts, which are frozen since."""
    rows = [row for stored in (site, assessment) if stored is not None for row in stored.answer.get("findings", ())]
    if not rows:
        return live
    return Judged({**live.findings, **{row["id"]: row for row in rows}}, live.facts, stored=True)


def finding_views(
    record: SiteRecord,
    judged: Judged,
    *,
    questions: Sequence[Question] = (),
    capacity: CapacityAssessment | None = None,
    only: str | None = None,
) -> tuple[FindingView, ...]:
    """Each criterion in the order of the law, or one of them."""
    criteria = criteria_on(record.batch.reference_on)
    return tuple(
        _view(criteria.criterion(name), record, judged, questions, capacity)
        for name in criteria.order
        if only in (None, name)
    )


def law_of(criterion: Criterion, language: str) -> Law:
    place = criterion.provenance
    text = place.sentence if language == "nl" else place.translations.get(language, place.sentence)
    cite = place.source
    if language != "nl" and not place.is_house_rule:
        cite = _("%(source)s, working translation") % {"source": place.source}
    return Law(text, language if text != place.sentence else "nl", cite, criterion.readings, place.sentence_sha256)


def _margin_sentence(row: Mapping[str, Any], language: str) -> str:
    told = row.get("margin_text") or {}
    return str(told.get(language, ""))


def _parts(row: Mapping[str, Any], language: str) -> tuple[Part, ...]:
    return tuple(
        Part(each["verdict"], each["text"][language], _margin_sentence(each, language), _parts(each, language))
        for each in row.get("children", ())
    )


def _view(
    criterion: Criterion,
    record: SiteRecord,
    judged: Judged,
    questions: Sequence[Question],
    capacity: CapacityAssessment | None,
) -> FindingView:
    name = criterion.id
    language = screen_language()
    row: Mapping[str, Any] = judged.findings.get(name, {})
    verdict = row.get("verdict", Verdict.TO_VERIFY.value)
    lines = lines_of(record, name)
    shown = {line.stated.pk for line in lines}
    judgement = record.judgements.get(name)
    return FindingView(
        criterion=name,
        name=criterion_name(name, language),
        verdict=verdict,
        margin=row.get("margin") if "needed" in row.get("values", {}) else None,
        sentence=row["text"][language] if row else _("The confirmed inputs do not fit together; see below."),
        margin_sentence=_margin_sentence(row, language),
        parts=_parts(row, language),
        law=law_of(criterion, language),
        chart=_chart(criterion, judged.facts) if verdict != Verdict.NA else None,
        window=booked_window_in_words(record.batch) if "per_year" in criterion.parameters else "",
        lines=lines,
        contradictions=tuple(each for each in contradictions(record) if shown & {one.pk for one in each.inputs}),
        questions=tuple(each for each in questions if each.criterion == name),
        judged=name in JudgedCriterion.values,
        judgement=judgement,
        is_stale=is_stale(record, judgement) if judgement else name == CAPACITY and _has_lapsed(capacity, judged),
        bureau_ruling=record.bureau_ruling if name == TRANSITION else None,
        awaits_bureau=name == TRANSITION and verdict == Verdict.TRANSITION_TO_CONFIRM,
        capacity=capacity if name == CAPACITY else None,
        stored=judged.stored,
    )


def _has_lapsed(capacity: CapacityAssessment | None, judged: Judged) -> bool:
    """Countersigned, and yet not among the facts: the figures it rested on are others now."""
    counts = judged.facts is not None and judged.facts.capacity is not None
    return capacity is not None and capacity.is_countersigned and not judged.stored and not counts


def _chart(criterion: Criterion, facts: Facts | None) -> BarChart | None:
    """The booked years with what supplements add, for the criteria that count acts."""
    per_year = criterion.parameters.get("per_year")
    if facts is None or not isinstance(per_year, int):
        return None
    recipients = Recipients(str(criterion.parameters["recipients"]))
    booked = booked_years(facts, recipients, supplements_count=bool(criterion.parameters["supplements_count"]))
    bars = tuple(Bar(str(each.year), each.counted, each.undecided) for each in booked)
    numbers = ", ".join(f"{bar.label}: {_('unknown') if bar.value is None else number(bar.value)}" for bar in bars)
    label = _("on average %(n)s a year") % {"n": per_year}
    return BarChart(
        title=f"{numbers}; {label}",
        series=(Series(_("transplantations"), bars),),
        reference=ReferenceLine(label, per_year),
    )


def booked_window_in_words(batch: Batch) -> str:
    """Which years count for the batch, and by which delivery that was set."""
    first, _second, last = batch.booked_years
    if batch.vintage is None:
        return _("Window %(first)s–%(last)s; no delivery of booked figures is chosen yet.") % {  # noqa: RUF001  # from one year to another
            "first": first,
            "last": last,
        }
    told = {
        "first": first,
        "last": last,
        "source": batch.vintage.source,
        "day": short_date(batch.vintage.delivered_on),
    }
    return _("Window %(first)s–%(last)s, set with the delivery of %(source)s of %(day)s.") % told  # noqa: RUF001  # from one year to another


def earlier_judgements(batch: Batch, centre: Centre, criterion: str) -> tuple[Judgement, ...]:
    """What was concluded before on the same criterion of the site, newest first, of this batch and of earlier ones."""
    rows = Judgement.objects.filter(centre=centre, criterion=criterion, at__isnull=False)
    earlier = rows.exclude(batch=batch, superseded_at=None).order_by("-at")
    return tuple(earlier.select_related("batch", "by", "countersigned_by")[:5])


def questions_of_site(applications: Sequence[Application]) -> tuple[Question, ...]:
    rows = Question.objects.filter(application__in=[row.pk for row in applications])
    return tuple(rows.select_related("asked_by", "answered_by", "application__batch"))
