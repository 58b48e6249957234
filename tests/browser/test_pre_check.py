"""The public pre-check in a real browser: by keyboard alone, the answer follows what is typed."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visits import violations, visit
from tests.running_desk import RunningDesk

pytestmark = [pytest.mark.walk, pytest.mark.xdist_group("walk")]

SITE = "8000000071"


def tab_to(page: Page, name: str) -> None:
    """As a person without a mouse: on to the next field until it is this one."""
    for _step in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name || ''") == name:
            return
    raise AssertionError(f"the keyboard does not reach {name}")


def test_answer_follows_what_is_typed_by_keyboard_alone(browser: Browser, desk: RunningDesk) -> None:
    page = visit(browser, desk, "/pre-check/")
    answer = page.locator("#answer")
    tab_to(page, "administration_site")
    page.keyboard.type(SITE)
    expect(answer.locator("#answer-C2")).to_contain_text("no booked figure")
    for place, acts in enumerate(("31", "27", "25")):
        tab_to(page, f"booked_{place}")
        page.keyboard.type(acts)
    expect(answer.locator("#answer-C2")).to_contain_text("1 transplantation short")
    expect(answer.locator("#answer-C2")).to_contain_text("at least 32")
    expect(answer).to_contain_text("advice")
    page.keyboard.press("Backspace")
    page.keyboard.type("6")
    expect(answer.locator("#answer-C2 [data-verdict=MET]")).to_be_attached()
    tab_to(page, "laboratory_same")
    page.keyboard.press("Space")
    expect(answer.locator("#answer-C4 [data-verdict=MET]")).to_be_attached()
    assert page.evaluate("document.activeElement.name") == "laboratory_same"


def test_fault_is_told_beside_the_answer_while_typing_and_at_its_field_when_asked(
    browser: Browser, desk: RunningDesk
) -> None:
    page = visit(browser, desk, "/pre-check/?example")
    page.fill("[name=booked_1]", "27x")
    expect(page.locator("#answer .notice-warning")).to_contain_text("whole number")
    expect(page.locator("#answer-C2 [data-verdict=TO_VERIFY]")).to_be_attached()
    assert page.locator(".govuk-form-group--error").count() == 0
    page.get_by_role("button", name="Show the answer").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.press("Enter")
    expect(page.locator("[name=booked_1]")).to_be_focused()
    expect(page.locator("[name=booked_1]")).to_have_value("27x")


def test_other_years_bring_other_fields_and_keep_what_was_typed(browser: Browser, desk: RunningDesk) -> None:
    page = visit(browser, desk, "/pre-check/?example")
    page.get_by_text("Batch, booked years and day of the vote").click()
    years = page.locator("[name=booked_from]")
    earlier = str(int(years.input_value()) - 1)
    years.select_option(earlier)
    expect(page.locator("label[for=id_booked_0]")).to_contain_text(earlier)
    expect(page.locator("[name=booked_0]")).to_have_value("31")
    expect(page.locator("#answer-C2")).to_contain_text("1 transplantation short")


def test_link_of_the_answer_opens_the_same_entry_elsewhere(browser: Browser, desk: RunningDesk) -> None:
    page = visit(browser, desk, "/pre-check/?example")
    page.fill("[name=booked_2]", "40")
    expect(page.locator("#answer-C2 [data-verdict=MET]")).to_be_attached()
    other = visit(browser, desk, page.locator("#entry-link").input_value())
    expect(other.locator("[name=booked_2]")).to_have_value("40")
    expect(other.locator("#answer-C2 [data-verdict=MET]")).to_be_attached()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("path", ["/pre-check/", "/pre-check/?example", "/pre-check/?entry=PC1.x.y"])
def test_page_is_open_to_everyone(browser: Browser, desk: RunningDesk, path: str, width: int) -> None:
    page = visit(browser, desk, path, width=width)
    for folded in page.locator("details > summary").all():
        folded.evaluate("summary => { summary.parentElement.open = true }")
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert violations(page) == []
    assert (beyond, bool(re.search("Pre-check", page.title()))) == (0, True)
