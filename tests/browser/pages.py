"""Every page of the site, each opened as its visitor comes to it."""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from unittest import mock

import httpx
from playwright.sync_api import Page
from sqlalchemy import select

from app.persistence.tables import attempts
from app.services import accounts, demo
from tests.browser.test_main_job import H_FOR_DERIVATIVE, QUESTION, RIGHT, SUBMIT, fill
from tests.servers import Server

MATRIX = "/q/weight-gradient-n2-v1-0000000001"


@dataclass(frozen=True)
class Desk:
    """The site as an instructor has it. session: the cookies of one who is signed in. learner: one who has answered, if there
    is one. statuses: of the pages that tell an error.
    """

    site: Server
    session: list[dict[str, str]]
    learner: str | None
    course: str
    code: str
    homework: "Homework"
    statuses: dict[str, int] = field(default_factory=lambda: {"not-found": 404, "no-skill": 404, "unreadable": 422, "crash": 500})


@dataclass(frozen=True)
class Homework:
    """An assignment of three questions: the first tried once, the second saved, the third a matrix. later: one not begun."""

    session: list[dict[str, str]]
    learner: str
    assignment: str
    items: list[str]
    later: str


def class_at_work(site: Server, learners: int = 12) -> Desk:
    """Fills the site with so many learners, and signs the first instructor in."""
    now = datetime.now(UTC)
    if learners:
        demo.fill(site.database, learners, 15, 1, now, lambda: None)
    with ThreadPoolExecutor(1) as thread:  # this one may have Playwright's event loop running
        secret = thread.submit(asyncio.run, accounts.first_sign_in_link(site.database, now)).result()
    with httpx.Client(base_url=site.base_url, trust_env=False) as client:
        client.post(f"/sign-in/{secret}")
        made = client.post("/dashboard/courses", data={"name": "Neural networks 101", "time_zone": "Europe/Berlin"})
        course = made.headers["location"].rpartition("/")[2].partition("?")[0]
        shown = client.get(f"/dashboard/courses/{course}/project").text
        code = re.findall(r"/join/([\w-]+)", shown)[0]
        session = _cookies(client, site)
        homework = _homework(client, site, course, code)
    with site.database.read() as connection:
        learner = connection.execute(select(attempts.c.learner_id).limit(1)).scalar()
    return Desk(site, session, learner, course, code, homework)


def _cookies(client: httpx.Client, site: Server) -> list[dict[str, str]]:
    return [{"name": name, "value": value, "url": site.base_url} for name, value in client.cookies.items()]


def _homework(staff: httpx.Client, site: Server, course: str, code: str) -> Homework:
    plan = {
        "opens_at": "2026-01-01T10:00",
        "closes_at": f"{datetime.now().year + 1}-06-01T10:00",
        "time_limit": "90",
        "grace": "2",
    }
    questions = {
        "skill-0": "chain",
        "tries-0": "3",
        "skill-1": "comprehension",
        "format-1": "choice",
        "skill-2": "weight-gradient",
    }
    set_at = [
        staff.post(f"/dashboard/courses/{course}/assignments", data={"title": title, **plan, **questions}).headers["location"]
        for title in ("Week 3: the way back", "Week 4")
    ]
    assignment, later = (address.rpartition("/")[2] for address in set_at)
    with httpx.Client(base_url=site.base_url, trust_env=False) as client:
        client.post(f"/join/{code}", data={"name": "Grace Hopper"})
        client.post(f"/assignments/{assignment}/begin")
        overview = client.get(f"/assignments/{assignment}").text
        items = list(dict.fromkeys(re.findall(r"/items/(\w+)", overview)))
        path = f"/assignments/{assignment}/items"
        client.post(f"{path}/{items[0]}", data={"number": "1", "dz.0": "0.1", "dz.1": "0,2", "dz.2": "−0.3", "dz.3": "0.4"})
        client.post(f"{path}/{items[1]}/draft", data={"number": "1", "h": "a"})
        learner = re.findall(r"/learners/(\w+)", staff.get(f"/dashboard/assignments/{assignment}").text)[0]
        return Homework(_cookies(client, site), learner, assignment, items, later)


def settled(page: Page) -> None:
    """Waits until the page looks as it will."""
    page.wait_for_load_state("load")
    if page.url.endswith("/docs/try"):
        page.wait_for_selector(".opblock")
    page.evaluate("document.fonts.ready.then(() => undefined)")


Open = Callable[[], Page]
Opened = Callable[[Desk, Open], Page]


def _at(address: str) -> Opened:
    def open_page(desk: Desk, opened: Open) -> Page:
        page = opened()
        page.goto(address)
        return page

    return open_page


