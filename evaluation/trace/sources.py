"""Where a tree comes from: an evaluation as it was stored, or a site as it stands in review."""

from collections.abc import Mapping
from typing import Any

from applications.models import Application
from evaluation.facts import SiteRecord
from evaluation.law import criteria_versions
from evaluation.models import ApplicationAssessment, SiteEvaluation
from evaluation.provenance import provenance_of
from evaluation.trace.build import trace
from evaluation.trace.model import Trace


def trace_of_stored(evaluation: SiteEvaluation | ApplicationAssessment, language: str) -> Trace:
    """A stored evaluation as it stood: nothing but what was kept with it."""
    return trace(evaluation.answer, evaluation.provenance, language)


def trace_of_record(
    record: SiteRecord,
    answered: Mapping[str, Any],
    language: str,
    *,
    application: Application | None = None,
    capacity: Mapping[str, Any] | None = None,
) -> Trace:
    """A site in review, judged on what is confirmed now."""
    named = answered["criteria"]["id"], answered["criteria"]["version"]
    criteria = next(each for each in criteria_versions() if (each.id, each.version) == named)
    told = provenance_of(record, criteria, application=application, capacity=capacity)
    return trace(answered, told, language)
