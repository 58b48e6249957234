"""Every page that each role reaches by its links: axe finds nothing, nothing scrolls sideways, the policy is kept."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.visits import WIDE, sign_in, violations, visit
from tests.running_desk import RunningDesk

pytestmark = [pytest.mark.walk, pytest.mark.xdist_group("walk")]

LANGUAGES = ("nl", "fr", "en")
NARROW = 375
OK = 200
ROLES = ("holder1", "secretariat", "member1", "chair", "auditor", "admin", "")
NOT_PAGES = re.compile(
    r"\.(csv|pdf|xlsx)$|^/(static|dossiers|documents|annexes|packs|minutes)/|^/api/(?!v1/docs$)"
    r"|^/accounts/(logout|password)|/documents/|^/evaluations/.*/receipt/"
)
NAMED = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\d|\d{4}-\d\d|[CP]\d[abc]?|\d+")
LINKS = "links => links.map(link => link.getAttribute('href'))"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def looked_at() -> set[str]:
    """The kinds of pages seen by an earlier role: the frame is the same, so one look is enough."""
    return set()


def kind_of(path: str) -> str:
    """Pages that differ in the thing they show alone are one kind."""
    return NAMED.sub("#", path)


def read_in(page: Page, language: str) -> None:
    """The language of this browser, which goes before that of the account."""
    page.context.add_cookies([{"name": "language", "value": language, "url": page.url}])


def links_of(page: Page) -> list[str]:
    found = [urlsplit(str(href)).path for href in page.locator("a[href^='/']").evaluate_all(LINKS)]
    return [path for path in dict.fromkeys(found) if not NOT_PAGES.search(path)]


def faults_of(page: Page, width: int) -> list[str]:
    """What axe finds, and at the narrow width whether the page scrolls sideways."""
    page.set_viewport_size({"width": width, "height": 1000})
    where = f"{kind_of(urlsplit(page.url).path)} at {width}"
    faults = [f"{where}: {each}" for each in violations(page)]
    if width == NARROW and (beyond := page.evaluate(OVERFLOW)) > 0:
        faults.append(f"{where}: scrolls sideways by {beyond}")
    return faults


@pytest.mark.parametrize("who", ROLES, ids=[who or "anonymous" for who in ROLES])
def test_pages_of_a_role_are_open_to_everyone(
    browser: Browser, desk: RunningDesk, who: str, looked_at: set[str]
) -> None:
    faults: list[str] = []
    page = sign_in(browser, desk, who) if who else visit(browser, desk)
    looked_at.discard("/")
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
        if kind_of(path) in looked_at:
            continue
        answer = page.goto(path)
        kind = kind_of(urlsplit(page.url).path)
        if kind in looked_at:
            continue
        if answer is None or answer.status != OK:
            faults.append(f"{path}: {answer.status if answer else 'no answer'}")
            continue
        looked_at.add(kind)
        faults += faults_of(page, NARROW if len(looked_at) % 2 else WIDE)
        waiting += links_of(page)
        read_in(page, LANGUAGES[len(looked_at) % len(LANGUAGES)])
    page.context.close()
    assert faults == []
