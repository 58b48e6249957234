"""What is read of applications and is more than a filter."""

from applications.selectors.missing import MissingItem, missing_items
from applications.selectors.own import holder_of, own_application

__all__ = ["MissingItem", "holder_of", "missing_items", "own_application"]
