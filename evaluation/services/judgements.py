"""Open norms and capacity: a named person concludes with a reason, a second one countersigns."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.errors import Conflict, NotAllowed
from accounts.models import User
from accounts.services.audit import record_event
from applications.models import Application, Batch
from centres.models import Centre
from centres.selectors import RealisedTable, realised_treatments
from evaluation.enums import CapacityValue, JudgedCriterion, JudgedValue
from evaluation.facts import canonical, inputs_sha256, is_stale, site_records
from evaluation.models import CapacityAssessment, Judgement
from evaluation.services.guards import lock_batch, lock_for_review, require_person, require_reason, require_secretariat


@transaction.atomic
def record_judgement(
    batch: Batch, centre: Centre, *, criterion: str, value: str, reason: str, by: User, at: datetime
) -> Judgement:
    """An open norm is concluded by a named person with a reason; an earlier conclusion stays readable.

    The judgement rests on the statements and files of the moment and waits for a second person.
    """
    require_secretariat(by)
    require_person(by)
    require_reason(reason)
    batch = lock_batch(batch.pk)
    record = site_records(batch, [centre])[centre.pk]
    earlier = Judgement.objects.filter(batch=batch, centre=centre, criterion=criterion, superseded_at=None)
    before = {"value": earlier.first().value} if earlier.exists() else None  # type: ignore[union-attr]  # exists
    earlier.update(superseded_at=at)
    judgement = Judgement.objects.create(
        batch=batch,
        centre=centre,
        criterion=JudgedCriterion(criterion),
        value=JudgedValue(value),
        reason=reason,
        by=by,
        at=at,
        inputs_sha256=inputs_sha256(record, criterion),
    )
    record_event(
        judgement,
        by=by,
        at=at,
        verb="judge",
        before=before,
        after={"criterion": criterion, "value": value},
        reason=reason,
    )
    return judgement


@transaction.atomic
def countersign_judgement(judgement: Judgement, *, by: User, at: datetime) -> Judgement:
    """A second person agrees; never the one who judged, never on a judgement whose inputs have changed since."""
    require_secretariat(by)
    require_person(by)
    batch = lock_batch(judgement.batch_id)
    judgement = Judgement.objects.select_for_update().select_related("centre").get(pk=judgement.pk)
    _require_open(judgement, by)
    if is_stale(site_records(batch, [judgement.centre])[judgement.centre_id], judgement):
        raise Conflict("judgement-stale")
    _sign(judgement, by, at)
    record_event(judgement, by=by, at=at, verb="countersign", after={"criterion": judgement.criterion})
    return judgement


def _require_open(judged: Judgement | CapacityAssessment, by: User) -> None:
    if judged.superseded_at is not None:
        raise Conflict("judgement-replaced")
    if judged.is_countersigned:
        raise Conflict("already-countersigned")
    if judged.by_id == by.pk:
        raise NotAllowed("countersign-by-another")


def _sign(judged: Judgement | CapacityAssessment, by: User, at: datetime) -> None:
    judged.countersigned_by, judged.countersigned_at = by, at
    judged.save(update_fields=["countersigned_by", "countersigned_at"])


def capacity_sha256(application: Application, table: RealisedTable) -> str:
    """The hash of what C7 is judged beside: the realised treatments and the holder's forecast."""
    figures = [[row.centre.site_number, sorted(row.per_year.items())] for row in table.centres]
    vintage = str(table.vintage.pk) if table.vintage else None
    text = canonical({"figures": figures, "vintage": vintage, "forecast": list(application.forecast)})
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def assess_capacity(application: Application, *, value: str, reason: str, by: User, at: datetime) -> CapacityAssessment:
    """The secretariat proposes what C7 asks; the committee finds. It never decides an outcome by itself."""
    require_secretariat(by)
    require_person(by)
    require_reason(reason)
    _, application = lock_for_review(application)
    CapacityAssessment.objects.filter(application=application, superseded_at=None).update(superseded_at=at)
    assessment = CapacityAssessment.objects.create(
        application=application,
        value=CapacityValue(value),
        reason=reason,
        by=by,
        at=at,
        inputs_sha256=capacity_sha256(application, realised_treatments()),
    )
    record_event(assessment, by=by, at=at, verb="assess_capacity", after={"value": value}, reason=reason)
    return assessment


@transaction.atomic
def countersign_capacity(assessment: CapacityAssessment, *, by: User, at: datetime) -> CapacityAssessment:
    """As for a judgement: a second person, on unchanged figures."""
    require_secretariat(by)
    require_person(by)
    _, application = lock_for_review(assessment.application)
    assessment = CapacityAssessment.objects.select_for_update().get(pk=assessment.pk)
    _require_open(assessment, by)
    if assessment.inputs_sha256 != capacity_sha256(application, realised_treatments()):
        raise Conflict("judgement-stale")
    _sign(assessment, by, at)
    record_event(assessment, by=by, at=at, verb="countersign", after={"criterion": "C7"})
    return assessment


def standing_capacity(application_ids: list[UUID]) -> dict[UUID, CapacityAssessment]:
    """The assessment that stands per application, countersigned or not."""
    rows = CapacityAssessment.objects.filter(application__in=application_ids, superseded_at=None)
    return {row.application_id: row for row in rows.select_related("by", "countersigned_by")}


def counted_capacity(
    assessment: CapacityAssessment | None, application: Application, table: RealisedTable
) -> str | None:
    """C7 counts as answered once it is countersigned and the figures it rested on are unchanged."""
    if assessment is None or not assessment.is_countersigned:
        return None
    return assessment.value if assessment.inputs_sha256 == capacity_sha256(application, table) else None
