"""How the facts of ``centres/reference`` come into the registers."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from accounts.models import User
from centres import reference
from centres.models import Holder, Product
from centres.services.registers import register_holder, register_paragraph, register_product

PRODUCTS: Final = Path(next(iter(reference.__path__))) / "products.toml"
UNKNOWN_COUNTRY: Final = "ZZ"
"""The code that is reserved for an unknown region."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The names of the products by what happened to them."""

    added: tuple[str, ...]
    kept: tuple[str, ...]
    without_holder: tuple[str, ...]


@transaction.atomic
def load_products(*, by: User | None, at: datetime, path: Path = PRODUCTS) -> Loaded:
    """Add the products that are not there yet; a product that is there stays as people edited it."""
    added, kept, without_holder = [], [], []
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["product"]:
        if Product.objects.filter(name=row["name"]).exists():
            kept.append(row["name"])
        elif "holder" not in row:
            without_holder.append(row["name"])
        else:
            _add(row, by=by, at=at)
            added.append(row["name"])
    return Loaded(tuple(added), tuple(kept), tuple(without_holder))


def _add(row: Mapping[str, Any], *, by: User | None, at: datetime) -> None:
    given = {name: value for name, value in row.items() if name not in ("name", "holder", "paragraph")}
    product = register_product(row["name"], holder=_holder(row["holder"], by=by, at=at), **given, by=by, at=at)
    for paragraph in row.get("paragraph", []):
        register_paragraph(product, **paragraph, by=by, at=at)


def _holder(name: str, *, by: User | None, at: datetime) -> Holder:
    there = Holder.objects.filter(name=name).first()
    return there or register_holder(name, country=UNKNOWN_COUNTRY, by=by, at=at)
