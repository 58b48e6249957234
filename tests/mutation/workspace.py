"""The rules and their tests by themselves, apart from the tree people work in."""

import ast
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WORKSPACE = ROOT / ".mutation" / "workspace"
NEEDED = (
    "evaluation/__init__.py",
    "evaluation/voting.py",
    "evaluation/rules",
    "evaluation/criteria",
    "docs/law",
    "tests/__init__.py",
    "tests/cases",
    "tests/mutation",
)
PURE = ("evaluation.rules", "evaluation.voting", "tests.rules")
OURS = {"evaluation", "applications", "centres", "accounts", "jobs", "config", "tests"}


def make_workspace() -> Path:
    """A fresh copy; a test that needs more than the rules stays out, since no framework is installed there."""
    shutil.rmtree(WORKSPACE, ignore_errors=True)
    for name in (*NEEDED, *tests_of_the_rules()):
        _copy(ROOT / name, WORKSPACE / name)
    _copy(ROOT / "tests" / "mutation" / "mutmut.toml", WORKSPACE / "pyproject.toml")
    return WORKSPACE


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy2(source, target)


def tests_of_the_rules() -> list[str]:
    files = sorted((ROOT / "tests" / "rules").glob("*.py"))
    return [path.relative_to(ROOT).as_posix() for path in files if is_pure(path.read_text())]


def is_pure(source: str) -> bool:
    """It imports nothing of ours but the rules, which know no framework."""
    return all(module.startswith(PURE) for module in imported(source) if module.partition(".")[0] in OURS)


def imported(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return found
