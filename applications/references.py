"""The number of a filed application: reproducible for who knows the round's key, telling nobody how many filed."""

import hmac
from collections.abc import Container
from hashlib import sha256
from typing import Final

LARGEST: Final = 9999


def reference_number(key: str, *, sequence: int, taken: Container[int]) -> int | None:
    """The keyed hash of the place in the sequence, reduced to 1-9999, then the next free number; None when all are
    taken."""
    digest = hmac.new(key.encode(), str(sequence).encode(), sha256).digest()
    first = int.from_bytes(digest) % LARGEST
    return next((n for step in range(LARGEST) if (n := (first + step) % LARGEST + 1) not in taken), None)
