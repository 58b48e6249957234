"""Constraints that several tables share; the database holds them even against raw SQL."""

from django.db import models
from django.db.models import BigIntegerField, F, IntegerField, Q, Value
from django.db.models.functions import Cast, Left, Mod, Right
from django.db.models.lookups import Exact

from centres.validators import KBO_MODULUS


def kbo_number(field: str, *, first_digits: str, name: str) -> models.CheckConstraint:
    """Ten digits, the first among ``first_digits``, the last two 97 minus the first eight modulo 97."""
    shape = Q(**{f"{field}__regex": rf"^[{first_digits}][0-9]{{9}}$"})
    check_digits = Exact(
        Cast(Right(field, 2), IntegerField()),
        Value(KBO_MODULUS) - Mod(Cast(Left(field, 8), BigIntegerField()), Value(KBO_MODULUS)),
    )
    return models.CheckConstraint(condition=shape & Q(check_digits), name=name)


def in_order(earlier: str, later: str, *, name: str) -> models.CheckConstraint:
    """The later day is not before the earlier one; an open end is allowed."""
    return models.CheckConstraint(
        condition=Q(**{f"{later}__isnull": True}) | Q(**{f"{later}__gte": F(earlier)}), name=name
    )


def among(field: str, choices: type[models.TextChoices], *, name: str) -> models.CheckConstraint:
    """The value is one of the closed list."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": choices.values}), name=name)
