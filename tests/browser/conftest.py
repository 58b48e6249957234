from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.visits import COMPLAINTS


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(autouse=True)
def browser_never_complains() -> Iterator[None]:
    """Neither a script that fails nor anything that the content policy refused."""
    COMPLAINTS.clear()
    yield
    assert COMPLAINTS == []