def staff_at(address: str) -> Opened:
    def open_page(desk: Desk, opened: Open) -> Page:
        page = opened()
        page.context.add_cookies(desk.session)  # type: ignore[arg-type]
        page.goto(address.format(learner=desk.learner, course=desk.course))
        return page

    return open_page


def _homework_at(address: str, staff: bool = False) -> Opened:
    def open_page(desk: Desk, opened: Open) -> Page:
        page, homework = opened(), desk.homework
        page.context.add_cookies(desk.session if staff else homework.session)  # type: ignore[arg-type]
        page.goto(address.format(**vars(homework), first=homework.items[0], second=homework.items[1], course=desk.course))
        return page

    return open_page


def _behind_a_count(desk: Desk, opened: Open) -> Page:
    page = staff_at("/dashboard/mistakes?weeks=12")(desk, opened)
    page.locator(".counts td a").first.click()
    page.wait_for_selector(".attempt-list")
    return page


def _answered(address: str, answer: dict[str, list[str]], then: Callable[[Page], None] = lambda page: None) -> Opened:
    def open_page(desk: Desk, opened: Open) -> Page:
        page = opened()
        page.goto(address)
        for symbol, values in answer.items():
            fill(page, values, symbol)
        page.click(SUBMIT)
        page.wait_for_selector("[data-verdict]")
        then(page)
        return page

    return open_page


def _chosen(desk: Desk, opened: Open) -> Page:
    page = opened()
    page.goto("/q/chain-c1-v1-0000000001")
    page.locator(".choice input").first.check()
    page.click(SUBMIT)
    page.wait_for_selector("[data-verdict]")
    return page


def _matrix_answered(desk: Desk, opened: Open) -> Page:
    page = opened()
    page.goto(MATRIX)
    for box in page.locator(".array input").all():
        box.fill("0.105")
    page.click(SUBMIT)
    page.wait_for_selector("[data-verdict]")
    return page


def _unreadable(desk: Desk, opened: Open) -> Page:
    page = opened()
    page.goto(QUESTION)
    fill(page, ["0.105", "1_000", "x", ""])
    page.click(SUBMIT)
    page.wait_for_selector(".note")
    return page


def _join(desk: Desk, opened: Open) -> Page:
    page = opened()
    page.goto(f"/join/{desk.code}")
    return page


def _signing_out(desk: Desk, opened: Open) -> Page:
    page = opened()
    page.context.add_cookies(desk.session)  # type: ignore[arg-type]
    page.goto("/me")
    page.click(".who button")
    page.wait_for_selector("input[name=anyway]", state="attached")
    return page


def _erased(desk: Desk, opened: Open) -> Page:
    page = _answered(QUESTION, {"dz": RIGHT})(desk, opened)
    page.goto("/me/erase")
    page.get_by_role("button", name="Erase for good").click()
    page.wait_for_selector("text=Everything about you is erased")
    return page


def _crash(desk: Desk, opened: Open) -> Page:
    page = opened()
    with mock.patch("app.web.practice._page_key", side_effect=RuntimeError("on purpose")):
        page.goto(QUESTION)
    return page


def _steps(page: Page) -> None:
    page.click("text=Show the worked steps")
    page.wait_for_selector("#solution")
    for summary in page.locator("#solution summary").all():
        summary.click()


def _programs(desk: Desk, opened: Open) -> Page:
    page = staff_at("/dashboard/courses/{course}/programs")(desk, opened)
    if page.get_by_role("heading", name="Gradebook").count() == 0:
        page.fill("form.card input[name=name]", "Gradebook")
        page.click("form.card button")
        page.click("text=Done")
        page.wait_for_selector("text=Disconnect Gradebook")
        page.click("text=Tell it what learners do")
        page.fill("input[type=url]", "https://receiver.invalid/events")
        page.click("text=Register the address")
        page.click("text=Done")
        page.wait_for_selector("text=What programs were told")
        with httpx.Client(base_url=desk.site.base_url, trust_env=False) as client:
            for cookie in desk.homework.session:
                client.cookies.set(cookie["name"], cookie["value"])
            client.post("/q/chain-n1-v1-lesson", data={"dz.0": "0.1"})
    return page


def _deliveries(desk: Desk, opened: Open) -> Page:
    page = _programs(desk, opened)
    page.click("text=What programs were told")
    page.wait_for_selector("text=An attempt")
    return page


LINKED = {"h": ["0.881", "0.731", "0.953", "0.269"], "dsigma": ["0.881", "0.731", "0.953", "0.269"], "dz": H_FOR_DERIVATIVE}

