"""Worksheets as Chromium prints them: a real PDF, read, drawn and scanned by programs that are not ours."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Visits
from tests.browser.pages import Desk, class_at_work
from tests.browser.test_every_page import FORMS, fits
from tests.servers import Server

ITEMS = "items=chain:1:2,comprehension:1,jacobian:3,update:2,backward-pass:3&seed=7&copies=2"
A4, LETTER = (595, 842), (612, 792)  # points
SHARP = 3  # pixels to a point, as a scanner sees a page


@pytest.fixture(scope="module")
def desk(site: Server) -> Desk:
    return class_at_work(site, learners=0)


@pytest.fixture
def page(visits: Visits, desk: Desk) -> Iterator[Page]:
    page = visits.open(dark=True)
    page.context.add_cookies(desk.session)  # type: ignore[arg-type]
    yield page


def printed(page: Page, file: Path, size: str) -> list[pypdfium2.PdfPage]:
    page.pdf(path=file, format=size, prefer_css_page_size=True)
    return list(pypdfium2.PdfDocument(file))


def text_of(sheet: pypdfium2.PdfPage) -> str:
    return sheet.get_textpage().get_text_range()


def drawn(sheet: pypdfium2.PdfPage) -> np.ndarray:
    """Shades of grey, 0 to 255."""
    return sheet.render(scale=SHARP, grayscale=True).to_numpy().reshape(round(sheet.get_height() * SHARP), -1)


@pytest.mark.parametrize(("size", "points"), [("A4", A4), ("Letter", LETTER)])
def test_a_worksheet_prints_with_pictures_that_lead_to_its_questions(
    page: Page, site: Server, screenshots: Path, size: str, points: tuple[int, int]
) -> None:
    page.goto(f"/dashboard/worksheets/print?{ITEMS}")
    asked = page.eval_on_selector_all(".permalink a", "links => links.map((one) => one.href)")
    sheets = printed(page, screenshots / f"paper-worksheet-{size}.pdf", size)
    scanned, of_copy = [], []
    for number, sheet in enumerate(sheets):
        assert abs(sheet.get_width() - points[0]) < 2 and abs(sheet.get_height() - points[1]) < 2
        text, picture = text_of(sheet), drawn(sheet)
        labels = set(re.findall(r"Variant \d", text))
        assert len(labels) == 1, "each page says whose it is, and two copies share none"
        of_copy.append(labels.pop())
        assert "Print from the browser" not in text
        # Nothing touches the edge, and no page is left without a question.
        assert picture[:25].min() == picture[-25:].min() == picture[:, :25].min() == picture[:, -25:].min() == 255
        found = [one.text for one in zxingcpp.read_barcodes(picture)]
        assert found, f"page {number + 1} has no question"
        scanned += found
    assert of_copy == sorted(of_copy) and set(of_copy) == {"Variant 1", "Variant 2"}
    assert sorted(scanned) == sorted(asked) and len(set(asked)) == 12
    assert page.goto(scanned[0]).status == 200 and page.locator(".entry input").count() > 0  # type: ignore[union-attr]


def test_boxes_and_brackets_are_on_the_paper_as_large_as_a_hand_writes(page: Page, screenshots: Path) -> None:
    page.goto("/dashboard/worksheets/print?items=comprehension:1,backward-pass:3&seed=7")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 900})  # what is within the margins of A4
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".box:visible").count() == 12 + 2 + 2 + 2 + 6 + 2 + 3
    for box in page.locator(".box").all()[::5]:
        place = box.bounding_box()
        assert place is not None and place["width"] >= 65 and place["height"] >= 28  # 17 and 7.5 mm
    assert fits(page)
    for hidden in (".bar", "[data-print]"):
        assert not page.locator(hidden).first.is_visible()
    page.screenshot(path=screenshots / "paper-worksheet.png", full_page=True)


def test_the_answer_sheet_prints_on_pages_of_its_own(page: Page, screenshots: Path) -> None:
    page.goto(f"/dashboard/worksheets/answers?{ITEMS}")
    sheets = printed(page, screenshots / "paper-answers.pdf", "A4")
    text = "\n".join(map(text_of, sheets))
    assert text.count("tolerance ±") == 2 * (2 + 3 + 1 + 2 + 6)
    assert "h in place of σ′(z)" in text and "right from" in text
    for sheet in sheets:
        picture = drawn(sheet)
        assert picture[:25].min() == picture[-25:].min() == picture[:, :25].min() == picture[:, -25:].min() == 255


@pytest.mark.parametrize("kind", ["print", "answers"])
def test_on_the_screen_it_reads_well_too(page: Page, screenshots: Path, kind: str) -> None:
    page.goto(f"/dashboard/worksheets/{kind}?items=chain:1,jacobian:3&seed=7&title=Week+3")
    assert page.get_by_role("button", name="Print").is_visible()
    for width, dark in FORMS:
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.screenshot(path=screenshots / f"paper-{kind}-{width}-{'dark' if dark else 'light'}.png")
        assert fits(page), f"{kind} at {width} scrolls sideways"
    results = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}})
    assert results.violations_count == 0, results.generate_report()
    page.get_by_role("link", name="The answer sheet" if kind == "print" else "The sheets to write on").click()
    page.get_by_role("link", name="Another worksheet").click()
    page.get_by_label("The gradient dz, from z itself, level 1: how many").fill("2")
    page.get_by_role("button", name="Make the worksheet").click()
    assert page.locator(".question").count() == 2 and "Seed" in page.locator(".bar").inner_text()
