"""What a benchmark found: one line for each number, and whether it keeps its bound."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """One number with the bound it must keep, if any."""

    what: str
    number: str
    is_kept: bool = True


def report(lines: Iterable[Measured]) -> bool:
    """Print each number as soon as it is known; whether all bounds are kept."""
    kept = True
    for line in lines:
        sys.stdout.write(f"{line.what:<78} {line.number:>12}{'' if line.is_kept else '   MISSED'}\n")
        sys.stdout.flush()
        kept = kept and line.is_kept
    return kept