PAGES: dict[str, Opened] = {
    "home": _at("/"),
    "question": _at(QUESTION),
    "choice": _at("/q/chain-c1-v1-0000000001"),
    "matrix": _at("/q/weight-gradient-n3-v1-0000000001"),
    "matrix-choice": _at("/q/jacobian-c3-v1-0000000001"),
    "whole-layer": _at("/q/backward-pass-n3-v1-0000000001"),
    "exercise": _at("/exercise"),
    "attempt-wrong": _answered(QUESTION, {"dz": H_FOR_DERIVATIVE}),
    "attempt-hint": _answered(QUESTION, {"dz": H_FOR_DERIVATIVE}, lambda page: page.click(".hint summary")),
    "attempt-partial": _answered(QUESTION, {"dz": [*RIGHT[:2], "7", ""]}),
    "attempt-right": _answered(QUESTION, {"dz": RIGHT}),
    "attempt-linked": _answered("/exercise", LINKED),
    "attempt-matrix": _matrix_answered,
    "attempt-choice": _chosen,
    "solution": _answered(QUESTION, {"dz": H_FOR_DERIVATIVE}, _steps),
    "attempts-empty": _at("/attempts"),
    "attempts": _answered(QUESTION, {"dz": H_FOR_DERIVATIVE}, lambda page: page.goto("/attempts") and None),
    "progress-empty": _at("/progress"),
    "progress": _answered(QUESTION, {"dz": RIGHT}, lambda page: page.goto("/progress") and None),
    "lesson": _at("/lesson"),
    "walk": _at("/q/chain-n1-v1-lesson/walk"),
    "check": _at("/q/chain-n1-v1-0000000001/check"),
    "sign-in": _at("/sign-in"),
    "sign-in-link": _at("/sign-in/a-link"),
    "dashboard": staff_at("/dashboard"),
    "items": staff_at("/dashboard/items"),
    "items-of-a-skill": staff_at("/dashboard/items?skill=chain"),
    "mistakes": staff_at("/dashboard/mistakes?weeks=12"),
    "mistake-attempts": _behind_a_count,
    "exports": staff_at("/dashboard/exports?course={course}"),
    "banks": staff_at("/dashboard/banks"),
    "worksheets": staff_at("/dashboard/worksheets?course={course}"),
    "worksheet-course": staff_at("/dashboard/worksheets/print?items=chain:1:2,update:2&seed=7&course={course}"),
    "live": staff_at("/dashboard/live"),
    "live-projector": staff_at("/dashboard/live?view=projector"),
    "learner-oldest-first": staff_at("/dashboard/learners/{learner}?order=oldest"),
    "learner": staff_at("/dashboard/learners/{learner}"),
    "courses": staff_at("/dashboard/courses"),
    "course": staff_at("/dashboard/courses/{course}"),
    "course-dashboard": staff_at("/dashboard?course={course}"),
    "course-import": staff_at("/dashboard/courses/{course}/import"),
    "course-project": staff_at("/dashboard/courses/{course}/project"),
    "programs": _programs,
    "deliveries": _deliveries,
    "tokens": staff_at("/me/tokens"),
    "tokens-stranger": _at("/me/tokens"),
    "audit": staff_at("/dashboard/audit"),
    "me": _at("/me"),
    "erase-me": _homework_at("/me/erase"),
    "erase-learner": _homework_at("/dashboard/learners/{learner}/erase", staff=True),
    "me-instructor": staff_at("/me"),
    "signing-out": _signing_out,
    "join": _at("/join"),
    "join-code": _join,
    "course-learner": _homework_at("/dashboard/courses/{course}/learners/{learner}", staff=True),
    "my-courses": _homework_at("/me"),
    "assignment-begin": _homework_at("/assignments/{later}"),
    "assignment": _homework_at("/assignments/{assignment}"),
    "assignment-question": _homework_at("/assignments/{assignment}/items/{first}"),
    "assignment-choice": _homework_at("/assignments/{assignment}/items/{second}"),
    "desk-assignment-new": _homework_at("/dashboard/courses/{course}/assignments/new", staff=True),
    "desk-assignment": _homework_at("/dashboard/assignments/{assignment}", staff=True),
    "desk-statistics": _homework_at("/dashboard/assignments/{assignment}/items", staff=True),
    "desk-questions": _homework_at("/dashboard/assignments/{later}/questions", staff=True),
    "desk-preview": _homework_at("/dashboard/assignments/{assignment}/preview", staff=True),
    "desk-saw": _homework_at("/dashboard/assignments/{assignment}/learners/{learner}", staff=True),
    "docs": _at("/docs"),
    "gallery": _at("/gallery"),
    "erased": _erased,
    "no-skill": _at("/practice/backpropagation"),
    "not-found": _at("/nowhere"),
    "unreadable": _unreadable,
    "crash": _crash,
}
