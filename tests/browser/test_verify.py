"""The verify page in a real browser: a file is hashed there, and sent nowhere."""

import re
from pathlib import Path

import pytest
import requests
from pdfminer.high_level import extract_text
from playwright.sync_api import Browser, expect

from tests.browser.visits import visit
from tests.running_desk import RunningDesk

pytestmark = [pytest.mark.walk, pytest.mark.xdist_group("walk")]


def a_dossier(desk: RunningDesk) -> bytes:
    """The file of a dossier of the demo year, as the secretariat's machine fetches it."""
    with machine(desk) as session:
        [first, *_others] = session.get(f"{desk.url}/api/v1/dossiers").json()["results"]
        return bytes(session.get(f"{desk.url}/api/v1/dossiers/{first['id']}/file").content)


def machine(desk: RunningDesk) -> requests.Session:
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {desk.token('demo-secretariat')}"
    return session


def code_of(path: Path) -> str:
    """The code in the address that is printed in the dossier."""
    printed = re.sub(r"\s", "", extract_text(path))
    found = re.search(r"verify/([0-9a-f]{32})", printed)
    assert found is not None
    return found[1]


def test_file_is_held_against_the_dossier_in_the_browser(browser: Browser, desk: RunningDesk, tmp_path: Path) -> None:
    genuine, changed = tmp_path / "genuine.pdf", tmp_path / "changed.pdf"
    genuine.write_bytes(a_dossier(desk))
    changed.write_bytes(genuine.read_bytes() + b"\n")
    page = visit(browser, desk, f"/verify/{code_of(genuine)}")
    expect(page.get_by_role("heading", name="Genuine")).to_be_visible()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.set_input_files("#file", genuine)
    expect(page.get_by_text("The same: this file is the dossier.")).to_be_visible()
    page.set_input_files("#file", changed)
    expect(page.get_by_text("Not the same: this file is not the dossier")).to_be_visible()
    assert sent == []
