"""The directions of the import contracts, and what a contract on imports cannot see."""

import ast
import subprocess
import sys
from pathlib import Path

from applications.enums import ApplicationState, BatchState, UploadState
from evaluation.enums import BallotState
from jobs.enums import JobState, MailState
from tests.architecture.source import APPS, ROOT, Module, at, called_name, modules, owner_name

WRITING = frozenset({"save", "create", "update", "delete", "get_or_create", "update_or_create"})
WRITES_ELSEWHERE = {
    "applications/states.py": "the one mover, which services call",
    "accounts/models/user.py": "the manager that Django's own sign-in code calls",
}
PURE = (
    "evaluation/rules/",
    "evaluation/voting.py",
    "applications/transitions.py",
    "applications/states.py",
    "applications/calendar.py",
    "applications/validators.py",
    "centres/validators.py",
    "accounts/charts.py",
    "evaluation/dossiers/charts.py",
    "jobs/states.py",
)
CLOCK_CALLS = frozenset({"now", "today", "utcnow", "localdate", "localtime", "time"})
SENDING = frozenset({"delay", "delay_on_commit", "apply_async", "send_task"})
STATES = frozenset(
    str(state)
    for states in (ApplicationState, BallotState, BatchState, JobState, MailState, UploadState)
    for state in states.values
)


def test_import_contracts_kept() -> None:
    tool = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def is_write(call: ast.Call) -> bool:
    """A call that changes rows: on a manager, a query set or a row; not `set.update()` or a form's `hash.update()`."""
    name, owner = called_name(call), owner_name(call)
    if name.startswith("bulk_"):
        return True
    if name not in WRITING or not owner:
        return False
    if name == "save":
        return not call.args and not any(keyword.arg == "commit" for keyword in call.keywords)
    return "objects" in owner.split(".") or ".objects." in owner or ".filter(" in owner


def may_write(module: Module) -> bool:
    return "services" in module.parts or module.path.startswith(tuple(WRITES_ELSEWHERE))


def test_writes_only_in_services() -> None:
    found = [
        at(module, call)
        for module in modules(*APPS)
        if not may_write(module)
        for call in module.calls()
        if is_write(call)
    ]
    assert found == []


def test_time_is_an_argument_in_pure_modules() -> None:
    found = [
        at(module, call)
        for module in modules(*APPS)
        if module.path.startswith(PURE)
        for call in module.calls()
        if called_name(call) in CLOCK_CALLS
    ]
    assert found == []


def test_pure_modules_know_neither_settings_nor_orm() -> None:
    found = [
        f"{module.path}:{node.lineno}"
        for module in modules(*APPS)
        if module.path.startswith(PURE)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and (node.attr == "objects" or (isinstance(node.value, ast.Name) and node.value.id == "settings"))
    ]
    assert found == []


def test_rules_neither_round_nor_fill_gaps() -> None:
    """A missing fact never becomes 0 or False, and a mean is never rounded."""
    found = []
    for module in modules("evaluation/rules"):
        found += [at(module, call) for call in module.calls() if called_name(call) == "round"]
        found += [
            at(module, node)
            for node in ast.walk(module.tree)
            if isinstance(node, ast.BoolOp)
            and isinstance(node.op, ast.Or)
            and any(isinstance(value, ast.Constant) and not value.value for value in node.values)
        ]
    assert found == []


def test_tasks_sent_only_inside_jobs() -> None:
    found = [
        at(module, call)
        for module in modules("config", *APPS)
        if not module.path.startswith(("jobs/services/", "jobs/tasks.py"))
        for call in module.calls()
        if called_name(call) in SENDING
    ]
    assert found == []


def test_services_never_enqueue() -> None:
    found = [
        at(module, call)
        for module in modules(*APPS)
        if "services" in module.parts and module.parts[0] != "jobs"
        for call in module.calls()
        if called_name(call) == "enqueue"
    ]
    assert found == []


def test_doors_start_at_what_the_user_may_see() -> None:
    found = [
        at(module, call)
        for module in modules(*APPS)
        if module.is_door
        for call in module.calls()
        if called_name(call) == "all" and owner_name(call).endswith(".objects")
    ]
    assert found == []


def test_doors_compare_states_by_their_enum() -> None:
    found = [
        at(module, node)
        for module in modules(*APPS)
        if module.is_door
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Compare)
        and any(isinstance(part, ast.Constant) and part.value in STATES for part in (node.left, *node.comparators))
    ]
    assert found == []


def test_swallowed_exceptions_absent() -> None:
    found = [
        f"{module.path}:{node.lineno}"
        for module in modules("config", *APPS)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        and all(isinstance(each, ast.Pass | ast.Continue) for each in node.body)
    ]
    assert found == []
