"""People at browsers of their own, and what their browsers complain of."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.running_desk import RunningDesk

TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
WIDE = 1500
COMPLAINTS: list[str] = []


def visit(browser: Browser, desk: RunningDesk, path: str = "/", *, width: int = WIDE) -> Page:
    """A page in a browser that was never here; what its scripts and its content policy complain of is kept."""
    page = browser.new_context(base_url=desk.url, viewport={"width": width, "height": 1000}, locale="en").new_page()
    page.set_default_timeout(20_000)
    page.on("console", lambda said: COMPLAINTS.append(f"{page.url}: {said.text}") if "Policy" in said.text else None)
    page.on("pageerror", lambda error: COMPLAINTS.append(f"{page.url}: {error}"))
    page.goto(path)
    return page


def sign_in(browser: Browser, desk: RunningDesk, who: str) -> Page:
    """A person of the demo at the first page."""
    page = visit(browser, desk, "/accounts/login/")
    page.fill("input[name=login]", f"{who}@demo.example")
    page.fill("input[name=password]", desk.password)
    page.click("main button.button")
    page.wait_for_url(re.compile(r"/$"))
    return page


def violations(page: Page) -> list[str]:
    """What axe finds on a page, by rule and place."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    return [f"{rule['id']} on {rule['nodes'][0]['target']}" for rule in found]
