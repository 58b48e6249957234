"""What a file is made of as canonical JSON, and the digest of it."""

import hashlib
from dataclasses import fields, is_dataclass
from datetime import date

import rfc8785

from evaluation.dossiers.model import DossierContext


def plain(value: object) -> object:
    """Dates become ISO text, tuples lists, dataclasses objects; anything else that JSON lacks is a `TypeError`."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"{type(value).__name__} is not plain data")


def canonical_json(context: DossierContext) -> bytes:
    """The context as canonical JSON (RFC 8785): equal contexts give equal bytes."""
    return rfc8785.dumps(plain(context))  # type: ignore[arg-type]  # plain() returns only what RFC 8785 knows


def inputs_sha256(inputs: object, *, form: str) -> str:
    """The digest of what a file is made of and of the form it is given: the same digest, the same bytes."""
    told = {"inputs": plain(inputs), "form": form}
    return hashlib.sha256(rfc8785.dumps(told)).hexdigest()  # type: ignore[arg-type]  # plain data only
