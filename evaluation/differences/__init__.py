"""What does not agree about a site: between files, registers, booked figures and earlier batches."""

from evaluation.differences.blocking import (
    blocking_differences,
    certificates_are_disputed,
    contradictions,
    register_value,
)
from evaluation.differences.listed import differences_of, differences_of_site
from evaluation.differences.model import Difference, Source

__all__ = [
    "Difference",
    "Source",
    "blocking_differences",
    "certificates_are_disputed",
    "contradictions",
    "differences_of",
    "differences_of_site",
    "register_value",
]
