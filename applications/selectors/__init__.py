"""What is read of applications and is more than a filter."""

from applications.selectors.batches import batch_for, days_left, find_batch
from applications.selectors.missing import MissingItem, missing_items
from applications.selectors.own import holder_of, own_annex_upload, own_application, own_upload

__all__ = [
    "MissingItem",
    "batch_for",
    "days_left",
    "find_batch",
    "holder_of",
    "missing_items",
    "own_annex_upload",
    "own_application",
    "own_upload",
]
