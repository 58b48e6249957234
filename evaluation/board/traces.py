"""The tree of a file as it stands: as stored once it was assessed, live before that."""

from accounts.errors import NotFound
from applications.models import Application
from centres.selectors import realised_treatments
from evaluation.facts import gather_facts, site_records
from evaluation.live import evaluate_live
from evaluation.provenance import judged_row
from evaluation.rules.answer import answer
from evaluation.selectors import current_assessment
from evaluation.services.judgements import capacity_sha256, counted_capacity, standing_capacity
from evaluation.trace.model import Trace
from evaluation.trace.sources import trace_of_record, trace_of_stored


def trace_of_application(application: Application, language: str) -> Trace:
    """Raises NotFound for a draft, Invalid where the confirmed inputs do not fit together."""
    assessment = current_assessment(application)
    return live_trace(application, language) if assessment is None else trace_of_stored(assessment, language)


def live_trace(application: Application, language: str) -> Trace:
    """The file as closing the batch now would find it."""
    batch = application.batch
    if batch is None:
        raise NotFound
    record = site_records(batch, [application.centre])[application.centre_id]
    standing, table = standing_capacity([application.pk]).get(application.pk), realised_treatments()
    facts = gather_facts(
        record,
        populations=application.populations,
        vote_on=batch.vote_on,
        capacity=counted_capacity(standing, application, table),
    )
    stale = standing is not None and standing.inputs_sha256 != capacity_sha256(application, table)
    capacity = None if standing is None else judged_row(standing, is_stale=stale)
    answered = answer(evaluate_live(record, facts))
    return trace_of_record(record, answered, language, application=application, capacity=capacity)
