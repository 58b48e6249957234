"""What `make check` asks of the code beside lint and tests, on a throw-away database."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent.parent
GENERATED_DOCS = ROOT / "evaluation" / "management" / "commands" / "generate_docs.py"


def manage(*arguments: str, **switches: str) -> bool:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **switches}, check=False).returncode == 0


def migrations_complete() -> bool:
    return manage("makemigrations", "--check", "--dry-run")


def fit_to_deploy() -> bool:
    """As in production: over https and without the demo."""
    return manage("check", "--deploy", "--fail-level", "WARNING", CART_URL="https://desk.example", CART_DEMO="0")


def docs_generated() -> bool:
    return not GENERATED_DOCS.exists() or manage("generate_docs", "--check")


def catalogues_compiled() -> bool:
    """Every `.mo` says what its `.po` says."""
    stale = [path for path in sorted((ROOT / "locale").rglob("*.po")) if not is_compiled(path)]
    for path in stale:
        print(f"{path.relative_to(ROOT)} is not compiled: .venv/bin/python manage.py compilemessages", file=sys.stderr)
    return not stale


def is_compiled(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return compiled.exists() and messages(polib.mofile(str(compiled))) == messages(polib.pofile(str(path)))


def is_translated(entry: "polib.POEntry | polib.MOEntry") -> bool:
    """A compiled catalogue holds translated entries only; a source one also open, fuzzy and obsolete ones."""
    return not isinstance(entry, polib.POEntry) or (entry.translated() and not entry.obsolete)


def messages(catalogue: "polib.POFile | polib.MOFile") -> set[tuple[str, str, str, str]]:
    return {
        (entry.msgctxt or "", entry.msgid, entry.msgstr, repr(sorted(entry.msgstr_plural.items())))
        for entry in catalogue
        if is_translated(entry)
    }


CHECKS: tuple[Callable[[], bool], ...] = (migrations_complete, fit_to_deploy, docs_generated, catalogues_compiled)


def main() -> int:
    """Every check runs; the failed ones are named at the end."""
    failed = [check.__name__.replace("_", " ") for check in CHECKS if not check()]
    if failed:
        print(f"Not so: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
