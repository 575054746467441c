"""Every page in every form: no axe violation, no sideways scrolling, nothing on the console, and a picture kept for a look.

The pictures go to build/screenshots, which CI keeps. Beside phone and desktop, light and dark, a page is enlarged, put on paper,
shown in the reader's own colours, and opened without a script.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from app.engine.skills import FORMATS, SKILLS
from tests.browser.conftest import Visits
from tests.browser.pages import PAGES, Desk, class_at_work, settled, staff_at
from tests.servers import Server, serve_fresh
from tests.sizes import FULL

FORMS = [(390, False), (390, True), (1200, False), (1200, True)]
# axe and pictures take longer than all else: one of these forms for each page, in turn, and in the full tests every form.
INSPECTED = FORMS if FULL else [(390, True), (1200, False)]
LONG = {"docs"}  # forty screens, which take axe half a minute
PRINTED = {"question", "matrix", "attempt-linked", "dashboard", "gallery"}
NARROW = (600, 320)  # a window of 1200 at 200 %, and what WCAG asks for


@pytest.fixture(scope="module")
def desk(site: Server) -> Desk:
    return class_at_work(site)


@pytest.fixture(scope="module")
def empty_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Another site, where nobody has answered yet."""
    with serve_fresh(tmp_path_factory.mktemp("empty")) as server:
        yield class_at_work(server, learners=0)


def inspect(page: Page, name: str, screenshots: Path) -> None:
    settled(page)
    inspected = FORMS if FULL else [] if name in LONG else [INSPECTED[len(name) % 2]]
    for width, dark in FORMS:
        form = f"{width}-{'dark' if dark else 'light'}"
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme="dark" if dark else "light")
        assert fits(page), f"{name} {form} scrolls sideways"
        if (width, dark) in inspected:
            page.screenshot(path=screenshots / f"{name}-{form}.png", full_page=True)
            results = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}})
            assert results.violations_count == 0, f"{name} {form}: {results.generate_report()}"
    assert page.locator("h1").count() == 1
    if name in PRINTED:
        page.emulate_media(forced_colors="active")
        page.screenshot(path=screenshots / f"{name}-forced-colours.png", full_page=True)
        page.emulate_media(forced_colors="none", media="print")
        page.screenshot(path=screenshots / f"{name}-paper.png", full_page=True)
        page.emulate_media(media="screen")
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 844})
        assert fits(page), f"{name} at {width} scrolls sideways"


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("name", PAGES)
def test_every_page_reads_well(visits: Visits, desk: Desk, screenshots: Path, name: str) -> None:
    inspect(PAGES[name](desk, visits.open), name, screenshots)
    visits.forgive(desk.statuses.get(name))


def test_a_desk_with_nothing_on_it_reads_well(visits: Visits, empty_desk: Desk, screenshots: Path) -> None:
    inspect(staff_at("/dashboard")(empty_desk, visits.on(empty_desk.site).open), "dashboard-empty", screenshots)


@pytest.mark.parametrize("skill", SKILLS)
def test_the_largest_question_of_every_skill_fits_the_narrowest_screen(visits: Visits, skill: str) -> None:
    page = visits.open(width=320)
    for format in FORMATS:
        page.goto(f"/practice/{skill}?level=3&format={format}")
        assert fits(page), f"{page.url} scrolls sideways"


@pytest.mark.parametrize("name", PAGES)
def test_every_page_does_without_a_script(visits: Visits, desk: Desk, screenshots: Path, name: str) -> None:
    page = PAGES[name](desk, lambda: visits.open(width=390, script=False))
    if FULL:
        page.screenshot(path=screenshots / f"{name}-no-script.png", full_page=True)
    assert page.locator("h1").is_visible()
    assert not page.locator("[hidden]:visible").count()
    visits.forgive(desk.statuses.get(name))


def test_a_question_on_paper_is_a_clean_worksheet(visits: Visits, screenshots: Path) -> None:
    page = visits.open(dark=True)
    page.goto("/q/comprehension-n1-v1-lesson")
    page.emulate_media(media="print")
    for hidden in (".top", ".foot", "aside", ".actions", ".onward", ".segments"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.locator(".array:visible").count() == 3
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.pdf(path=screenshots / "worksheet.pdf", format="A4")


def test_nothing_moves_for_those_who_ask_for_stillness(visits: Visits) -> None:
    page = visits.open()  # asks for reduced motion
    for address in ("/", "/exercise", "/gallery"):
        page.goto(address)
        moving = page.evaluate(
            """() => [...document.querySelectorAll("*")].map((one) => getComputedStyle(one))
                .filter((style) => style.animationName !== "none" || style.transitionDuration !== "0s").length"""
        )
        assert moving == 0, address


def test_the_calls_can_be_tried_in_both_colour_schemes(visits: Visits, screenshots: Path) -> None:
    """Swagger UI is not ours, but what we set around it leaves axe nothing to find."""
    for dark in (False, True) if FULL else (True,):
        page = visits.open(dark=dark)
        page.goto("/docs/try")
        settled(page)
        page.screenshot(path=screenshots / f"docs-try-{'dark' if dark else 'light'}.png")
        assert page.locator(".opblock").count() > 5
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("getComputedStyle(document.getElementById('swagger')).backgroundColor") == "rgb(255, 255, 255)"
