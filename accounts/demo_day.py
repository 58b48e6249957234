"""The banner of a desk that plays on a fixed day."""

from datetime import date

from django.conf import settings
from django.http import HttpRequest


def demo_day(_request: HttpRequest) -> dict[str, date | None]:
    return {"demo_day": settings.CART_TODAY}
