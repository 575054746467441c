"""An assignment in a real browser: what is typed is stored before the page says so, and is graded with the browser closed."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from app.services import clock
from tests.browser.conftest import Visits
from tests.persistence.samples import eventually, look
from tests.servers import Server


@dataclass
class Course:
    """A course with an instructor's token, in which assignments are set by REST."""

    site: Server
    token: str
    id: str
    code: str

    def call(self, method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        got = httpx.request(method, f"{self.site.base_url}/api/v1{path}", headers=headers, trust_env=False, **more)
        assert got.status_code < 300, got.text
        return got.json()

    def assign(self, seconds: float = 3600, **item: Any) -> str:
        now = datetime.now(UTC)
        times = {
            "opens_at": (now - timedelta(minutes=1)).isoformat(),
            "closes_at": (now + timedelta(seconds=seconds)).isoformat(),
        }
        plan = {"title": "Homework", **times, "items": [{"skill": "delta", **item}]}
        made: str = self.call("POST", f"/courses/{self.id}/assignments", json=plan)["id"]
        return made

    def drafts(self, assignment: str) -> list[Any]:
        items = f"SELECT id FROM assignment_items WHERE assignment_id = '{assignment}'"
        query = f"SELECT draft, submitted_at, by_clock, attempt_id FROM tries WHERE item_id IN ({items})"
        return look(self.site.database_url, query)


@pytest.fixture(scope="module")
def course(site: Server) -> Course:
    with ThreadPoolExecutor(1) as thread:  # Playwright has an event loop running in this one
        token = thread.submit(site.enrol, "instructor", "Teacher").result()
    headers = {"Authorization": f"Bearer {token}"}
    made = httpx.post(f"{site.base_url}/api/v1/courses", headers=headers, json={"name": "Nets"}, trust_env=False).json()
    return Course(site, token, made["id"], made["join_code"])


@pytest.fixture(autouse=True)
def quick_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "EVERY_SECONDS", 0.2)
    yield


def open_question(visits: Visits, course: Course, assignment: str, script: bool = True) -> Page:
    """A learner joins, begins, and opens the first question, as a person does."""
    page = visits.open(script=script)
    page.goto(f"/join/{course.code}")
    page.fill("#name", "Ada")
    page.click("button:has-text('Join')")
    page.goto(f"/assignments/{assignment}")
    page.click("button:has-text('Begin')")
    page.click("tbody a")
    return page


def test_saved_is_said_only_after_it_was(visits: Visits, course: Course) -> None:
    assignment = course.assign()
    page = open_question(visits, course, assignment)
    saving = page.locator(".saving")
    page.route("**/draft", lambda route: route.abort())
    page.locator(".entry input").first.fill("0.105")
    expect(saving).to_contain_text("Not saved yet")
    assert course.drafts(assignment)[0][0] in (None, "null")
    page.unroute("**/draft")
    expect(saving).to_have_text("Saved.", timeout=8000)
    assert "0.105" in str(course.drafts(assignment)[0][0])
    page.reload()
    expect(page.locator(".entry input").first).to_have_value("0.105")
    expect(saving).to_have_text("Saved.")
    # A change that is taken back leaves nothing to save, and the page says so; what it says of a new one is not the old word.
    page.route("**/draft", lambda route: route.fulfill(status=502))
    page.locator(".entry input").first.fill("0.2")
    expect(saving).to_contain_text("Not saved yet")
    page.locator(".entry input").first.fill("0.105")
    expect(saving).to_have_text("Saved.", timeout=8000)
    page.locator(".entry input").first.fill("0.3")
    expect(saving).to_contain_text("Not saved yet")
    page.unroute("**/draft")
    expect(saving).to_have_text("Saved.", timeout=8000)
    assert "0.3" in str(course.drafts(assignment)[0][0])
    visits.said[:] = [
        line for line in visits.said if "ERR_FAILED" not in line and "502" not in line
    ]  # the connection that was cut on purpose


def test_what_was_typed_is_graded_with_the_browser_closed(visits: Visits, course: Course) -> None:
    assignment = course.assign(seconds=6)
    page = open_question(visits, course, assignment)
    for box in page.locator(".entry input").all():
        box.fill("0.5")
    expect(page.locator(".saving")).to_have_text("Saved.")
    page.locator(".entry input").first.fill("0.7")
    page.close()  # at once: the last change goes out as the page is left

    def published() -> bool:
        [(_, _, by_clock, attempt_id)] = course.drafts(assignment)
        return bool(by_clock) and attempt_id is not None

    assert eventually(published, 15)
    [(sent,)] = look(
        course.site.database_url,
        f"SELECT answer_sent FROM attempts WHERE id = {course.drafts(assignment)[0][3]}",
    )
    assert re.search(r'"0\.7"', str(sent)) and re.search(r'"0\.5"', str(sent))


def test_the_enter_key_saves_and_only_the_button_hands_in(visits: Visits, course: Course) -> None:
    assignment = course.assign(tries=1)
    page = open_question(visits, course, assignment)
    boxes = page.locator(".entry input").all()
    for box in boxes:
        box.fill("0.5")
    boxes[-1].press("Enter")
    expect(page.locator("p.understood[role=status]")).to_contain_text("not handed in yet")
    assert course.drafts(assignment)[0][1] is None
    page.click("button:has-text('Hand in')")
    expect(page.locator("h2", has_text="Try 1")).to_be_visible()
    assert course.drafts(assignment)[0][1] is not None


def test_without_a_script(visits: Visits, course: Course) -> None:
    assignment = course.assign(tries=2)
    page = open_question(visits, course, assignment, script=False)
    page.locator(".entry input").first.fill("1_0")
    page.click("button:has-text('Hand in')")
    expect(page.locator(".note")).to_be_visible()  # cannot be read, and uses nothing; it is saved, as the page says
    expect(page.locator(".saving")).to_have_text("Saved.")
    assert "1_0" in str(course.drafts(assignment)[0][0]) and course.drafts(assignment)[0][1] is None
    page.locator(".entry input").first.fill("0.1")
    page.click("button:has-text('Save')")
    expect(page.locator("p.understood[role=status]")).to_contain_text("Saved.")
    page.click("button:has-text('Hand in')")
    expect(page.locator("h2", has_text="Try 1")).to_be_visible()
    expect(page.locator("form.answer")).to_contain_text("This is the last try.")
    visits.forgive(422)


def test_the_time_left_is_shown_and_the_page_says_when_it_is_up(visits: Visits, course: Course) -> None:
    assignment = course.assign(seconds=8)
    page = open_question(visits, course, assignment)
    expect(page.locator("[role=timer]")).to_have_text(re.compile(r"0:0\d left"))
    page.locator(".entry input").first.fill("0.5")
    expect(page.locator("form.answer")).to_have_count(0, timeout=20_000)  # the page has loaded itself anew
    expect(page.locator("main")).to_contain_text("Graded from what was saved when time was up")
