"""The shape of the files: short, named for what they hold, each suppression with its reason."""

import ast
import re

from tests.architecture.source import APPS, ROOT, modules, templates, without_template_comments

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
FORBIDDEN = frozenset({"utils.py", "helpers.py", "signals.py", "utils", "helpers", "common", "core"})
SUPPRESSION = re.compile(r"#\s*(?:noqa: [A-Z0-9, ]+|type: ignore\[[a-z, -]+\]|pragma: no cover)(?P<reason>.*)$")
BARE = re.compile(r"#\s*(?:noqa|type:\s*ignore)\s*(?:#|$)")
SHORTEST_REASON = 10
OWN_TEXT = {
    "templates/django/forms/field.html": "the hint of a field is our own text, as in Django's template",
}
LONGER = {
    "config/settings.py": "one list of settings, read from top to bottom",
}


def test_files_short() -> None:
    found = {
        module.path: module.text.count("\n")
        for module in modules("config", *APPS)
        if module.text.count("\n") > LONGEST_FILE and module.path not in LONGER
    }
    assert found == {}


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines that do something: without the signature and the docstring."""
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return (body[-1].end_lineno or body[-1].lineno) - body[0].lineno + 1 if body else 0


def test_functions_short() -> None:
    found = {
        f"{module.path}:{node.name}": length
        for module in modules("config", *APPS)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := body_lines(node)) > LONGEST_FUNCTION
    }
    assert found == {}


def test_names_say_what_a_file_holds() -> None:
    found = [
        path.relative_to(ROOT).as_posix()
        for app in ("config", *APPS)
        for path in (ROOT / app).rglob("*")
        if path.name in FORBIDDEN
    ]
    assert found == []


def test_suppressions_give_their_reason() -> None:
    found = [
        f"{module.path}:{number}"
        for module in modules("config", "tests", *APPS)
        for number, line in enumerate(module.text.splitlines(), start=1)
        if BARE.search(line) or any(len(match["reason"]) < SHORTEST_REASON for match in SUPPRESSION.finditer(line))
    ]
    assert found == []


def test_templates_escape_what_people_type() -> None:
    found = [
        path
        for path, text in templates()
        if path not in OWN_TEXT and re.search(r"\|\s*safe\b|\bautoescape off\b", without_template_comments(text))
    ]
    assert found == []


def test_templates_hold_neither_style_nor_script() -> None:
    """The content security policy refuses both; dossiers are no pages."""
    found = [
        path
        for path, text in templates()
        if not path.startswith("templates/dossiers/")
        and re.search(r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son[a-z]+=", without_template_comments(text))
    ]
    assert found == []
