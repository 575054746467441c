"""The lesson as its readers use it: walks by keyboard and without JavaScript, the picture by keyboard, the check, four forms."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.test_every_page import INSPECTED
from tests.sizes import FULL

WALK = "/q/comprehension-n1-v1-lesson/walk"
CLOSED = "/q/chain-n2-v1-0000000001/walk"
CHECK = "/q/chain-n1-v1-0000000001/check"


def at(page: Page, step: str) -> None:
    expect(page.locator("[data-walk-title]")).to_contain_text(step)


def test_a_walk_goes_both_ways_by_the_arrow_keys(visits: Visits) -> None:
    page = visits.open()
    page.goto(WALK)
    page.evaluate("window.unloaded = false")
    at(page, "What is asked, and what is given")
    for step in ("Step 1 of 3", "Step 2 of 3", "Step 3 of 3"):
        page.keyboard.press("ArrowRight")
        at(page, step)
        expect(page.locator("#announce")).to_contain_text(step)
    expect(page.locator(".quantity.new")).to_contain_text("worked out now")
    expect(page).to_have_title(re.compile("^Step 3 of 3"))
    page.keyboard.press("ArrowRight")  # there is no further
    at(page, "Step 3 of 3")
    page.keyboard.press("ArrowLeft")
    at(page, "Step 2 of 3")
    assert page.url.endswith("?step=2")
    assert page.evaluate("window.unloaded") is False  # in place
    page.go_back()
    at(page, "Step 3 of 3")


def test_the_button_that_turns_the_page_keeps_the_focus(visits: Visits) -> None:
    page = visits.open()
    page.goto(WALK)
    page.locator("#walk a[rel=next]").focus()
    for step in ("Step 1 of 3", "Step 2 of 3"):
        page.keyboard.press("Enter")
        at(page, step)
        expect(page.locator("#walk a[rel=next]")).to_be_focused()
    page.keyboard.press("Enter")
    at(page, "Step 3 of 3")
    expect(page.locator("#walk .turns a").first).to_be_focused()


def test_a_walk_is_asked_for_and_walked_without_javascript(visits: Visits) -> None:
    page = visits.open(script=False, width=390)
    page.goto(CLOSED)
    expect(page.locator("main")).to_contain_text("don’t count as first tries")
    page.click("text=Start the walk")
    at(page, "What is asked, and what is given")
    for step in ("Step 1 of 3", "Step 2 of 3", "Step 3 of 3"):
        page.click("#walk a[rel=next]")
        at(page, step)
    page.click("#walk a[rel=prev]")
    at(page, "Step 2 of 3")
    page.click(".trail a >> nth=1")
    at(page, "Step 1 of 3")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_the_picture_is_walked_by_the_tab_key(visits: Visits, script: bool) -> None:
    page = visits.open(script=script)
    page.goto("/lesson")
    values = page.locator(".network .value")
    resting = page.locator(".network .resting")
    expect(resting).to_be_visible()
    values.first.focus()
    for k in range(values.count()):
        value = values.nth(k)
        expect(value).to_be_focused()
        expect(value.locator(".trace .came").first).to_be_visible()
        expect(value.locator(".trace .back-number")).to_be_visible()
        assert page.locator(".network .trace:visible").count() == 1
        expect(resting).to_be_hidden()
        page.keyboard.press("Tab")
    expect(resting).to_be_visible()
    values.nth(3).hover()
    expect(values.nth(3).locator(".trace .goes").first).to_be_visible()
    values.nth(2).focus()  # what is pointed at comes before what has the focus
    assert page.locator(".network .trace:visible").count() == 1


def test_the_picture_is_read_by_tapping(visits: Visits) -> None:
    page = visits.open(width=390, touch=True)
    page.goto("/lesson")
    for k in (3, 10):
        value = page.locator(".network .value").nth(k)
        value.locator("text").first.tap()
        expect(value.locator(".trace .goes").first).to_be_visible()
        assert page.locator(".network .trace:visible").count() == 1


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_the_check_in_the_lesson(visits: Visits, script: bool) -> None:
    page = visits.open(script=script)
    page.goto("/lesson")
    page.fill("#check-z", "2")
    page.fill("#check-slope", "0,105")
    page.check("input[name=epsilon][value='0.001']")
    page.click("#try-check button")
    expect(page.locator("[data-outcome]")).to_contain_text("They agree")
    assert page.locator(".tangent-frame").count() == 2


def test_a_hint_is_taken_and_the_answer_still_to_be_found(visits: Visits) -> None:
    page = visits.open(width=390)
    page.goto(CHECK.removesuffix("/check"))
    page.click("text=Check your own σ′")
    expect(page.locator("#check-cost")).to_contain_text("don’t count as first tries")
    page.select_option("#check-entry", "1")
    page.fill("#check-slope", "0.9")
    page.click("main button")
    expect(page.locator("[data-outcome]")).to_contain_text("steeper than σ ever is")
    page.click("text=Back to the question")
    expect(page.locator("form.answer")).to_be_visible()
    assert page.locator("#solution").count() == 0


@pytest.mark.parametrize(("width", "dark"), INSPECTED if FULL else INSPECTED[:1])
def test_the_lessons_pages_have_no_axe_violation(visits: Visits, screenshots: Path, width: int, dark: bool) -> None:
    page = visits.open(width=width, dark=dark)
    form = f"{width}-{'dark' if dark else 'light'}"

    def look(name: str) -> None:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=screenshots / f"{name}-{form}.png", full_page=True)
        results = Axe().run(page)
        assert results.violations_count == 0, f"{name} {form}: {results.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} {form} scrolls sideways"

    page.goto("/lesson?z=2&slope=0.12&epsilon=1")
    page.locator(".network summary").click()
    page.locator(".network .value").nth(2).focus()
    look("lesson")
    page.goto("/q/backward-pass-n1-v1-lesson/walk?step=5")
    look("walk")
    page.goto(CLOSED)
    look("walk-closed")
    page.goto(CHECK)
    page.fill("#check-slope", "0.12")
    page.click("main button")
    page.wait_for_selector("[data-outcome]")
    look("check-outcome")


@pytest.mark.parametrize("address", ["/lesson", f"{WALK}?step=2", CLOSED, CHECK])
def test_the_lessons_pages_fit_a_narrow_screen(visits: Visits, address: str) -> None:
    page = visits.open(width=320)
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
