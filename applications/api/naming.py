"""Rounds and references as clients write them; what is neither names nothing."""

from typing import Any, TypeVar

from django.db.models import QuerySet

Found = TypeVar("Found", bound=QuerySet[Any])


def of_round(found: Found, code: str, *, above: str = "") -> Found:
    """The rows of the round ``2026-07``; `above` leads from a row to what has the round, such as `application__`."""
    match _numbers(code):
        case [year, half]:
            return found.filter(**{f"{above}batch__year": year, f"{above}batch__half": half})
    return found.none()


def named(found: Found, reference: str, *, above: str = "") -> Found:
    """The rows of the application ``2026-07/0042``, also written with a hyphen."""
    match _numbers(reference):
        case [year, half, number]:
            place = {f"{above}batch__year": year, f"{above}batch__half": half, f"{above}number": number}
            return found.filter(**place)
    return found.none()


def _numbers(text: str) -> list[int]:
    parts = text.replace("/", "-").split("-")
    return [int(part) for part in parts] if all(p.isascii() and p.isdigit() and len(p) <= 4 for p in parts) else []
