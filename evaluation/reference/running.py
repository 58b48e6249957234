"""What an operator sets and types: the switches and the targets of `make`."""

import re
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from pydantic_core import PydanticUndefined

from evaluation.reference.markdown import code, page, table

TARGET = re.compile(r"^([a-z-]+):.*?## (.*)$", re.MULTILINE)
SWITCH = re.compile(r"^#?([A-Z_]+)=")


def switches_page() -> str:
    return page(
        "Switches",
        "Read once from the environment, or from a file of the same name in lower case under `/run/secrets`. A faulty"
        " or unknown switch stops the start, and all faults are named at once.",
        table(("switch", "when left out", "what it is for"), _switches()),
    )


def make_page() -> str:
    targets = TARGET.findall((Path(settings.BASE_DIR) / "Makefile").read_text())
    return page(
        "Make targets", table(("command", "what it does"), ((code(f"make {name}"), text) for name, text in targets))
    )


def _switches() -> Iterable[tuple[str, str, str]]:
    purposes = _purposes((Path(settings.BASE_DIR) / ".env.example").read_text())
    for name, field in type(settings.ENV).model_fields.items():
        yield code(name.upper()), code(_default(field.default)), purposes.get(name.upper(), "")


def _default(value: object) -> str:
    """What stands when a switch is left out; nothing for what must be given, is worked out or is secret."""
    if value is PydanticUndefined or value is None or value == ():
        return ""
    return str(int(value)) if isinstance(value, bool) else "" if "Secret" in type(value).__name__ else str(value)


def _purposes(example: str) -> dict[str, str]:
    """The comment above a switch holds for it and for those that follow it without one."""
    found: dict[str, str] = {}
    said: list[str] = []
    fresh = True
    for line in example.splitlines():
        if match := SWITCH.match(line):
            found[match[1]] = " ".join(said)
            fresh = True
        elif line.startswith("# "):
            said = [line[2:]] if fresh else [*said, line[2:]]
            fresh = False
        elif not line:
            said, fresh = [], True
    return found
