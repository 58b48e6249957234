"""What does not keep a batch from closing and is better known before: it counts as to verify, or nobody noted it."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.desk import site_number
from applications.enums import ApplicationState
from applications.models import Application, Batch
from centres.enums import Population
from centres.selectors import realised_treatments
from evaluation.differences import Difference, differences_of
from evaluation.enums import JudgedCriterion
from evaluation.facts import SiteRecord, is_stale, site_records
from evaluation.models import CapacityAssessment, Judgement
from evaluation.services.closing import centres_in_review
from evaluation.services.judgements import capacity_sha256, standing_capacity

CAPACITY = "C7"


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """What closing now would leave open, with the page where it can still be settled."""

    message: str
    href: str


def open_matters(batch: Batch) -> tuple[OpenMatter, ...]:
    """Judgements and capacity that would count as to verify, then what nobody noted; constant in queries."""
    records = site_records(batch, centres_in_review(batch))
    files = list(batch.applications.filter(state=ApplicationState.IN_REVIEW).select_related("batch").order_by("number"))
    children = {row.centre_id for row in files if Population.PAED in row.populations}
    found = differences_of(records)
    return (
        *(each for record in records.values() for each in _judgements(record, children)),
        *_capacities(batch, files),
        *(each for pk, record in records.items() for each in _to_note(record, found[pk])),
    )


def _judgements(record: SiteRecord, children: set[UUID]) -> Iterator[OpenMatter]:
    address = reverse("evaluation:site", args=[record.batch.code, record.centre.site_number])
    for criterion in JudgedCriterion.values:
        if criterion == JudgedCriterion.P3 and record.centre.pk not in children:
            continue
        judgement = record.judgements.get(criterion)
        stale = judgement is not None and is_stale(record, judgement)
        if why := _why(judgement, stale=stale):
            told = {"where": site_number(record.centre.site_number), "criterion": criterion, "why": why}
            text = _("Site %(where)s: %(criterion)s counts as to verify: %(why)s.") % told
            yield OpenMatter(text, f"{address}#{criterion}")


def _capacities(batch: Batch, files: list[Application]) -> Iterator[OpenMatter]:
    standing, table = standing_capacity([row.pk for row in files]), realised_treatments()
    for row in files:
        assessment = standing.get(row.pk)
        stale = assessment is not None and assessment.inputs_sha256 != capacity_sha256(row, table)
        if why := _why(assessment, stale=stale):
            told = {"where": row.reference, "criterion": CAPACITY, "why": why}
            address = reverse("evaluation:capacity", args=[batch.code, row.number])
            yield OpenMatter(_("%(where)s: %(criterion)s counts as to verify: %(why)s.") % told, address)


def _why(judged: Judgement | CapacityAssessment | None, *, stale: bool) -> str:
    """Empty when the conclusion counts."""
    if judged is None:
        return _("nobody has judged it")
    if stale:
        return _("what it rested on has changed")
    return "" if judged.is_countersigned else _("it is not countersigned")


def _to_note(record: SiteRecord, found: tuple[Difference, ...]) -> Iterator[OpenMatter]:
    waiting = sum(each.is_open and not each.blocks for each in found)
    if not waiting:
        return
    text = ngettext(
        "Site %(where)s: %(n)d thing that does not agree is not noted.",
        "Site %(where)s: %(n)d things that do not agree are not noted.",
        waiting,
    )
    address = reverse("evaluation:site", args=[record.batch.code, record.centre.site_number])
    yield OpenMatter(text % {"where": site_number(record.centre.site_number), "n": waiting}, f"{address}#differences")
