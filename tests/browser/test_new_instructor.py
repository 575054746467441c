"""A new instructor, without a manual: by what the pages offer alone, from the first link to the results of two learners."""

import asyncio
import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from app.services import accounts
from tests.browser.conftest import Visits
from tests.browser.test_main_job import H_FOR_DERIVATIVE, QUESTION, SUBMIT, fill
from tests.servers import Server


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()


def join(visits: Visits, link: str, name: str, number: str) -> Page:
    """A learner opens the link, joins, and answers the first question of the assignment."""
    page = visits.open(width=390)
    page.goto(link)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Student number").fill(number)
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
    expect(page.get_by_label("Time zone")).to_have_value(page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone"))
    page.get_by_label("Time zone").select_option("Europe/London")
    page.get_by_label("Ask learners for a student number").check()
    press(page, "Make the course")
    follow(page, "Import a list")
    page.get_by_label("or the lines themselves").fill("name,student_number\nAda,4711\nGrace,4712")
    press(page, "Import")
    expect(page.get_by_role("status").first).to_contain_text("2 added")
    follow(page, "Neural networks")

    follow(page, "Set an assignment")
    page.get_by_label("Title").fill("Week 1")
    page.get_by_label("Time limit in minutes").fill("30")
    press(page, "Set it")
    follow(page, "Neural networks")
    follow(page, "Show it large, with a QR picture")
    address = page.locator(".address").inner_text()
    learners = [join(visits, address, name, number) for name, number in (("Ada", "4711"), ("Grace", "4712"))]

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

    follow(page, "Week 1")
    follow(page, "Export the grades")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV of Gradebook").click()
    rows = list(csv.DictReader(download.value.path().read_text("utf-8-sig").splitlines()))
    assert [(row["name"], row["student_number"]) for row in rows] == [("Ada", "4711"), ("Grace", "4712")]
    assert all(0 <= float(row["Week 1 (of 1)"]) < 1 for row in rows)  # hardly anything is 0.1 everywhere

    # In the lecture: what is practised in one browser is seen in another.
    follow(page, "Live")
    expect(page.locator("#live-state")).to_contain_text("Live:")
    expect(page.locator("#live")).to_contain_text("on the assignment’s own page")
    learners[1].goto(QUESTION)
    fill(learners[1], H_FOR_DERIVATIVE, "dz")
    learners[1].click(SUBMIT)
    expect(page.locator("#now-latest + .attempts")).to_contain_text("Grace", timeout=10_000)

    follow(page, "Courses")
    follow(page, "Audit trail")
    trail = page.get_by_role("table")
    expect(trail).to_contain_text("Ada, Week 1: 15 minutes more.")
    expect(trail).to_contain_text("The gradebook of Neural networks went out as CSV.")
