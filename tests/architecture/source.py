"""The project's own Python and templates, parsed once for the tests of this folder."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("accounts", "jobs", "centres", "applications", "evaluation")
DOORS = ("web", "api", "management", "admin", "tasks", "templatetags")


@dataclass(frozen=True, slots=True)
class Module:
    """One file of Python; `path` is relative to the project."""

    path: str
    text: str
    tree: ast.Module

    @property
    def parts(self) -> tuple[str, ...]:
        return Path(self.path).with_suffix("").parts

    @property
    def is_door(self) -> bool:
        return len(self.parts) > 1 and self.parts[1] in DOORS

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every module below the folders, migrations left out."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)
    return tuple(_parsed(path) for path in sorted(found))


def _parsed(path: Path) -> Module:
    text = path.read_text()
    return Module(path.relative_to(ROOT).as_posix(), text, ast.parse(text))


@cache
def templates() -> tuple[tuple[str, str], ...]:
    found = sorted((ROOT / "templates").rglob("*.html"))
    return tuple((path.relative_to(ROOT).as_posix(), path.read_text()) for path in found)


def called_name(call: ast.Call) -> str:
    """The last name of what is called: `save` for `record.save()`."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def owner_name(call: ast.Call) -> str:
    """What stands before the last dot: `Model.objects` for `Model.objects.create()`."""
    return ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def without_template_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", text, flags=re.DOTALL)


def at(module: Module, node: ast.expr | ast.stmt) -> str:
    return f"{module.path}:{node.lineno}"
