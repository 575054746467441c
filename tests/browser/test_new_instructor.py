"""A new instructor, without a manual: by what the pages offer alone, from the first link to the results of two learners."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from app.services import accounts
from tests.browser.conftest import Visits
from tests.servers import Server


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()


def join(visits: Visits, link: str, name: str) -> Page:
    """A learner opens the link, joins, and answers the first question of the assignment."""
    page = visits.open(width=390)
    page.goto(link)
    page.get_by_label("Your name").fill(name)
    press(page, "Join")
    follow(page, "Week 1")
    press(page, "Begin")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    for box in page.locator(".entry input").all():
        box.fill("0.1")
    press(page, "Hand in")
    expect(page.get_by_role("heading", name="Try 1")).to_be_visible()
    return page


def test_a_course_an_assignment_two_learners_and_an_extension(visits: Visits, site: Server) -> None:
    with ThreadPoolExecutor(1) as thread:
        link = accounts.first_sign_in_link(site.database, datetime.now(UTC))
        secret = thread.submit(asyncio.run, link).result()
    page = visits.open()
    page.goto(f"/sign-in/{secret}")
    press(page, "Sign in")
    follow(page, "Courses")
    page.get_by_label("Name", exact=True).fill("Neural networks")
    page.get_by_label("Time zone").select_option("Europe/London")
    press(page, "Make the course")

    follow(page, "Set an assignment")
    page.get_by_label("Title").fill("Week 1")
    page.get_by_label("Time limit in minutes").fill("30")
    press(page, "Set it")
    follow(page, "Neural networks")
    follow(page, "Show it large, with a QR picture")
    address = page.locator(".address").inner_text()
    for name in ("Ada", "Grace"):
        join(visits, address, name)

    follow(page, "Back to the course")
    follow(page, "Week 1")
    results = page.get_by_role("group", name="Results")
    expect(results.get_by_role("row")).to_have_count(3)
    page.get_by_role("link", name="Give Ada more time").click()
    page.get_by_label("Minutes more than the time limit").fill("15")
    press(page, "Save")
    expect(page.get_by_text("The extension is granted.")).to_be_visible()
    expect(results.get_by_role("row").filter(has_text="Ada")).to_contain_text("15 min")
    follow(page, "Ada")
    expect(page.get_by_role("heading", name="What Ada sees")).to_be_visible()
    expect(page.get_by_role("heading", name="Try 1")).to_be_visible()
    page.goto("/dashboard/audit")
    expect(page.get_by_role("table")).to_contain_text("Ada, Week 1: 15 minutes more.")
