"""Every page in four forms, phone and desktop, light and dark: no axe violation, no sideways scrolling, a picture kept."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visits
from tests.browser.test_main_job import H_FOR_DERIVATIVE, QUESTION, SUBMIT, fill

FORMS = [(390, False), (390, True), (1200, False), (1200, True)]
PAGES = {
    "home": "/",
    "question": QUESTION,
    "choice": "/q/chain-c1-v1-0000000001",
    "exercise": "/exercise",
    "level-3": "/q/comprehension-n3-v1-0000000001",
    "attempts": "/attempts",
    "progress": "/progress",
    "sign-in": "/sign-in",
}


@pytest.mark.parametrize(("width", "dark"), FORMS, ids=["phone-light", "phone-dark", "desktop-light", "desktop-dark"])
def test_pages_have_no_axe_violation(visits: Visits, screenshots: Path, width: int, dark: bool) -> None:
    page = visits.open(width=width, dark=dark)
    form = f"{width}-{'dark' if dark else 'light'}"

    def look(name: str) -> None:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=screenshots / f"{name}-{form}.png", full_page=True)
        results = Axe().run(page)
        assert results.violations_count == 0, f"{name} {form}: {results.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} {form} scrolls sideways"

    for name, address in PAGES.items():
        page.goto(address)
        look(name)
    page.goto(QUESTION)
    fill(page, H_FOR_DERIVATIVE)
    page.click(SUBMIT)
    page.wait_for_selector(".verdict")
    look("attempt-wrong")
    page.click("text=Show the worked steps")
    page.wait_for_selector("#solution")
    look("attempt-solution")
    page.goto("/attempts")
    look("attempts-some")


@pytest.mark.parametrize("address", [*PAGES.values()])
def test_pages_fit_a_narrow_screen(visits: Visits, address: str) -> None:
    page = visits.open(width=320)
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
