"""My progress and the drill as a learner uses them, on a phone and on a desk, light and dark, with and without JavaScript."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.engine.notation import round_decimal
from app.engine.question_id import parse_question_id
from app.engine.questions import build
from app.engine.skills import SKILLS
from app.persistence.accounts import store_credential
from app.persistence.reach import EVERYBODY
from app.persistence.reports import learner_scores
from app.security.tokens import hash_secret, new_secret
from app.services.demo import fill as fill_class
from tests.browser.conftest import Visits
from tests.browser.test_every_page import INSPECTED
from tests.browser.test_main_job import H_FOR_DERIVATIVE, QUESTION, SUBMIT, fill
from tests.servers import Server

MISTAKE = "h in place of σ′(z)"


@pytest.fixture(scope="module")
def session(site: Server) -> str:
    """The cookie of somebody who has practised for weeks."""
    fill_class(site.database, 6, 40, 1, datetime.now(UTC), lambda: None)
    with site.database.read() as connection:
        busiest = max(learner_scores(connection, EVERYBODY), key=lambda score: score.attempts)
    secret, now = new_secret(), datetime.now(UTC)
    site.database.write_now(
        lambda connection: store_credential(
            connection,
            hash=hash_secret(secret),
            account_id=busiest.learner_id,
            kind="session",
            now=now,
            expires_at=now + timedelta(days=1),
        )
    )
    return secret


def right_answers(page: Page) -> list[str]:
    """To the question whose page is open, whatever its only part."""
    match = re.search(r"/q/([^?]+)", page.url)
    assert match is not None
    (part,) = build(parse_question_id(match[1])).parts
    return [f"{value:.3f}" for value in round_decimal(part.key).ravel()]


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_from_a_mistake_to_its_drill_and_on(visits: Visits, script: bool) -> None:
    page = visits.open(script=script, width=390)
    page.goto("/progress")
    expect(page.locator("main")).to_contain_text("Nothing here yet.")
    page.goto(QUESTION)
    fill(page, H_FOR_DERIVATIVE)
    page.click(SUBMIT)
    expect(page.locator(".verdict")).to_contain_text(MISTAKE)

    page.goto("/progress")
    mistake = page.get_by_role("region", name="My commonest mistake")
    expect(mistake).to_contain_text(MISTAKE)
    expect(mistake).to_contain_text("1 of your latest 1 named mistake, last today.")
    mistake.get_by_role("link", name=f"Drill it ({MISTAKE})").click()
    expect(page.locator(".drill")).to_contain_text(MISTAKE)
    address, task = page.url, page.locator(".sheet math").all_inner_texts()
    page.reload()
    assert (page.url, page.locator(".sheet math").all_inner_texts()) == (address, task)

    for box, value in zip(page.locator(".entry input").all(), right_answers(page), strict=True):
        box.fill(value)
    page.click(SUBMIT)
    expect(page.locator("h1")).to_have_text("Right, all of it.")
    expect(page.locator(".drill")).to_contain_text(MISTAKE)
    page.locator("[data-next]").click()
    expect(page.locator("main form.answer")).to_be_visible()
    expect(page.locator(".drill")).to_contain_text(MISTAKE)
    assert page.url != address
    page.click("text=Show the worked steps")
    expect(page.locator("#solution")).to_contain_text("The worked way")
    expect(page.locator(".drill")).to_contain_text(MISTAKE)
    page.click("text=End the drill")
    expect(page.get_by_role("region", name="My commonest mistake")).to_contain_text("1 right at first try since then.")


@pytest.mark.parametrize(("width", "dark"), INSPECTED)
def test_pages_with_weeks_of_work(visits: Visits, site: Server, session: str, screenshots: Path, width: int, dark: bool) -> None:
    page = visits.open(width=width, dark=dark)
    page.context.add_cookies([{"name": "session", "value": session, "url": site.base_url}])
    for name, address in {"progress-weeks": "/progress", "drill": "/practice/drill?mistake=one-minus-h"}.items():
        page.goto(address)
        for folded in page.locator("details").all():
            folded.evaluate("one => { one.open = true }")
        page.screenshot(path=screenshots / f"{name}-{width}-{'dark' if dark else 'light'}.png", full_page=True)
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_picture_and_its_table_tell_the_same(visits: Visits, site: Server, session: str) -> None:
    page = visits.open()
    page.context.add_cookies([{"name": "session", "value": session, "url": site.base_url}])
    page.goto("/progress")
    page.get_by_text("As a table").click()
    rows = [row.split() for row in page.locator(".map ~ .halves table tbody tr").all_inner_texts()]
    numbers = [(int(row[-2]), int(row[-1])) for row in rows]
    told = page.locator("#days-told").text_content() or ""
    most = max(attempts for attempts, _ in numbers)
    expected = f"{sum(attempts for attempts, _ in numbers)} attempts on {len(rows)} days; at most {most} on a day."
    assert told == expected
    heights = [float(bar.get_attribute("height") or "") for bar in page.locator("svg.days .rest").all()]
    assert heights == [pytest.approx(100 * attempts / most, abs=0.06) for attempts, _ in numbers]


def test_the_map_is_read_in_the_order_in_which_a_gradient_flows(visits: Visits) -> None:
    page = visits.open()
    page.goto("/progress")
    read = [link.get_attribute("href") for link in page.locator(".map h4 a").all()]
    way = [f"/practice/{skill}" for skill in ("pre-activation", "activation", "derivative", "delta", "weight-gradient", "update")]
    assert [address for address in read if address in way] == way
    assert len(read) == len(SKILLS)
    forward, slope, back = (page.locator(f'.map a[href="{address}"]').bounding_box() for address in way[1:4])
    assert forward and slope and back
    assert forward["y"] < slope["y"] and back["x"] < slope["x"]  # forward above; back runs from right to left
