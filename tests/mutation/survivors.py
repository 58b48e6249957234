"""Which mutants no test noticed, told apart by their function and the lines they change."""

import json
import tomllib
from collections import Counter
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code

LISTED = Path(__file__).resolve().parent / "survivors.toml"
NOTICED = {"killed", "timeout"}


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant nobody noticed; its number changes with every edit, its lines do not."""

    function: str
    was: str
    became: str


def known_survivors() -> list[Survivor]:
    """The listed ones, each with its reason."""
    listed = tomllib.loads(LISTED.read_text())["survivor"]
    assert all(each["reason"].strip() for each in listed)
    return [Survivor(each["function"], each["was"], each["became"]) for each in listed]


def read_results(workspace: Path) -> tuple[Counter[str], list[Survivor]]:
    """How many mutants became what, and those tried that no test noticed."""
    counted: Counter[str] = Counter()
    survivors = []
    with chdir(workspace):
        for meta in sorted(Path("mutants").rglob("*.meta")):
            source = meta.relative_to("mutants").with_suffix("")
            for name, exit_code in json.loads(meta.read_text())["exit_code_by_key"].items():
                status = status_by_exit_code[exit_code]
                counted[status] += 1
                if status not in NOTICED and exit_code is not None:
                    survivors.append(_survivor(name, source))
    return counted, survivors


def _survivor(name: str, source: Path) -> Survivor:
    changed = get_diff_for_mutant(name, path=source).splitlines()[2:]
    was, became = ("\n".join(line[1:].strip() for line in changed if line.startswith(sign)) for sign in "-+")
    function = name.removeprefix("evaluation.rules.").partition("__mutmut_")[0]
    return Survivor(function.replace("xǁ", "").replace("ǁ", ".").replace(".x_", "."), was, became)
