"""What is read more than once and is more than a filter."""

from evaluation.selectors.current import (
    current_assessment,
    current_assessments,
    current_site_evaluation,
    current_site_evaluations,
)

__all__ = ["current_assessment", "current_assessments", "current_site_evaluation", "current_site_evaluations"]
