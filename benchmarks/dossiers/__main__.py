"""What a pack of dossiers costs beside plain WeasyPrint: `make bench-dossiers`, or `python -m benchmarks.dossiers`."""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from benchmarks.report import Measured, report

ROOT = Path(__file__).resolve().parents[2]
SIZES, FILES = (10, 400), 100
QUICK_SIZES, QUICK_FILES = (4, 16), 8
MOST_TO_PLAIN = 1.15
MOST_AGAIN = 0.06
MOST_MEMORY = 600
MOST_GROWTH = 1.15


def main() -> int:
    """Every number on one line; 1 when a bound is not kept."""
    options = _options()
    kept = report(chain(_pack(options.files, is_quick=options.quick), _growth(options.sizes)))
    return 0 if kept else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.dossiers", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few files: a look, no measure of the bounds")
    parser.add_argument("--files", type=int, help=f"applications in the pack (default {FILES})")
    parser.add_argument("--sizes", type=int, nargs=2, metavar=("FEW", "MANY"), help=f"default {SIZES}")
    options = parser.parse_args()
    options.files = options.files or (QUICK_FILES if options.quick else FILES)
    options.sizes = options.sizes or (QUICK_SIZES if options.quick else SIZES)
    return options


def _pack(files: int, *, is_quick: bool) -> Iterator[Measured]:
    found = _run(files, "--beside-plain")
    pages, again = found["pages"] / files, found["again"] / found["pack"]
    beside = found["pack"] / found["plain"]
    # In a small pack the front is a large part of the work; the bound is for a hundred files.
    is_kept = is_quick or again <= MOST_AGAIN
    yield Measured("pages of an application, on average", f"{pages:.1f}")
    yield Measured(f"seconds for a pack of {files} on 2 workers", f"{found['pack']:.1f}")
    yield Measured("seconds for plain WeasyPrint in 2 processes, the same HTML", f"{found['plain']:.1f}")
    processor = found["pack_processor"] / found["plain_processor"]
    yield Measured("the same in processor time, which a busy machine disturbs less", f"{processor:.3f}")
    yield Measured(f"the pack to plain WeasyPrint (at most {MOST_TO_PLAIN})", f"{beside:.3f}", beside <= MOST_TO_PLAIN)
    yield Measured(f"after one changed application, to the whole (at most {MOST_AGAIN})", f"{again:.3f}", is_kept)
    memory = found["memory"]
    yield Measured(f"most memory of a worker, MiB (below {MOST_MEMORY})", f"{memory:.0f}", memory < MOST_MEMORY)


def _growth(sizes: tuple[int, int]) -> Iterator[Measured]:
    few, many = sizes
    each = {size: _run(size)["pack"] / size for size in (few, many)}
    growth = each[many] / each[few]
    for size, seconds in each.items():
        yield Measured(f"seconds per application in a pack of {size}", f"{seconds:.2f}")
    what = f"per application, {many} to {few} (at most {MOST_GROWTH})"
    yield Measured(what, f"{growth:.3f}", growth <= MOST_GROWTH)


def _run(files: int, *options: str) -> dict[str, float]:
    """A process of its own, with a database and workers of its own."""
    command = [sys.executable, "-m", "benchmarks.dossiers.run", str(files), *options]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    sys.exit(main())
