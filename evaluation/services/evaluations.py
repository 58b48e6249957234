"""A site is evaluated once per batch, each application assessed on it; both are kept with their receipt."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.errors import Conflict
from accounts.models import User
from accounts.services.audit import record_event
from applications.enums import ApplicationState
from applications.models import Application, Batch
from centres.models import Centre
from centres.selectors import realised_treatments
from evaluation.admissibility import admissibility_findings
from evaluation.facts import SiteRecord, gather_facts, site_records
from evaluation.law import criteria_on, rules_sha256
from evaluation.models import ApplicationAssessment, SiteEvaluation
from evaluation.provenance import judged_row, provenance_of
from evaluation.receipts import receipt_bytes, without_capacity
from evaluation.rules.answer import answer
from evaluation.rules.evaluate import evaluate
from evaluation.rules.facts import Facts
from evaluation.rules.model import CriteriaVersion, Evaluation
from evaluation.rules.parse import facts_as_json
from evaluation.services.judgements import capacity_sha256, counted_capacity, standing_capacity

NOT_ASKED = (ApplicationState.WITHDRAWN, ApplicationState.INADMISSIBLE, ApplicationState.DRAFT)


@dataclass(frozen=True, slots=True)
class Judged:
    """One run of the rules with everything that is kept of it."""

    facts: Facts
    criteria: CriteriaVersion
    evaluation: Evaluation

    def answer(self) -> dict[str, Any]:
        return answer(self.evaluation)


def judge(facts: Facts) -> Judged:
    """The version of the criteria in force on the reference date judges the facts."""
    criteria = criteria_on(facts.reference_on)
    return Judged(facts, criteria, evaluate(criteria, facts))


def _kept(
    judged: Judged, *, answered: dict[str, Any], provenance: dict[str, Any], stage: str, by: User, at: datetime
) -> dict[str, Any]:
    facts = facts_as_json(judged.facts)
    return {
        "stage": stage,
        "populations": facts["populations"],
        "criteria_id": judged.evaluation.criteria.id,
        "criteria_version": judged.evaluation.criteria.version,
        "criteria_sha256": judged.evaluation.criteria.sha256,
        "rules_sha256": rules_sha256(),
        "reference_on": judged.facts.reference_on,
        "vote_on": judged.facts.vote_on,
        "evaluated_at": at,
        "evaluated_by": by,
        "facts": facts,
        "answer": answered,
        "provenance": provenance,
        "receipt_sha256": hashlib.sha256(receipt_bytes(facts=facts, answered=answered)).hexdigest(),
    }


@transaction.atomic
def evaluate_site(
    batch: Batch, centre: Centre, *, stage: str, by: User, at: datetime, vote_on: date | None = None
) -> SiteEvaluation:
    """C1a to C6 and P1 to P3 over the union of the populations asked in the batch; supersedes the one before.

    Called when a batch closes and again on the day of the vote.
    """
    record = site_records(batch, [centre])[centre.pk]
    return evaluate_record(record, populations_asked(batch, centre), stage=stage, by=by, at=at, vote_on=vote_on)


def evaluate_record(
    record: SiteRecord, populations: list[str], *, stage: str, by: User, at: datetime, vote_on: date | None
) -> SiteEvaluation:
    judged = judge(gather_facts(record, populations=populations, stage=stage, vote_on=vote_on))
    provenance = provenance_of(record, judged.criteria, by=by.name)
    kept = _kept(judged, answered=without_capacity(judged.answer()), provenance=provenance, stage=stage, by=by, at=at)
    earlier = SiteEvaluation.objects.filter(batch=record.batch, centre=record.centre, superseded_by=None).first()
    evaluation = SiteEvaluation.objects.create(batch=record.batch, centre=record.centre, supersedes=earlier, **kept)
    record_event(evaluation, by=by, at=at, verb="evaluate_site", after={"receipt": evaluation.receipt_sha256})
    return evaluation


def populations_asked(batch: Batch, centre: Centre) -> list[str]:
    asked = batch.applications.filter(centre=centre).exclude(state__in=NOT_ASKED)
    union = {name for populations in asked.values_list("populations", flat=True) for name in populations}
    return [name for name in ("ADULT", "PAED") if name in union]


@transaction.atomic
def assess_application(
    application: Application,
    site_evaluation: SiteEvaluation,
    *,
    stage: str,
    by: User,
    at: datetime,
    vote_on: date | None = None,
) -> ApplicationAssessment:
    """C7, the outcome over the application's own populations and its warnings, on the evaluation of its site.

    Raises Conflict should a fact of the site carry another verdict here than there.
    """
    record = site_records(site_evaluation.batch, [application.centre])[application.centre_id]
    return assess_record(application, record, site_evaluation, stage=stage, by=by, at=at, vote_on=vote_on)


def assess_record(
    application: Application,
    record: SiteRecord,
    site_evaluation: SiteEvaluation,
    *,
    stage: str,
    by: User,
    at: datetime,
    vote_on: date | None,
) -> ApplicationAssessment:
    """The same on a record at hand, as when a whole batch closes; capacity stays as it was first told."""
    earlier = ApplicationAssessment.objects.filter(application=application, superseded_by=None).first()
    capacity, told = _capacity(application) if earlier is None else _capacity_kept(earlier)
    judged = judge(
        gather_facts(record, populations=application.populations, stage=stage, vote_on=vote_on, capacity=capacity)
    )
    provenance = provenance_of(record, judged.criteria, application=application, capacity=told, by=by.name)
    kept = _kept(judged, answered=judged.answer(), provenance=provenance, stage=stage, by=by, at=at)
    _require_same_verdicts(site_evaluation, kept["answer"])
    assessment = ApplicationAssessment.objects.create(
        application=application,
        site_evaluation=site_evaluation,
        outcome=kept["answer"]["outcome"],
        admissibility=[asdict(row) for row in admissibility_findings(application, batch=record.batch)],
        warnings=application_warnings(application, kept["answer"]["warnings"]),
        supersedes=earlier,
        **kept,
    )
    record_event(
        assessment,
        by=by,
        at=at,
        verb="assess_application",
        before={"outcome": earlier.outcome} if earlier else None,
        after={"outcome": assessment.outcome, "receipt": assessment.receipt_sha256},
    )
    return assessment


def _capacity(application: Application) -> tuple[str | None, dict[str, Any] | None]:
    """What counts when the batch closes, with who said so; frozen with it whatever treatments are delivered later."""
    standing = standing_capacity([application.pk]).get(application.pk)
    if standing is None:
        return None, None
    table = realised_treatments()
    is_stale = standing.inputs_sha256 != capacity_sha256(application, table)
    return counted_capacity(standing, application, table), judged_row(standing, is_stale=is_stale)


def _capacity_kept(earlier: ApplicationAssessment) -> tuple[str | None, dict[str, Any] | None]:
    return earlier.facts["capacity"], earlier.provenance.get("capacity")


def _require_same_verdicts(site_evaluation: SiteEvaluation, answered: Mapping[str, Any]) -> None:
    of_site = {finding["id"]: finding["verdict"] for finding in site_evaluation.answer["findings"]}
    for finding in answered["findings"]:
        differs = finding["id"] in of_site and finding["verdict"] not in (of_site[finding["id"]], "NA")
        if differs:
            raise Conflict("verdicts-differ", criterion=finding["id"])


def application_warnings(application: Application, from_rules: list[str]) -> list[str]:
    """The rules' warnings and the filing's; no advice on contracts for a product that is not temporarily listed."""
    codes = set(from_rules)
    if application.product.temporarily_listed is False:
        codes.discard("ADVISE_WORKING_GROUP_CONTRACTS")
    if application.filed_outside_window:
        codes.add("FILED_OUTSIDE_WINDOW")
    if None in application.forecast:
        codes.add("FORECAST_MISSING")
    if not application.motivation:
        codes.add("MOTIVATION_MISSING")
    return sorted(codes)
