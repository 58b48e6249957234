"""The written pages point at what is there."""

import re
from pathlib import Path

from tests.architecture.source import ROOT

LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#]*)(?:#[^)]*)?\)")
LARGEST_IMAGE = 300_000


def pages() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def test_links_lead_somewhere() -> None:
    found = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages()
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if link and not (page.parent / link).exists()
    ]
    assert found == []


def test_images_small() -> None:
    found = [path.name for path in (ROOT / "docs" / "images").iterdir() if path.stat().st_size > LARGEST_IMAGE]
    assert found == []


def test_make_targets_named_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        (page.name, name)
        for page in pages()
        for name in re.findall(
            r"(?:`|^ {4,}|= ?)make (?:-s )?([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert {each for each in named if each[1] not in targets} == set()


def test_decisions_say_what_was_rejected() -> None:
    sections = ["## Context", "## Decision", "## Rejected"]
    found = {
        path.name: re.findall(r"^## .*", path.read_text(encoding="utf-8"), re.MULTILINE)
        for path in (ROOT / "docs" / "decisions").glob("0*.md")
    }
    assert {name: each for name, each in found.items() if each != sections} == {}
