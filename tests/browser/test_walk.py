"""A newcomer's walk through steps 1 to 6, clicked in headless Chromium against the running desk and its worker."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import visits
from tests.builders import pdf_bytes
from tests.running_desk import RunningDesk

pytestmark = pytest.mark.walk

BATCH = "/batches/2026-07"
MEETING = "/meetings/2026-11-16"
PATIENCE = 60_000
ITEM = "0506"


def sign_in(browser: Browser, desk: RunningDesk, who: str) -> Page:
    """A person of the demo, reading English."""
    page = visits.sign_in(browser, desk, who)
    page.locator("button[name=language][value=en]").click()
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
    return page


def save(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_holder_files_with_the_live_pre_check(browser: Browser, desk: RunningDesk, tmp_path: Path) -> None:
    page = sign_in(browser, desk, "holder1")
    page.goto("/applications/new/")
    page.select_option("select[name=paragraph]", label=option(page, "Cetacel"))
    page.get_by_label("Kliniek Bosrand").check()
    page.get_by_label("adults", exact=True).check()
    page.get_by_label("French", exact=True).check()
    save(page, "Save and continue")

    expect(page.get_by_role("heading", name="Which JACIE certificates does the programme hold?")).to_be_visible()
    site = "8000000269"
    fields = {"number": "JACIE-WALK-1", "valid_from": "2025-05-01", "valid_to": "2029-04-30"}
    for name, value in (fields | {"clinical_sites": site, "collection_sites": site}).items():
        page.fill(f"[name=c0-{name}]", value)
    page.locator("[name=c0-scopes][value='ADULT:ALLO']").check()
    page.locator("[name=c0-scopes][value='ADULT:IEC']").check()
    pre_check = page.locator("#pre-check")
    expect(pre_check.locator("li", has_text="C1b")).to_contain_text("30 April 2029")
    evidence = tmp_path / "certificate.pdf"
    evidence.write_bytes(pdf_bytes(2))
    page.set_input_files("[name=JACIE_CERTIFICATE]", evidence)
    save(page, "Save and continue")

    page.fill("[name=y2023]", "twenty-eight")
    save(page, "Save and continue")
    expect(page.locator("[data-error-summary]")).to_contain_text("whole number")
    for year in ("2023", "2024", "2025"):
        page.fill(f"[name=y{year}]", "29")
    save(page, "Save and continue")
    page.goto(page.url.rsplit("/steps/", 1)[0] + "/check/")
    expect(page.get_by_text("certificate.pdf")).to_be_visible()
    save(page, "Submit")

    expect(page).to_have_url(re.compile("/receipt/"))
    expect(page.locator("main")).to_contain_text(re.compile(r"2027-01/\d{4}"))
    expect(page.locator("main")).to_contain_text("outside January and July")


def option(page: Page, words: str) -> str:
    labels = page.locator("select[name=paragraph] option").all_inner_texts()
    return next(label for label in labels if label.startswith(words))


def test_secretariat_reviews_and_closes_the_batch(browser: Browser, desk: RunningDesk) -> None:
    page = sign_in(browser, desk, "secretariat")
    page.goto(f"{BATCH}/")
    expect(page.locator("tr[data-row]")).to_have_count(14)
    page.locator("tr[data-row]", has_text="Cetacel").locator("td[data-label^=C2] a.cell").first.click()
    expect(page.locator("#finding")).to_contain_text("C2")

    page.goto(f"{BATCH}/close/")
    repairs = page.get_by_role("link", name="Put it right")
    expect(repairs.first).to_be_visible()
    for address in [str(link.get_attribute("href")) for link in repairs.all()]:
        page.goto(address)
        settle(page, address)
    judge_and_countersign(browser, desk, page)
    assess_capacity(page)

    page.goto(f"{BATCH}/close/")
    save(page, "Close the batch")
    expect(page.locator("main")).to_contain_text("all dossiers are there", timeout=3 * PATIENCE)
    with page.expect_download() as saved:
        page.locator("a[href^='/dossiers/']").first.click()
    assert Path(saved.value.path()).read_bytes()[:5] == b"%PDF-"


def settle(page: Page, address: str) -> None:
    """What keeps the batch from closing, each as a clerk settles it."""
    if "admissibility" in address:
        page.locator("[name=result][value=ADMISSIBLE]").check()
        page.fill("[name=reason]", "The holder's role and the qualification of the site are documented.")
        save(page, "Record the result")
    elif "#C1c" in address:
        page.get_by_role("button", name="Confirm Apheresis").first.click()
    else:
        page.locator("main form input[type=radio]").first.check()
        page.fill("[name=reason]", "The facility list names this laboratory.")
        page.locator("main form button.button").first.click()


def judge_and_countersign(browser: Browser, desk: RunningDesk, page: Page) -> None:
    page.goto(f"{BATCH}/sites/8000000269/")
    page.locator("a[href*='/judgements/C3b/']").first.click()
    page.locator("[name=value][value=MET]").check()
    page.fill("[name=reason]", "The rota of the neurologists covers day and night.")
    page.locator("main form button.button").first.click()
    expect(page.locator("#C3b")).to_contain_text("not yet: does not count")
    second = sign_in(browser, desk, "secretariat2")
    second.goto(f"{BATCH}/sites/8000000269/")
    second.locator("form[action*='countersign'] button").first.click()
    expect(second.locator("#C3b")).not_to_contain_text("not yet: does not count")


def assess_capacity(page: Page) -> None:
    page.goto(f"{BATCH}/files/2741/capacity/")
    expect(page.locator("main svg").first).to_be_visible()
    page.locator("[name=value][value=SHORTAGE]").check()
    page.fill("[name=reason]", "The listed centres report waiting times.")
    save(page, "Record the assessment")


def test_committee_votes_and_the_minister_decides(browser: Browser, desk: RunningDesk) -> None:
    chair = sign_in(browser, desk, "chair")
    chair.goto(f"{MEETING}/attendance/")
    save(chair, "All effective members arrive")
    chair.goto(f"{MEETING}/")
    item = chair.locator("main tr, main li, main article", has_text=ITEM).last
    item.get_by_role("link").filter(has_text=re.compile("Draft|Proposal")).first.click()
    chair.locator("main form button.button").first.click()
    ballot = chair.url
    chair.get_by_role("link", name="Open the vote…").click()
    chair.locator("main form button.button").first.click()

    for who in ("member1", "member2", "member3"):
        member = sign_in(browser, desk, who)
        member.goto(ballot)
        member.locator("[name=value][value=FOR]").check()
        member.locator("main form button.button").first.click()
    chair.goto(f"{ballot}close/")
    chair.locator("[name=capacity_finding][value=SHORTAGE]").check()
    chair.fill("[name=capacity_reason]", "The committee finds a shortage.")
    chair.locator("main form button.button").first.click()
    expect(chair.locator("main")).to_contain_text("positive proposal", ignore_case=True)

    desk_page = sign_in(browser, desk, "secretariat")
    before = page_text(desk_page, f"{desk.url}/list/")
    desk_page.goto(f"/decisions/2026-07-{ITEM}/ADULT/record/")
    desk_page.locator("[name=admits]").first.check()
    for name, value in {
        "reference": "MB 2026/11-16",
        "decided_on": "2026-11-16",
        "published_on": "2026-11-16",
        "effective_on": "2026-11-16",
    }.items():
        desk_page.fill(f"[name={name}]", value)
    desk_page.locator("main form button.button").first.click()
    expect(desk_page).not_to_have_url(re.compile("record"))
    listed = page_text(desk_page, f"{desk.url}/list/")
    assert ("MB 2026/11-16" in before, "MB 2026/11-16" in listed) == (False, True)


def page_text(page: Page, address: str) -> str:
    return page.request.get(address).text()
