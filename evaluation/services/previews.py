"""What the rules would say of each row of an upload of applications, from what its holder states and may see."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from accounts.errors import Unavailable
from applications.bulk.checking import typed_rows
from applications.bulk.kinds import KINDS
from applications.bulk.rows import ApplicationRow
from applications.enums import ApplicationState, RowState, StatementField, UploadKind, UploadState
from applications.models import Batch, Statement, Upload, UploadRow
from applications.selectors import batch_for
from centres.models import Centre, Holder
from centres.selectors import BookedYear
from evaluation.drafts import Asked, Stated, released_figures, stated_facts
from evaluation.law import criteria_on, criteria_versions
from evaluation.records import canonical
from evaluation.rules.evaluate import evaluate
from evaluation.rules.model import CriteriaVersion
from evaluation.rules.parse import InvalidFacts, parse_facts

AT_ONCE: Final = 1_000
PREVIEWED: Final = (UploadState.READY, UploadState.COMMITTING, UploadState.COMMITTED)
NOT_STATED_ANY_MORE: Final = (ApplicationState.WITHDRAWN, ApplicationState.INADMISSIBLE)
CONTRARY: Final = {
    StatementField.CERTIFICATE: StatementField.NO_CERTIFICATES,
    StatementField.NO_CERTIFICATES: StatementField.CERTIFICATE,
}
UNREADABLE: Final = "facts-faulty"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the sites and references that a number of rows name, read at once."""

    by_reference: Mapping[str, Sequence[Statement]]
    by_site: Mapping[str, Sequence[Statement]]
    figures: Mapping[str, Mapping[int, BookedYear]]

    def stated(self, row: ApplicationRow) -> Stated:
        """Its draft's own statements, and what the holder states elsewhere about the same site where it is silent."""
        own = self.by_reference.get(row.external_reference, ())
        silenced = {CONTRARY.get(StatementField(each.field)) for each in own}
        found: dict[str, dict[str, Any]] = defaultdict(dict)
        for each in self.by_site.get(row.site_number, ()):
            if each.field not in silenced:
                found[each.field][each.key] = each.value
        for each in own:
            found[each.field][each.key] = each.value
        return found


def preview_outcomes(upload: Upload, *, on: date, advance: Callable[[int, int], None]) -> int:
    """Write the would-be outcome beside every row that has none yet; gives how many. Running twice changes nothing.

    It is advice as of that day: nothing is confirmed, and a later answer changes no preview.
    """
    if upload.kind != UploadKind.APPLICATIONS or upload.holder is None or upload.state not in PREVIEWED:
        return 0
    waiting = upload.rows.filter(preview__isnull=True).exclude(state=RowState.FAULTY)
    try:
        batch = batch_for(on)
        criteria = criteria_on(batch.reference_on)
    except Unavailable as none:
        return waiting.update(preview={"reason": none.code})
    done, concluded = 0, Conclusions(criteria)
    while rows := list(waiting.order_by("row")[:AT_ONCE]):
        _preview(rows, upload.holder, batch, concluded, on=on)
        done += len(rows)
        advance(done, upload.rows_total)
    return done


@transaction.atomic
def _preview(rows: Sequence[UploadRow], holder: Holder, batch: Batch, concluded: "Conclusions", *, on: date) -> None:
    typed = typed_rows({row.row: row.data for row in rows}, KINDS[UploadKind.APPLICATIONS])
    asked = {number: row for number, row in typed.items() if isinstance(row, ApplicationRow)}
    known = _known(asked.values(), holder, batch, on=on)
    for row in rows:
        told = asked[row.row]
        facts = stated_facts(
            Asked(told.site_number, told.populations, told.apheresis_site, told.laboratory_site or ""),
            known.stated(told),
            batch=batch,
            booked=known.figures.get(told.site_number, {}),
        )
        row.preview = concluded.on(facts)
    UploadRow.objects.bulk_update(rows, ["preview"])


def _known(rows: Iterable[ApplicationRow], holder: Holder, batch: Batch, *, on: date) -> Known:
    sites, references = {row.site_number for row in rows}, {row.external_reference for row in rows}
    centres = {row.pk: row for row in Centre.objects.filter(site_number__in=sites)}
    stated = Statement.objects.filter(
        Q(application__centre__in=centres) | Q(application__external_reference__in=references),
        Q(application__batch=None) | Q(application__batch=batch),
        application__holder=holder,
    ).exclude(application__state__in=NOT_STATED_ANY_MORE)
    by_reference, by_site = defaultdict(list), defaultdict(list)
    for each in stated.select_related("application").order_by("stated_at", "pk"):
        by_reference[each.application.external_reference].append(each)
        if (centre := centres.get(each.application.centre_id)) is not None:
            by_site[centre.site_number].append(each)
    figures = released_figures(list(centres.values()), holder, batch.vintage, on=on)
    return Known(by_reference, by_site, {centres[pk].site_number: years for pk, years in figures.items()})


class Conclusions:
    """What the criteria conclude on facts; equal facts are judged once."""

    def __init__(self, criteria: CriteriaVersion) -> None:
        self.criteria = criteria
        self.known: dict[str, dict[str, Any]] = {}

    def on(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        name = canonical(facts)
        if name not in self.known:
            self.known[name] = self._conclude(facts)
        return self.known[name]

    def _conclude(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        try:
            found = evaluate(self.criteria, parse_facts(facts, criteria_versions()))
        except InvalidFacts:
            return {"reason": UNREADABLE}
        return {
            "outcome": found.outcome.value,
            "by_population": {each.value: outcome.value for each, outcome in found.by_population.items()},
            "verdicts": {each.id: each.verdict.value for each in found.findings},
        }
