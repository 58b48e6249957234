"""Packs of dossiers beside plain WeasyPrint: `make bench-dossiers`, or `python -m benchmarks.dossiers`.

Every ratio is of numbers measured in the same run; 1 when a bound is missed.
"""

import argparse
import json
import subprocess
import sys
from typing import Any

MOST_OF_PLAIN = 1.15
MOST_AGAIN = 0.06
MOST_MEMORY = 600
MOST_GROWTH = 1.15


def measured(files: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.dossiers.one", str(files)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def said(what: str, number: float, most: float | None = None) -> bool:
    kept = most is None or number <= most
    bound = "" if most is None else f"   at most {most:g}{'' if kept else '   MISSED'}"
    sys.stdout.write(f"{what:<68} {number:>9.2f}{bound}\n")
    sys.stdout.flush()
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100, help="applications of the pack that is measured")
    parser.add_argument("--sizes", default="10,400", help="other sizes, to see that the time of one stays the same")
    options = parser.parse_args()
    main_one = measured(options.files)
    per_file = {options.files: main_one["full"] / options.files}
    kept = [
        said(f"Pack of {options.files}, two workers, seconds", main_one["full"]),
        said("Pages of a dossier, mean", main_one["pages"]),
        said("To plain WeasyPrint on the same HTML", main_one["full"] / main_one["plain"], MOST_OF_PLAIN),
        said("The pack again after one change, to the full one", main_one["again"] / main_one["full"], MOST_AGAIN),
        said("Most memory of a worker, MiB", main_one["memory"], MOST_MEMORY),
    ]
    for size in [int(each) for each in options.sizes.split(",") if each]:
        found = measured(size)
        per_file[size] = found["full"] / size
        kept.append(said(f"Pack of {size}, most memory of a worker, MiB", found["memory"], MOST_MEMORY))
    if len(per_file) > 1:
        least, most = min(per_file), max(per_file)
        kept.append(
            said(f"Seconds a file at {most}, to those at {least}", per_file[most] / per_file[least], MOST_GROWTH)
        )
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
